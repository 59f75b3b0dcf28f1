import Foundation
import TestSupport

/// The files with which a client shows who it is.
struct Credential {
  let certificate: String
  let key: String

  init(certificate: String, key: String) {
    self.certificate = certificate
    self.key = key
  }

  /// A person's.
  init(profile: String) { self.init(certificate: profile + "/client.pem", key: profile + "/client.key") }

  /// An agent's.
  init(agent: String) { self.init(profile: agent + "/tls") }
}

/// An answer as it came.
struct WireAnswer: Equatable {
  /// The status line and the fields.
  let head: String
  let body: [UInt8]
  /// 0 when there was no answer.
  let status: Int
  let curlCode: Int32

  var text: String { String(decoding: body, as: UTF8.self) }
  var problem: String {
    ((try? json(text))?["type"] as? String)?.split(separator: ":").last.map(String.init) ?? ""
  }
}

extension WireDeployment {
  /// What a server certificate of ours chains to.
  var serverAuthority: String { home + "/root/root.pem" }

  /// Asks with curl.
  func curl(
    _ method: String, _ path: String, as credential: Credential?, body: String? = nil, port: Int? = nil,
    host: String = "127.0.0.1", _ more: String...
  ) throws -> WireAnswer {
    let base = "\(folder)/curl-\(UUID().uuidString)"
    defer { for suffix in ["-head", "-body"] { unlink(base + suffix) } }
    var arguments = [
      "--silent", "--http2", "--max-time", "40", "--cacert", serverAuthority, "--request", method,
      "--dump-header", base + "-head", "--output", base + "-body", "https://\(host):\(port ?? api)\(path)",
    ]
    if let credential { arguments += ["--cert", credential.certificate, "--key", credential.key] }
    if let body { arguments += ["--data-binary", "@" + body, "--header", "content-type: application/json"] }
    let code = try Programs.run("curl", arguments + more, seconds: 45).code
    let head = (try? fileBytes(base + "-head")).map { String(decoding: $0, as: UTF8.self) } ?? ""
    return WireAnswer(
      head: head, body: (try? fileBytes(base + "-body")) ?? [],
      status: head.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0, curlCode: code)
  }

  /// Writes a body for `curl`.
  func file(_ text: String) throws -> String {
    let path = "\(folder)/body-\(UUID().uuidString)"
    try text.write(toFile: path, atomically: false, encoding: .utf8)
    return path
  }
}

/// What came on a stream.
struct Reply {
  let status: Int
  /// The fields as HPACK codes them without a table: the same fields give the same bytes.
  let head: [UInt8]
  let body: [UInt8]
  let isClosed: Bool
  let seconds: Double

  /// The last word of the problem's type.
  var problem: String {
    ((try? json(String(decoding: body, as: UTF8.self)))?["type"] as? String)?
      .split(separator: ":").last.map(String.init) ?? ""
  }

  func isSame(as other: Reply) -> Bool {
    status == other.status && head == other.head && body == other.body
  }
}

/// A connection that stays open: `Clients/session.py`.
final class WireSession {
  private let child: Child
  private let input: FileHandle
  private let output: FileHandle
  private var rest = Data()

  /// Connects; throws when the server does not want that.
  init(_ deployment: WireDeployment, as credential: Credential) throws {
    guard let python = OtherProgram.path("python3") else { throw WireError("there is no python3") }
    let (orders, answers) = (Pipe(), Pipe())
    child = try Child(
      python,
      [
        Repository.path("Tests/EndToEndTests/Wire/Clients/session.py"), "\(deployment.api)",
        deployment.serverAuthority, credential.certificate, credential.key,
      ], log: "\(deployment.folder)/session-\(UUID().uuidString).log",
      input: orders.fileHandleForReading.fileDescriptor,
      output: answers.fileHandleForWriting.fileDescriptor)
    try orders.fileHandleForReading.close()
    try answers.fileHandleForWriting.close()
    (input, output) = (orders.fileHandleForWriting, answers.fileHandleForReading)
    let hello = try read()
    if let error = hello["error"] as? String { throw WireError(error) }
  }

  deinit { child.kill() }

  /// Sends a request; the answer is awaited with `wait`.
  func send(_ method: String, _ path: String, body: [UInt8] = []) throws -> Int {
    let answer = try order([
      "do": "send", "method": method, "path": path, "body": Data(body).base64EncodedString(),
    ])
    return answer["stream"] as? Int ?? 0
  }

  /// Waits for an answer; its status is 0 when none came.
  func wait(_ stream: Int, seconds: Double = 10) throws -> Reply {
    let answer = try order(["do": "await", "stream": stream, "seconds": seconds])
    func bytes(_ name: String) -> [UInt8] {
      (answer[name] as? String).flatMap { Data(base64Encoded: $0) }.map(Array.init) ?? []
    }
    return Reply(
      status: answer["status"] as? Int ?? 0, head: bytes("head"), body: bytes("body"),
      isClosed: answer["closed"] as? Bool ?? false, seconds: answer["seconds"] as? Double ?? 0)
  }

  /// Asks and waits.
  func ask(_ method: String, _ path: String, body: [UInt8] = []) throws -> Reply {
    try wait(send(method, path, body: body))
  }

  /// Asks for paths in turn, many times: the median milliseconds and the statuses of each.
  func medians(_ paths: [String], count: Int) throws -> (medians: [Double], statuses: [[Int]]) {
    let answer = try order(["do": "repeat", "count": count, "method": "GET", "paths": paths])
    return (answer["medians"] as? [Double] ?? [], answer["statuses"] as? [[Int]] ?? [])
  }

  private func order(_ order: [String: Any]) throws -> [String: Any] {
    var line = try JSONSerialization.data(withJSONObject: order)
    line.append(0x0A)
    try input.write(contentsOf: line)
    return try read()
  }

  private func read() throws -> [String: Any] {
    while true {
      if let end = rest.firstIndex(of: 0x0A) {
        defer { rest = Data(rest[(end + 1)...]) }
        return try json(String(decoding: rest[..<end], as: UTF8.self))
      }
      var ready = pollfd(fd: output.fileDescriptor, events: Int16(POLLIN), revents: 0)
      guard poll(&ready, 1, 60_000) == 1 else { throw WireError("the session does not answer") }
      let data = output.availableData
      guard !data.isEmpty else { throw WireError("the session ended: \(child.text)") }
      rest += data
    }
  }
}
