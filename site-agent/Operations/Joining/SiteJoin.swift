package import Attestations
package import CanonicalJSON
package import CoordinatorAPI
import Cryptography
import ServiceRuntime
import Storage

/// The way to the coordinator's join port, which asks for no certificate.
package protocol JoinConnection: Sendable {
  /// Sends the request of an invitation. Throws `ConnectionError`; nobody knows then whether it arrived.
  func join(_ request: [UInt8]) async throws -> JoinAnswerDocument
}

/// What joining gave: two fingerprints that people compare by telephone.
package struct JoinOutcome: Sendable, Equatable {
  package let identity: AgentIdentity
  package let status: JoinStatus
  /// Of this site's own signing root: read out to the study's administrator.
  package let signingFingerprint: Fingerprint
  /// Of the coordinator's evidence key: read out by the administrator.
  package let evidenceFingerprint: Fingerprint
}

/// Uses an invitation once. Killed at any point it can be run again with the same invitation: the keys are
/// those that were made first, and the coordinator gives the same answer for the same key.
package struct SiteJoin: Sendable {
  private let directory: AgentDirectory
  private let invitation: InvitationDocument
  private let credentials: ClientCredentials

  /// A join with an invitation; nothing is written yet.
  ///
  /// - Throws: `WireError` for another document.
  package init(invitation bytes: [UInt8], directory: AgentDirectory) throws(WireError) {
    invitation = try InvitationDocument.parse(bytes)
    self.directory = directory
    credentials = ClientCredentials(directory)
  }

  /// Where the request goes.
  package var joinURL: String { invitation.joinURL }

  /// Makes the folder and what the connection needs: the authority from the invitation, and nobody else's.
  ///
  /// - Throws: `AgentError.invitationExpired`, `.alreadyJoined`, `.otherDeployment`.
  package func prepare(at now: UTCTime) throws {
    guard now <= invitation.expiresAt else { throw AgentError.invitationExpired(invitation.expiresAt) }
    try KeyFile.makeFolder(directory.path)
    try credentials.recover()
    do {
      let joined = try AgentIdentity.load(from: directory)
      guard joined.tenant == invitation.tenant, joined.site == invitation.site else {
        throw AgentError.otherDeployment(
          joined: "\(joined.tenant)/\(joined.site)", invited: "\(invitation.tenant)/\(invitation.site)")
      }
      if let certificate = try? credentials.current(), certificate.notAfter > now.secondsSinceEpoch {
        throw AgentError.alreadyJoined(site: joined.site)
      }
    } catch AgentError.notJoined {}
    try KeyFile.makeFolder(directory.tls)
    let authority = try Certificate(der: invitation.serverCertificateAuthority)
    try writeFileAtomically(authority.pem, to: directory.serverAuthority, mode: 0o600)
  }

  /// Sends the request and takes the answer into use.
  ///
  /// - Throws: `ConnectionError`; `AgentError.answerDiffers` when the answer is not for this invitation.
  package func run(_ connection: any JoinConnection, at now: UTCTime) async throws -> JoinOutcome {
    let signing = try signingIdentity(at: now)
    let key = try credentials.pendingKey()
    let statement = try EnrolmentStatement(
      tenant: invitation.tenant, site: invitation.site, invitation: invitation.id,
      tlsKey: key.verificationKey.digest
    ).sign(by: signing)
    let body = JoinRequestDocument(
      invitation: invitation.id, secret: invitation.secret, request: try CertificateRequest.make(by: key).der,
      signingRoot: signing.root.der, statement: statement, tlsSignature: try key.sign(statement)
    ).encode()

    let store = try SiteStore(directory, createIfMissing: true)
    try await store.set(.tenant, to: invitation.tenant)
    try await store.set(.site, to: invitation.site)
    try await store.recordEgress(
      OutgoingBody(
        kind: .join, destination: "POST \(invitation.joinURL)/v1/join", assignment: nil, content: body),
      at: now)

    let answer = try await connection.join(body)
    try await accept(answer, for: key)
    let identity = AgentIdentity(
      tenant: answer.tenant, site: answer.site, instance: answer.instance, coordinator: invitation.apiURL,
      evidenceRoot: invitation.evidenceRoot)
    // Everything else is written before the certificate: without it the next `join` asks again for the same
    // key, and with it the next start finishes what is left.
    try identity.save(to: directory)
    try await store.recordOnce(
      LocalDecision(
        time: now, action: "agent.joined", object: identity.instance, person: "site-agent join",
        reason: "invitation \(invitation.id)"))
    try credentials.store(certificate: answer.certificate, issuer: answer.issuer)
    try credentials.promote()
    try credentials.confirm()
    return JoinOutcome(
      identity: identity, status: answer.status, signingFingerprint: signing.fingerprint,
      evidenceFingerprint: Fingerprint(invitation.evidenceRoot))
  }

  private func accept(_ answer: JoinAnswerDocument, for key: SigningKey) async throws {
    guard answer.tenant == invitation.tenant else { throw AgentError.answerDiffers("tenant") }
    guard answer.site == invitation.site else { throw AgentError.answerDiffers("site") }
    guard try Certificate(der: answer.certificate).publicKey == key.verificationKey else {
      throw AgentError.answerDiffers("key")
    }
    let root = try Certificate(der: answer.evidenceRoot)
    guard root.publicKey.digest == invitation.evidenceRoot else {
      throw AgentError.answerDiffers("evidence key")
    }
    try writeFileAtomically(root.pem, to: directory.evidenceRoot, mode: 0o600)
  }

  /// The site's signing identity: the one that is there, or a new one that appears whole or not at all.
  private func signingIdentity(at now: UTCTime) throws -> SigningIdentity {
    let role = try SignerRole(site: invitation.site)
    if !isPresent(directory.signing) {
      let partial = directory.signing + ".partial"
      if isPresent(partial) { try removeTree(partial) }
      try SigningIdentity.create(role: role, now: now).save(to: partial)
      try move(partial, to: directory.signing)
      try syncFolder(directory.path)
    }
    let identity = try SigningIdentity.load(from: directory.signing)
    guard identity.role == role else {
      throw AgentError.otherDeployment(joined: identity.role.uri, invited: role.uri)
    }
    return identity
  }
}
