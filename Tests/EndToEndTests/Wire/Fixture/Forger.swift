import Foundation
import TestSupport

/// Certificates that nobody should have made, by openssl.
struct Forger {
  let folder: String

  /// A forger with a folder of its own.
  init(below parent: String) throws {
    folder = parent + "/forger-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    try "".write(toFile: folder + "/index.txt", atomically: false, encoding: .utf8)
  }

  private func name() -> String { folder + "/" + UUID().uuidString }

  /// An authority with the subject and the extensions of another one, and a key of our own.
  func lookAlike(of certificate: String) throws -> Credential {
    let made = Credential(certificate: name(), key: name())
    try makeKey(made.key)
    try Programs.require(
      "openssl",
      ["x509", "-in", certificate, "-signkey", made.key, "-days", "30", "-out", made.certificate])
    return made
  }

  /// A client's certificate by an authority.
  func leaf(
    _ names: [String], by authority: Credential, start: String = "-5 minutes", end: String = "+1 day",
    usage: String = "extendedKeyUsage = clientAuth"
  ) throws -> Credential {
    let made = Credential(certificate: name(), key: name())
    try makeKey(made.key)
    let request = name()
    try Programs.require("openssl", ["req", "-new", "-key", made.key, "-subj", "/", "-out", request])
    let alternatives = names.map { "URI:" + $0 }.joined(separator: ",")
    let configuration = name()
    try """
    [ca]
    default_ca = forger
    [forger]
    database = \(folder)/index.txt
    new_certs_dir = \(folder)
    rand_serial = yes
    default_md = sha256
    policy = any
    unique_subject = no
    [any]
    commonName = optional
    [client]
    basicConstraints = critical,CA:FALSE
    keyUsage = critical,digitalSignature
    \(usage)
    subjectAltName = critical,\(alternatives)
    """.write(toFile: configuration, atomically: false, encoding: .utf8)
    try Programs.require(
      "openssl",
      [
        "ca", "-batch", "-notext", "-config", configuration, "-extensions", "client", "-cert",
        authority.certificate, "-keyfile", authority.key, "-in", request, "-out", made.certificate,
        "-startdate",
        date(start), "-enddate", date(end),
      ])
    return made
  }

  /// A certificate followed by another one, which the client sends along.
  func chain(_ credential: Credential, _ other: String) throws -> Credential {
    let path = name()
    try
      (String(contentsOfFile: credential.certificate, encoding: .utf8)
      + String(contentsOfFile: other, encoding: .utf8))
      .write(toFile: path, atomically: false, encoding: .utf8)
    return Credential(certificate: path, key: credential.key)
  }

  private func makeKey(_ path: String) throws {
    try Programs.require("openssl", ["ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", path])
  }

  private func date(_ relative: String) throws -> String {
    try Programs.require("date", ["--utc", "--date", relative, "+%Y%m%d%H%M%SZ"])
      .trimmingCharacters(in: .whitespacesAndNewlines)
  }
}

extension WireDeployment {
  /// The id of the tenant that a profile is of.
  func tenant(of profile: String) throws -> String {
    try json(String(contentsOfFile: profile + "/profile.json", encoding: .utf8))["tenant"] as? String ?? ""
  }

  /// The key and the certificate of a tenant's authority, which no client should ever have.
  func authority(of profile: String) throws -> Credential {
    let folder = "\(home)/keys/\(try tenant(of: profile))/intermediate"
    return Credential(certificate: folder + ".pem", key: folder + ".key")
  }

  /// The name in a client's certificate.
  func name(in credential: Credential) throws -> String {
    let text = try Programs.require(
      "openssl", ["x509", "-in", credential.certificate, "-noout", "-ext", "subjectAltName"])
    guard let start = text.range(of: "URI:") else { throw WireError("no name in \(text)") }
    return String(text[start.upperBound...].prefix { !$0.isWhitespace && $0 != "," })
  }

  /// Does something that must come to nothing: the same process, the same state, exactly so many refusals in the
  /// audit log and nothing else, and a good request is served.
  ///
  /// - Parameter profile: whose state and log; nil for the vendor's.
  func expectNothingComes(
    refusals: Int, to profile: String? = nil, of attempts: () throws -> Void
  ) throws {
    let before = (server: server?.pid, state: try exportState(profile), log: try audit(profile))
    try attempts()
    let new = try audit(profile).dropFirst(before.log.count)
    guard new.count == refusals, new.allSatisfy(\.isRefusal) else {
      throw WireError("\(new.count) entries instead of \(refusals) refusals: \(new.map(\.text))")
    }
    guard try exportState(profile) == before.state else { throw WireError("the state has changed") }
    guard let server, server.ended == nil, server.pid == before.server else {
      throw WireError("the coordinator has ended")
    }
    let answer = try curl("GET", "/v1/health", as: Credential(profile: vendor))
    guard answer.status == 200 else { throw WireError("a good request got \(answer)") }
  }
}
