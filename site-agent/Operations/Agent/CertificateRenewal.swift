import CanonicalJSON
import CoordinatorAPI
import Cryptography
import ServiceRuntime

/// Replaces the certificate before it ends: always for a new key, and the old pair is kept until the new one
/// has been used once.
package struct CertificateRenewal: Sendable {
  private let store: SiteStore
  private let credentials: ClientCredentials
  private let connection: any CoordinatorConnection
  private let environment: AgentEnvironment

  /// The renewals of an agent; every call goes through the pause switch.
  package init(
    store: SiteStore, directory: AgentDirectory, connection: any CoordinatorConnection,
    environment: AgentEnvironment
  ) {
    self.store = store
    credentials = ClientCredentials(directory)
    self.connection = PausableConnection(connection, directory: directory, delay: environment.delay)
    self.environment = environment
  }

  /// When the certificate in use is to be replaced; the random part is drawn once, by the caller.
  package func plan(random: Double) throws -> RenewalPlan {
    let certificate = try credentials.current()
    return try RenewalPlan(
      madeAt: UTCTime(secondsSinceEpoch: certificate.madeAt),
      notAfter: UTCTime(secondsSinceEpoch: certificate.notAfter), random: random)
  }

  /// Uses a new pair for the first time, and then forgets the old one; goes back to the old pair when the
  /// coordinator does not take the new one.
  package func confirmUse() async throws {
    guard credentials.hasPrevious else { return }
    connection.credentialsChanged()
    do { _ = try await connection.identity() } catch let error as ConnectionError where !error.isTransient {
      try credentials.rollBack()
      connection.credentialsChanged()
      throw error
    }
    try credentials.confirm()
  }

  /// Asks for a certificate for a new key and takes it into use.
  ///
  /// - Throws: `ConnectionError`, `AgentError.answerDiffers`; the pair in use stays then.
  package func renew() async throws {
    let current = try credentials.current()
    // A key whose answer was lost is not asked for again: every attempt has a key of its own.
    try credentials.dropPendingKey()
    let key = try credentials.pendingKey()
    let body = CertificateRequestDocument(request: try CertificateRequest.make(by: key).der).encode()
    try await store.recordEgress(
      OutgoingBody(
        kind: .renewal, destination: connection.destination(of: .renewal, assignment: nil), assignment: nil,
        content: body), at: environment.now())
    let answer = try await connection.renew(body)
    let renewed = try Certificate(der: answer.certificate)
    guard renewed.uriNames == current.uriNames else { throw AgentError.answerDiffers("name") }
    try credentials.store(certificate: answer.certificate, issuer: answer.issuer)
    try credentials.promote()
    try await confirmUse()
  }
}
