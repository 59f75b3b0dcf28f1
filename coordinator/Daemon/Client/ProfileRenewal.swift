import CoordinatorAPI
import Cryptography
import Glibc
import ServiceRuntime
import Transport

/// A new key and certificate for a person's profile. What is new waits in a folder of its own until both are
/// there, so that a crash leaves a pair that fits.
struct ProfileRenewal {
  private let profile: Profile
  private var folder: String { profile.folder + "/next" }
  private var keyFile: String { folder + "/client.key" }
  private var certificateFile: String { folder + "/client.pem" }

  init(_ profile: Profile) { self.profile = profile }

  /// Asks for the certificate and takes it into use.
  func renew(with client: APIClient) async throws -> Certificate {
    let key = try SigningKey()
    let answer: CertificateDocument = try await client.send(
      "POST", try path(.renew), CertificateRequestDocument(request: CertificateRequest.make(by: key).der))
    let certificate = try Certificate(der: answer.certificate)
    guard certificate.publicKey == key.verificationKey else {
      throw ToolError(
        "the coordinator certified another key", remedy: "do not use it; tell the operator",
        exitCode: .signatureOrDigestWrong)
    }
    // Of a renewal that was cut off before its certificate came.
    unlink(keyFile)
    try KeyFile.makeFolder(folder)
    try KeyFile.write(key.pem(), to: keyFile)
    try KeyFile.writePublic(certificate.pem, to: certificateFile)
    try finish()
    return certificate
  }

  /// Puts a complete pair in the place of the old one. The certificate moves last: while it is here, the rest
  /// can be done again.
  func finish() throws {
    guard access(certificateFile, F_OK) == 0 else { return }
    if access(keyFile, F_OK) == 0 { try move(keyFile, to: profile.keyFile) }
    try move(certificateFile, to: profile.certificateFile)
    rmdir(folder)
  }

  private func move(_ path: String, to target: String) throws {
    guard rename(path, target) == 0 else {
      throw ToolError(
        "\(path) cannot be moved to \(target): \(String(cString: strerror(errno)))",
        remedy: "check the permissions of the profile's folder", exitCode: .unreachable)
    }
  }
}
