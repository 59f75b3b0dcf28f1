import Cryptography
import Foundation
import Synchronization
import TestSupport
import Transport

/// A server on a loop of its own, and clients that are not ours.
final class ServerFixture: Sendable {
  let loop: EventLoop
  let server: HTTPServer
  let handler: RecordingHandler
  /// Asks for certificates of tenant A.
  let port: UInt16
  /// Asks for none.
  let joinPort: UInt16
  let pki: ServerPKI

  init(_ limits: ServerLimits = ServerLimits()) throws {
    pki = try ServerPKI.shared.get()
    loop = try EventLoop(name: "test-loop")
    handler = RecordingHandler(loop: loop)
    server = HTTPServer(loop: loop, limits: limits, handler: handler)
    port = try server.listen(
      address: "127.0.0.1", port: 0, tls: try Self.tls(pki, server: "server", anchors: ["tenant-a"]))
    joinPort = try server.listen(
      address: "127.0.0.1", port: 0, tls: try Self.tls(pki, server: "server", anchors: nil))
    try loop.start()
  }

  deinit { loop.stop() }

  static func tls(_ pki: ServerPKI, server: String, anchors: [String]?) throws -> ServerTLS {
    try ServerTLS(
      certificateChainPEM: try pki.bytes(server + ".pem"), keyPEM: try pki.bytes(server + ".key"),
      clientAnchors: try anchors?.map { try Certificate(pem: try pki.bytes($0 + ".pem")) })
  }

  /// What `curl` got: its exit status, the HTTP status and the content.
  func curl(
    _ path: String, as identity: String? = "a", port: UInt16? = nil, _ options: [String] = []
  ) throws -> (exit: Int32, status: Int, body: String) {
    var arguments = [
      "-sS", "--http2", "--path-as-is", "--noproxy", "*", "--max-time", "20", "--cacert",
      pki.path("server-authority.pem"), "-w", "\n%{http_code}",
    ]
    if let identity {
      arguments += ["--cert", pki.path(identity + ".chain.pem"), "--key", pki.path(identity + ".key")]
    }
    arguments += options + ["https://localhost:\(port ?? self.port)\(path)"]
    let (exit, output) = try OtherProgram.run("curl", arguments)
    var lines = output.split(separator: "\n", omittingEmptySubsequences: false)
    let status = Int(lines.popLast() ?? "") ?? 0
    return (exit, status, lines.joined(separator: "\n"))
  }

  /// What the misbehaving client saw, as it tells it.
  func hostile(_ scenario: String, as identity: String? = "a", _ options: [String] = []) throws -> String {
    let script = Repository.path("Tests/TransportTests/Clients/hostile.py")
    var arguments = [script, scenario, String(identity == nil ? joinPort : port)]
    arguments += [pki.path("server-authority.pem")]
    arguments += identity.map { [pki.path($0 + ".chain.pem"), pki.path($0 + ".key")] } ?? ["-", "-"]
    let (_, output) = try OtherProgram.run("python3", arguments + options)
    return output.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// Whether an honest client is served.
  func stillServes() throws -> Bool { try curl("/hello").body == "hello" }

  /// `curl` on a thread of its own, for tests that do something while it waits: the pool of tasks has few
  /// threads, and two that wait would be all of them.
  func curlAside(
    _ path: String, as identity: String? = "a"
  ) async throws -> (exit: Int32, status: Int, body: String) {
    try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread {
        continuation.resume(with: Result { try self.curl(path, as: identity) })
      }
    }
  }

  /// Waits for a condition that another thread brings about.
  func eventually(_ condition: () -> Bool) async -> Bool {
    for _ in 0..<500 {
      if condition() { return true }
      try? await Task.sleep(for: .milliseconds(10))
    }
    return condition()
  }
}

/// Answers by path, and notes what it was asked.
final class RecordingHandler: RequestHandler {
  struct Record {
    var decided: [String] = []
    var answered: [String] = []
    var cancelled: [String] = []
    var started: [String] = []
    var lastHead: RequestHead?
    var lastPeer: VerifiedPeer?
    var lastSource = ""
  }

  private let record = Mutex(Record())
  private let loop: EventLoop

  init(loop: EventLoop) { self.loop = loop }

  var seen: Record { record.withLock { $0 } }

  func decide(_ head: RequestHead, peer: VerifiedPeer?, source: String) -> RequestDecision {
    record.withLock {
      $0.decided.append(head.path)
      $0.lastHead = head
      $0.lastPeer = peer
      $0.lastSource = source
    }
    return switch head.path {
    case "/busy": .answer(HTTPResponse(status: 429, fields: [HTTPField(name: "Retry-After", value: "7")]))
    case "/refused": .ignoreBody
    case "/small", "/small/explained": .readBody(maximumBytes: 100_000)
    case "/upload": .readBody(maximumBytes: 67_108_864)
    default: .readBody(maximumBytes: 0)
    }
  }

  func respond(
    to head: RequestHead, body: [UInt8], peer: VerifiedPeer?, source: String
  ) async -> HTTPResponse {
    record.withLock { $0.started.append(head.path) }
    defer { record.withLock { $0.answered.append(head.path) } }
    switch head.path {
    case "/hello": return text("hello")
    case "/who": return text("\(peer?.serial ?? "nobody") \(source)")
    case "/small", "/upload": return text("\(body.count) \(Digest(of: body).hex)")
    case "/big":
      return HTTPResponse(status: 200, fields: [], body: [UInt8](repeating: 0x62, count: 8_388_608))
    case "/refused": return text("\(body.count) bytes")
    case "/query": return text(head.query ?? "none")
    case "/unsound":
      return HTTPResponse(status: 200, fields: [HTTPField(name: "x", value: "a\r\nb: c")], body: [0x61])
    case "/slow":
      await loop.sleep(for: .milliseconds(400))
      return text("slow")
    case "/hang":
      await loop.sleep(for: .seconds(60))
      if Task.isCancelled { record.withLock { $0.cancelled.append(head.path) } }
      return text("hung")
    default: return HTTPResponse(status: 404)
    }
  }

  func refuseBody(
    of head: RequestHead, above limit: Int, peer: VerifiedPeer?, source: String
  ) async -> HTTPResponse {
    guard head.path == "/small/explained" else { return HTTPResponse(status: 413) }
    let who = peer?.serial ?? "nobody"
    return HTTPResponse(status: 413, fields: [], body: Array("\(who): more than \(limit)".utf8))
  }

  private func text(_ text: String) -> HTTPResponse {
    HTTPResponse(
      status: 200, fields: [HTTPField(name: "content-type", value: "text/plain")], body: Array(text.utf8))
  }
}
