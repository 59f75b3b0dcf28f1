import Foundation
import TestSupport

/// Authorities, certificates and keys for the server's tests, made with the `openssl` command line once in a
/// process, so that a second implementation's encoding is what the server reads.
///
/// A root stands over two tenants' authorities; `server` is under an authority of its own.
struct ServerPKI: Sendable {
  let folder: String

  static let shared = Result { try ServerPKI() }

  static let isAvailable = ["openssl", "curl", "python3"].allSatisfy { OtherProgram.path($0) != nil }

  func path(_ name: String) -> String { folder + "/" + name }

  func bytes(_ name: String) throws -> [UInt8] { try fileBytes(path(name)) }

  private init() throws {
    folder = FileManager.default.temporaryDirectory.path + "/equipoise-pki-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let folder = self.folder
    atexit {
      if case .success(let pki) = ServerPKI.shared { try? FileManager.default.removeItem(atPath: pki.folder) }
    }
    try Self.configuration.replacingOccurrences(of: "FOLDER", with: folder).write(
      toFile: folder + "/ca.cnf", atomically: true, encoding: .utf8)
    try "".write(toFile: folder + "/index.txt", atomically: true, encoding: .utf8)
    try make("root", subject: "root", issuer: nil, as: "authority")
    try make("tenant-a", subject: "tenant a", issuer: "root", as: "tenant_a")
    try make("tenant-b", subject: "tenant b", issuer: "root", as: "tenant_b")
    // The same name as the tenant's authority, another key, nobody above it.
    try make("lookalike", subject: "tenant a", issuer: nil, as: "authority")
    try make("server-authority", subject: "server authority", issuer: nil, as: "authority")
    try make("server", subject: "localhost", issuer: "server-authority", as: "server")
    try make("server-renewed", subject: "localhost", issuer: "server-authority", as: "server")
    try make("a", subject: "site", issuer: "tenant-a", as: "client")
    try make("a-second", subject: "site", issuer: "tenant-a", as: "client")
    try make("b", subject: "site", issuer: "tenant-b", as: "client")
    try make("lookalike-leaf", subject: "site", issuer: "lookalike", as: "client")
    try make("under-root", subject: "site", issuer: "root", as: "client")
    try make("a-server-usage", subject: "site", issuer: "tenant-a", as: "server")
    try make("a-no-usage", subject: "site", issuer: "tenant-a", as: "no_usage")
    try make(
      "a-expired", subject: "site", issuer: "tenant-a", as: "client", ["20200101000000Z", "20210101000000Z"])
    try make(
      "a-future", subject: "site", issuer: "tenant-a", as: "client", ["20980101000000Z", "20990101000000Z"])
    try make("a-rsa", subject: "site", issuer: "tenant-a", as: "client", key: ["rsa:2048"])
  }

  /// `name.pem`, `name.key`, and `name.chain.pem` with the issuer behind it.
  private func make(
    _ name: String, subject: String, issuer: String?, as profile: String, _ dates: [String] = [],
    key: [String] = ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
  ) throws {
    try openssl(
      ["req", "-new", "-newkey"] + key + [
        "-nodes", "-keyout", path(name + ".key"), "-out", path(name + ".csr"), "-subj", "/CN=" + subject,
        "-config", path("ca.cnf"),
      ])
    let signer =
      issuer.map { ["-cert", path($0 + ".pem"), "-keyfile", path($0 + ".key")] }
      ?? ["-selfsign", "-keyfile", path(name + ".key")]
    let validity = dates.isEmpty ? ["-days", "30"] : ["-startdate", dates[0], "-enddate", dates[1]]
    try openssl(
      [
        "ca", "-batch", "-config", path("ca.cnf"), "-extensions", profile, "-in", path(name + ".csr"), "-out",
        path(name + ".pem"), "-notext",
      ] + signer + validity)
    let chain = try bytes(name + ".pem") + (try issuer.map { try bytes($0 + ".pem") } ?? [])
    try Data(chain).write(to: URL(fileURLWithPath: path(name + ".chain.pem")))
  }

  private func openssl(_ arguments: [String]) throws {
    let (status, output) = try OtherProgram.run("openssl", arguments)
    guard status == 0 else { throw Failure(command: arguments.joined(separator: " "), output: output) }
  }

  struct Failure: Error {
    let command: String
    let output: String
  }

  private static let configuration = """
    [req]
    distinguished_name = name
    prompt = no
    [name]
    CN = unused
    [ca]
    default_ca = issuing
    [issuing]
    database = FOLDER/index.txt
    new_certs_dir = FOLDER
    default_md = sha256
    policy = any
    unique_subject = no
    rand_serial = yes
    email_in_dn = no
    [any]
    commonName = supplied
    [authority]
    basicConstraints = critical,CA:TRUE
    keyUsage = critical,keyCertSign,cRLSign
    subjectKeyIdentifier = hash
    authorityKeyIdentifier = keyid
    [tenant_a]
    basicConstraints = critical,CA:TRUE,pathlen:0
    keyUsage = critical,keyCertSign,cRLSign
    subjectKeyIdentifier = hash
    authorityKeyIdentifier = keyid
    nameConstraints = critical,permitted;URI:tenant-a.example
    [tenant_b]
    basicConstraints = critical,CA:TRUE,pathlen:0
    keyUsage = critical,keyCertSign,cRLSign
    subjectKeyIdentifier = hash
    authorityKeyIdentifier = keyid
    [client]
    basicConstraints = critical,CA:FALSE
    keyUsage = critical,digitalSignature
    extendedKeyUsage = clientAuth
    subjectKeyIdentifier = hash
    authorityKeyIdentifier = keyid
    [no_usage]
    basicConstraints = critical,CA:FALSE
    keyUsage = critical,digitalSignature
    subjectKeyIdentifier = hash
    authorityKeyIdentifier = keyid
    [server]
    basicConstraints = critical,CA:FALSE
    keyUsage = critical,digitalSignature
    extendedKeyUsage = serverAuth
    subjectAltName = DNS:localhost,IP:127.0.0.1
    subjectKeyIdentifier = hash
    authorityKeyIdentifier = keyid
    """
}
