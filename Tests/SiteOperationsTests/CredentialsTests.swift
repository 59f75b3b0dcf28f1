import Synchronization
import CanonicalJSON
import CoordinatorAPI
import Cryptography
import Foundation
import SiteOperations
import Testing

/// Replacing the certificate, with a crash at every point.
@Suite struct CredentialsTests {
  /// An authority that answers renewals, and an agent that has a certificate of it.
  private struct Issuer: Sendable {
    let authorityKey: SigningKey
    let authority: Certificate
    static let uri = "spiffe://t.demo.test/site/switzerland/agent/n"

    init() throws {
      let now = try TestAgent.time.secondsSinceEpoch
      let rootKey = try SigningKey()
      let root = try Certificate.makeDeploymentRoot(name: "root", key: rootKey, now: now)
      authorityKey = try SigningKey()
      authority = try Certificate.makeTenantAuthority(
        name: "tenant", host: "t.demo.test", key: authorityKey.verificationKey, root: root, rootKey: rootKey,
        now: now)
    }

    func issue(_ key: VerificationKey, uri: String = Issuer.uri) throws -> Certificate {
      try Certificate.makeClient(
        uri: uri, key: key, authority: authority, authorityKey: authorityKey,
        now: TestAgent.time.secondsSinceEpoch, lifetime: 7 * 86_400)
    }

    func answer(_ request: [UInt8], uri: String = Issuer.uri) throws -> CertificateDocument {
      let key = try CertificateRequest(der: CertificateRequestDocument.parse(request).request).publicKey
      return CertificateDocument(certificate: try issue(key, uri: uri).der, issuer: authority.der)
    }
  }

  private func prepare(_ agent: TestAgent, _ issuer: Issuer) throws -> ClientCredentials {
    let credentials = ClientCredentials(agent.directory)
    let key = try credentials.pendingKey()
    try credentials.store(certificate: issuer.issue(key.verificationKey).der, issuer: issuer.authority.der)
    try credentials.promote()
    try credentials.confirm()
    return credentials
  }

  private func renewal(_ agent: TestAgent) throws -> CertificateRenewal {
    CertificateRenewal(
      store: try agent.store(), directory: agent.directory, connection: agent.coordinator,
      environment: agent.environment)
  }

  private func isConsistent(_ credentials: ClientCredentials) throws -> Bool {
    let certificate = try credentials.current()
    return try SigningKey(pem: KeyFile.read(credentials.key)).verificationKey == certificate.publicKey
  }

  @Test func renewalTakesANewKeyIntoUseAndForgetsTheOldOne() async throws {
    let issuer = try Issuer()
    try await TestAgent.with { agent in
      let credentials = try prepare(agent, issuer)
      let before = try credentials.current()
      agent.coordinator.state.withLock { $0.renewal = { try issuer.answer($0) } }
      try await renewal(agent).renew()
      let after = try credentials.current()
      #expect(after.publicKey != before.publicKey)
      #expect(try isConsistent(credentials))
      #expect(!credentials.hasPrevious)
      #expect(agent.coordinator.state.withLock(\.credentialChanges) > 0)
      #expect(try await agent.store().verifyEgress().entries == 1)
    }
  }

  @Test func interruptedForgettingIsFinished() async throws {
    let issuer = try Issuer()
    try await TestAgent.with { agent in
      let credentials = try prepare(agent, issuer)
      agent.coordinator.state.withLock {
        $0.renewal = { try issuer.answer($0) }
        $0.identityFailure = FakeCoordinator.lost
      }
      let renewal = try renewal(agent)
      await #expect(throws: ConnectionError.self) { try await renewal.renew() }
      // A folder in the place of the certificate: forgetting the pair ends there.
      let previous = agent.directory.tls + "/previous"
      try FileManager.default.removeItem(atPath: previous + "/client.pem")
      try FileManager.default.createDirectory(
        atPath: previous + "/client.pem", withIntermediateDirectories: false)
      agent.coordinator.state.withLock { $0.identityFailure = nil }
      await #expect(throws: (any Error).self) { try await renewal.confirmUse() }
      #expect(credentials.hasPrevious)
      try FileManager.default.removeItem(atPath: previous + "/client.pem")
      try await renewal.confirmUse()
      #expect(try FileManager.default.contentsOfDirectory(atPath: previous).isEmpty)
    }
  }

  @Test func oldPairStaysUntilTheNewOneWasUsed() async throws {
    let issuer = try Issuer()
    try await TestAgent.with { agent in
      let credentials = try prepare(agent, issuer)
      agent.coordinator.state.withLock {
        $0.renewal = { try issuer.answer($0) }
        $0.identityFailure = FakeCoordinator.lost
      }
      let renewal = try renewal(agent)
      await #expect(throws: ConnectionError.self) { try await renewal.renew() }
      #expect(credentials.hasPrevious)
      #expect(try isConsistent(credentials))
      agent.coordinator.state.withLock { $0.identityFailure = nil }
      try await renewal.confirmUse()
      #expect(!credentials.hasPrevious)
    }
  }

