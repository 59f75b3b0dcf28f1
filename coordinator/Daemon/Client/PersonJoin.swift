import CanonicalJSON
import CoordinatorAPI
import Cryptography
import Glibc
import ServiceRuntime
import Transport

/// Uses a person's invitation once, and makes the profile that it gives.
///
/// Killed at any point it can be run again with the same invitation: the key is the one that was made first, and the
/// coordinator gives the same answer for the same key. `profile.json` is written last, so that a folder with it is
/// whole.
struct PersonJoin {
  private let invitation: PersonInvitationDocument
  private let profile: Profile

  /// A join with an invitation; nothing is written yet.
  ///
  /// - Throws: `WireError` for another document.
  init(invitation bytes: [UInt8], folder: String) throws(WireError) {
    invitation = try PersonInvitationDocument.parse(bytes)
    profile = Profile(
      folder: folder, url: invitation.apiURL, tenant: invitation.tenant, user: invitation.user)
  }

  /// Joins, unless the folder holds what this invitation gave before.
  func run(at now: UTCTime) async throws -> PersonInvitationDocument {
    try KeyFile.makeFolder(profile.folder)
    guard try !isDone() else { return invitation }
    guard now < invitation.expiresAt else {
      throw ToolError(
        "the invitation ended at \(invitation.expiresAt.text)",
        remedy: "ask the tenant's administrator for a new one", exitCode: .expiredOrSuperseded)
    }
    let key = try pendingKey()
    try writeFileAtomically(
      Certificate(der: invitation.serverCertificateAuthority).pem, to: profile.authorityFile)
    let certificate = try await ask(for: key)
    try writeFileAtomically(certificate.pem, to: profile.certificateFile)
    try writeFileAtomically(profile.encode(), to: profile.file)
    return invitation
  }

  /// Whether the folder is the profile of this invitation already.
  private func isDone() throws -> Bool {
    guard access(profile.file, F_OK) == 0 else { return false }
    let found = try Profile.load(from: profile.folder)
    guard found.tenant == profile.tenant, found.user == profile.user else {
      throw ToolError(
        "\(profile.folder) is the profile of \(found.user) in \(found.tenant)",
        remedy: "choose another folder; a profile is never overwritten", exitCode: .inputRefused)
    }
    return true
  }

  /// The key that waits for its certificate, or a new one.
  private func pendingKey() throws -> SigningKey {
    if access(profile.keyFile, F_OK) == 0 { return try SigningKey(pem: KeyFile.read(profile.keyFile)) }
    let key = try SigningKey()
    try KeyFile.write(key.pem(), to: profile.keyFile)
    return key
  }

  /// The certificate that the coordinator issues, if it is for this key and this account.
  private func ask(for key: SigningKey) async throws -> Certificate {
    let client = try APIClient(
      joiningAt: invitation.joinURL, as: profile, tls: ClientTLS(caFile: profile.authorityFile))
    let answer: PersonJoinAnswerDocument = try await client.send(
      "POST", try path(.joinPerson),
      PersonJoinRequestDocument(
        invitation: invitation.id, secret: invitation.secret,
        request: try CertificateRequest.make(by: key).der))
    let certificate = try Certificate(der: answer.certificate)
    let isForUs =
      answer.tenant == invitation.tenant && answer.user == invitation.user && answer.role == invitation.role
      && certificate.publicKey == key.verificationKey
    guard isForUs else {
      throw ToolError(
        "the coordinator answered for somebody else",
        remedy: "do not use it; tell the tenant's administrator",
        exitCode: .signatureOrDigestWrong)
    }
    return certificate
  }
}
