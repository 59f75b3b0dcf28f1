import Foundation
import TestSupport

/// Certificates for one test, made by the openssl tool: a root, an intermediate, a server on loopback, a
/// client, and a root that nobody trusts. The folder goes when the object does.
final class TestAuthority: Sendable {
  let folder: String

  static let isPossible = OtherProgram.path("openssl") != nil

  /// Made once, copied for each test.
  private static let shared = Result { try TestAuthority(making: true) }

  convenience init() throws {
    let shared = try Self.shared.get()
    try self.init(making: false)
    for name in try folderNames(shared.folder) {
      try FileManager.default.copyItem(atPath: "\(shared.folder)/\(name)", toPath: "\(folder)/\(name)")
    }
  }

  private init(making: Bool) throws {
    folder = FileManager.default.temporaryDirectory.path + "/equipoise-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    guard making else { return }
    // What lives as long as the process has no deinit.
    atexit { if let shared = try? TestAuthority.shared.get() { shared.remove() } }
    try make("root", subject: "/CN=Test root", extensions: Self.authority)
    try make("other", subject: "/O=Inspecting device/CN=Other root", extensions: Self.authority)
    try make("middle", subject: "/CN=Test issuing", by: "root", extensions: Self.authority)
    let server = ["subjectAltName=IP:127.0.0.1,DNS:localhost", "extendedKeyUsage=serverAuth"]
    try make("server", subject: "/CN=server", by: "middle", extensions: server)
    try make("inspected", subject: "/CN=server", by: "other", extensions: server)
    try make(
      "misnamed", subject: "/CN=server", by: "middle",
      extensions: ["subjectAltName=DNS:elsewhere.example", "extendedKeyUsage=serverAuth"])
    for name in ["client", "client2"] {
      try make(name, subject: "/CN=\(name)", by: "middle", extensions: ["extendedKeyUsage=clientAuth"])
    }
    try make("stranger", subject: "/CN=stranger", by: "other", extensions: ["extendedKeyUsage=clientAuth"])
  }

  private func remove() { try? FileManager.default.removeItem(atPath: folder) }

  deinit { remove() }

  private static let authority = ["basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign"]

  /// `name.pem`, `name.key`.
  func certificate(_ name: String) -> String { "\(folder)/\(name).pem" }
  func key(_ name: String) -> String { "\(folder)/\(name).key" }

  private func make(
    _ name: String, subject: String, by issuer: String? = nil, extensions: [String]
  ) throws {
    var arguments = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    arguments += ["-days", "2", "-subj", subject, "-keyout", key(name), "-out", certificate(name)]
    if let issuer { arguments += ["-CA", certificate(issuer), "-CAkey", key(issuer)] }
    let names = extensions.map { $0.prefix { $0 != "=" } }
    if !names.contains("basicConstraints") { arguments += ["-addext", "basicConstraints=critical,CA:FALSE"] }
    for text in extensions { arguments += ["-addext", text] }
    let result = try OtherProgram.run("openssl", arguments)
    guard result.status == 0 else { throw Failure(what: "openssl req for \(name)") }
  }

  struct Failure: Error { let what: String }
}