  @Test func certificateThatTheCoordinatorDoesNotTakeIsTakenBack() async throws {
    let issuer = try Issuer()
    try await TestAgent.with { agent in
      let credentials = try prepare(agent, issuer)
      let before = try credentials.current()
      agent.coordinator.state.withLock {
        $0.renewal = { try issuer.answer($0) }
        $0.identityFailure = .unreachable(code: "tls", detail: "refused", remedy: "", isRetryable: false)
      }
      let renewal = try renewal(agent)
      await #expect(throws: ConnectionError.self) { try await renewal.renew() }
      #expect(try credentials.current() == before)
      #expect(try isConsistent(credentials))
    }
  }

  @Test func lostAnswerKeepsThePairAndAsksWithAnotherKey() async throws {
    let issuer = try Issuer()
    try await TestAgent.with { agent in
      let credentials = try prepare(agent, issuer)
      let before = try credentials.current()
      let renewal = try renewal(agent)
      await #expect(throws: ConnectionError.self) { try await renewal.renew() }
      #expect(try credentials.current() == before)
      let waiting = try credentials.pendingKey().verificationKey
      agent.coordinator.state.withLock { $0.renewal = { try issuer.answer($0) } }
      try await renewal.renew()
      #expect(try credentials.current().publicKey != waiting)
    }
  }

  @Test func certificateForAnotherNameIsRefused() async throws {
    let issuer = try Issuer()
    try await TestAgent.with { agent in
      let credentials = try prepare(agent, issuer)
      let before = try credentials.current()
      agent.coordinator.state.withLock {
        $0.renewal = { try issuer.answer($0, uri: "spiffe://t.demo.test/site/other/agent/n") }
      }
      let renewal = try renewal(agent)
      await #expect(throws: AgentError.answerDiffers("name")) { try await renewal.renew() }
      #expect(try credentials.current() == before)
    }
  }

  @Test("a crash between any two steps of a change leaves one whole pair", arguments: 0...2)
  func crashedChangeIsFinished(at point: Int) async throws {
    let issuer = try Issuer()
    try await TestAgent.with { agent in
      let credentials = try prepare(agent, issuer)
      let before = try credentials.current()
      let key = try credentials.pendingKey()
      let next = agent.directory.tls + "/next"
      switch point {
      case 0:
        // The key is there, its certificate is not: the old pair stays.
        #expect(try credentials.current() == before)
        #expect(try isConsistent(credentials))
        return
      case 1:
        try credentials.store(
          certificate: issuer.issue(key.verificationKey).der, issuer: issuer.authority.der)
      default:
        try credentials.store(
          certificate: issuer.issue(key.verificationKey).der, issuer: issuer.authority.der)
        // The key has its new place, the certificate has not.
        try overwrite(
          String(decoding: KeyFile.read(next + "/client.key"), as: UTF8.self), at: credentials.key)
        try removeFile(next + "/client.key")
      }
      #expect(try credentials.current().publicKey == key.verificationKey)
      #expect(try isConsistent(credentials))
    }
  }

  @Test func renewalIsPlannedInTheMiddleOfTheLife() throws {
    let start = try TestAgent.time
    let end = try UTCTime(secondsSinceEpoch: start.secondsSinceEpoch + 100_000)
    func renewAt(_ random: Double) throws -> Int64 {
      try RenewalPlan(madeAt: start, notAfter: end, random: random).renewAt.secondsSinceEpoch
        - start.secondsSinceEpoch
    }
    #expect(try renewAt(0) == 50_000)
    #expect(try renewAt(0.5) == 55_000)
    #expect(try renewAt(1) == 60_000)
    #expect(try renewAt(.nan) == 60_000)
  }

  @Test func operatorIsWarnedBeforeTheEnd() throws {
    let start = try TestAgent.time
    func warning(_ life: Int64, left: Int64) throws -> String? {
      let end = try UTCTime(secondsSinceEpoch: start.secondsSinceEpoch + life)
      return RenewalPlan.warning(
        madeAt: start, notAfter: end,
        now: try UTCTime(secondsSinceEpoch: end.secondsSinceEpoch - left))
    }
    let day: Int64 = 86_400
    #expect(try warning(30 * day, left: 7 * day) == nil)
    #expect(try warning(30 * day, left: 7 * day - 1) != nil)
    #expect(try warning(30 * day, left: day - 1)?.contains("less than a day") == true)
    #expect(try warning(7 * day, left: 4 * day) == nil)
    #expect(try warning(7 * day, left: 2 * day) != nil)
    #expect(try warning(7 * day, left: -1)?.contains("ended") == true)
  }
}
