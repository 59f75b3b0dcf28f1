internal import CanonicalJSON
internal import Cryptography

/// The folder with which a person's program finds the coordinator and is known there.
struct PersonProfile {
  let url: String
  let tenant: String
  let user: String

  static let format = "urn:equipoise:profile:v1"

  /// Writes the folder: profile, key, certificate, and the authority of the server's certificates.
  func write(
    to folder: String, key: SigningKey, certificate: Certificate, serverAuthority: Certificate,
    in deployment: DeploymentFolder
  ) throws(TenancyError) {
    try deployment.make(folder)
    try deployment.write(key: key, to: folder + "/client.key")
    try deployment.writePublic(certificate.pem, to: folder + "/client.pem")
    try deployment.writePublic(serverAuthority.pem, to: folder + "/server-ca.pem")
    try deployment.writePublic(
      encodeCanonicalJSON([
        "format": .string(Self.format), "tenant": .string(tenant), "url": .string(url), "user": .string(user),
      ]), to: folder + "/profile.json")
  }
}
