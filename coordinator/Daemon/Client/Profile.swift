import CanonicalJSON
import Cryptography
import EvaluationProtocols
import ServiceRuntime
import Transport

/// How a person reaches the coordinator: a folder with the address, the pinned authority of the server's
/// certificate, and the person's own certificate and key. Format: `protocols/enrolment.md`, section 8.
struct Profile {
  static let format = "urn:equipoise:profile:v1"

  let folder: String
  let url: String
  let tenant: String
  let user: String

  /// Reads `profile.json` of a folder.
  static func load(from folder: String) throws -> Profile {
    let bytes = try readFile(folder + "/profile.json", maximumBytes: JSONLimits.small.maximumBytes)
    var object = try DocumentField(parseCanonicalJSON(bytes, limits: .small)).object()
    try object.expectFormat(format)
    let profile = Profile(
      folder: folder, url: try object.required("url").string(maximum: 300),
      tenant: try object.required("tenant").identifier(), user: try object.required("user").identifier())
    try object.finish()
    try ProfileRenewal(profile).finish()
    // The key is read by libcurl; what this product refuses elsewhere it refuses here too.
    _ = try SigningKey(pem: KeyFile.read(profile.keyFile))
    return profile
  }

  /// Writes a new profile folder: the key first, `profile.json` last, so that a folder with it is whole.
  static func write(
    to folder: String, url: String, tenant: String, user: String, key: SigningKey, certificate: Certificate,
    serverAuthority: Certificate
  ) throws {
    try KeyFile.makeFolder(folder)
    let profile = Profile(folder: folder, url: url, tenant: tenant, user: user)
    try KeyFile.write(key.pem(), to: profile.keyFile)
    try KeyFile.writePublic(certificate.pem, to: profile.certificateFile)
    try KeyFile.writePublic(serverAuthority.pem, to: profile.authorityFile)
    try writeFileAtomically(profile.encode(), to: profile.file)
  }

  /// The bytes of `profile.json`.
  func encode() -> [UInt8] {
    encodeCanonicalJSON([
      "format": .string(Self.format), "url": .string(url), "tenant": .string(tenant), "user": .string(user),
    ])
  }

  var file: String { folder + "/profile.json" }
  var keyFile: String { folder + "/client.key" }
  var certificateFile: String { folder + "/client.pem" }
  var authorityFile: String { folder + "/server-ca.pem" }

  var tls: ClientTLS {
    ClientTLS(caFile: authorityFile, certificateFile: certificateFile, keyFile: keyFile)
  }
}
