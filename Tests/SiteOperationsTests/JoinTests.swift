import Attestations
import CanonicalJSON
import CoordinatorAPI
import Cryptography
import Foundation
import SiteOperations
import Synchronization
import TestSupport
import Testing

/// Joining, and joining again after a crash or a lost answer.
@Suite struct JoinTests {
  /// The join port: issues certificates as a tenant's authority would.
  final class JoinPort: JoinConnection {
    let rootKey: SigningKey
    let root: Certificate
    let authorityKey: SigningKey
    let authority: Certificate
    let evidence: SigningIdentity
    let requests = Mutex<[JoinRequestDocument]>([])
    let losesAnswers = Mutex(0)
    let change: @Sendable (JoinAnswerDocument) -> JoinAnswerDocument

    init(change: @escaping @Sendable (JoinAnswerDocument) -> JoinAnswerDocument = { $0 }) throws {
      let now = try TestAgent.time.secondsSinceEpoch
      rootKey = try SigningKey()
      root = try Certificate.makeDeploymentRoot(name: "root", key: rootKey, now: now)
      authorityKey = try SigningKey()
      authority = try Certificate.makeTenantAuthority(
        name: "tenant", host: "\(TestAgent.tenant).demo.test", key: authorityKey.verificationKey, root: root,
        rootKey: rootKey, now: now)
      evidence = try SigningKeyPair.evidence()
      self.change = change
    }

    func invitation() throws -> [UInt8] {
      InvitationDocument(
        id: "i-" + String(repeating: "a2", count: 13), secret: String(repeating: "b3", count: 16),
        tenant: TestAgent.tenant, site: "north", joinURL: "https://coordinator.test:8444",
        apiURL: "https://coordinator.test:8443", serverCertificateAuthority: root.der,
        evidenceRoot: evidence.fingerprint.digest, expiresAt: try UTCTime(parsing: "2026-06-01T13:00:00Z")
      ).encode()
    }

    func join(_ request: [UInt8]) async throws -> JoinAnswerDocument {
      let document = try JoinRequestDocument.parse(request)
      requests.withLock { $0.append(document) }
      if losesAnswers.withLock({ lost in
        lost -= 1
        return lost >= 0
      }) {
        throw FakeCoordinator.lost
      }
      let key = try CertificateRequest(der: document.request).publicKey
      let instance = "n-" + String(repeating: "d5", count: 13)
      let certificate = try Certificate.makeClient(
        uri: "spiffe://\(TestAgent.tenant).demo.test/site/north/agent/\(instance)", key: key,
        authority: authority, authorityKey: authorityKey, now: TestAgent.time.secondsSinceEpoch,
        lifetime: 7 * 86_400)
      return change(
        JoinAnswerDocument(
          tenant: TestAgent.tenant, site: "north", instance: instance, certificate: certificate.der,
          issuer: authority.der, evidenceRoot: evidence.root.der, status: .pending))
    }
  }

  private func inFolder(_ body: (AgentDirectory) async throws -> Void) async throws {
    let path = FileManager.default.temporaryDirectory.path + "/equipoise-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try await body(AgentDirectory(path))
  }

  private func join(_ port: JoinPort, _ directory: AgentDirectory) async throws -> JoinOutcome {
    let join = try SiteJoin(invitation: port.invitation(), directory: directory)
    try join.prepare(at: TestAgent.time)
    return try await join.run(port, at: TestAgent.time)
  }

  @Test func joiningLeavesACompleteDirectory() async throws {
    try await inFolder { directory in
      let port = try JoinPort()
      let outcome = try await join(port, directory)
      #expect(outcome.status == .pending)
      let identity = try AgentIdentity.load(from: directory)
      #expect(identity == outcome.identity)
      #expect(identity.coordinator == "https://coordinator.test:8443")
      let signing = try SigningIdentity.load(from: directory.signing)
      #expect(signing.fingerprint == outcome.signingFingerprint)
      let certificate = try ClientCredentials(directory).current()
      let key = try SigningKey(pem: KeyFile.read(ClientCredentials(directory).key))
      #expect(certificate.publicKey == key.verificationKey)
      #expect(!ClientCredentials(directory).hasPrevious)
      // What was sent is what the coordinator checks.
      let request = try #require(port.requests.withLock { $0.first })
      try EnrolmentStatement(
        tenant: TestAgent.tenant, site: "north", invitation: request.invitation,
        tlsKey: key.verificationKey.digest
      ).verify(
        request.statement, root: Certificate(der: request.signingRoot), tlsSignature: request.tlsSignature,
        tlsKey: key.verificationKey, at: TestAgent.time)
    }
  }

  @Test func requestIsInTheEgressLogAndItsSecretIsNotInTheDirectory() async throws {
    try await inFolder { directory in
      _ = try await join(JoinPort(), directory)
      let store = try SiteStore(directory, createIfMissing: false)
      #expect(try await store.verifyEgress().entries == 1)
      let secret = String(repeating: "b3", count: 16)
      for path in try listing(directory.path) {
        #expect(!String(decoding: try fileBytes(path), as: UTF8.self).contains(secret), "\(path)")
      }
    }
  }

  @Test func lostAnswerIsAskedForAgainWithTheSameKeys() async throws {
    try await inFolder { directory in
      let port = try JoinPort()
      port.losesAnswers.withLock { $0 = 1 }
      await #expect(throws: ConnectionError.self) { _ = try await self.join(port, directory) }
      #expect(throws: AgentError.notJoined) { try AgentIdentity.load(from: directory) }
      _ = try await join(port, directory)
      let requests = port.requests.withLock { $0 }
      #expect(requests.count == 2)
      let keys = try requests.map { try CertificateRequest(der: $0.request).publicKey.digest }
      #expect(keys[0] == keys[1])
      #expect(requests[0].signingRoot == requests[1].signingRoot)
    }
  }

  @Test(
    "interrupted after the answer, the next join asks again for the same key, and is noted once",
    arguments: ["identity.json", "tls/client.pem"])
  func interruptedJoinIsTakenUpAgain(place: String) async throws {
    try await inFolder { directory in
      let port = try JoinPort()
      // A folder has the name of the file, so that the join ends there.
      let obstacle = directory.path + "/" + place
      try FileManager.default.createDirectory(
        atPath: obstacle + "/taken", withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o700])
      await #expect(throws: (any Error).self) { _ = try await self.join(port, directory) }
      try FileManager.default.removeItem(atPath: obstacle)
      do { _ = try await join(port, directory) } catch AgentError.alreadyJoined {}
      let keys = try port.requests.withLock { $0 }.map {
        try CertificateRequest(der: $0.request).publicKey.digest
      }
      #expect(Set(keys).count == 1)
      let certificate = try ClientCredentials(directory).current()
      #expect(certificate.publicKey.digest == keys.first)
      #expect(try AgentIdentity.load(from: directory).site == "north")
      let store = try SiteStore(directory, createIfMissing: false)
      let decisions = try await store.decisions(maximum: 10)
      #expect(decisions.map(\.action) == ["agent.joined"])
    }
  }

  @Test func joinedAgentIsNotJoinedAgain() async throws {
    try await inFolder { directory in
      let port = try JoinPort()
      _ = try await join(port, directory)
      await #expect(throws: AgentError.alreadyJoined(site: "north")) {
        _ = try await self.join(port, directory)
      }
    }
  }

  @Test func invitationAfterItsEndIsRefused() throws {
    let join = try SiteJoin(
      invitation: JoinPort().invitation(), directory: AgentDirectory("/nonexistent/agent"))
    #expect(throws: AgentError.self) { try join.prepare(at: UTCTime(parsing: "2026-06-01T13:00:01Z")) }
  }

  @Test("an answer for somebody else is refused", arguments: ["tenant", "site", "evidence key", "key"])
  func foreignAnswerIsRefused(what: String) async throws {
    let stranger = try SigningKeyPair.evidence()
    let port = try JoinPort { answer in
      JoinAnswerDocument(
        tenant: what == "tenant" ? "t-other" : answer.tenant, site: what == "site" ? "south" : answer.site,
        instance: answer.instance, certificate: what == "key" ? stranger.leaf.der : answer.certificate,
        issuer: answer.issuer, evidenceRoot: what == "evidence key" ? stranger.root.der : answer.evidenceRoot,
        status: answer.status)
    }
    try await inFolder { directory in
      await #expect(throws: AgentError.answerDiffers(what)) { _ = try await self.join(port, directory) }
      #expect(throws: AgentError.notJoined) { try AgentIdentity.load(from: directory) }
    }
  }

  private func listing(_ folder: String) throws -> [String] {
    let names = try #require(FileManager.default.enumerator(atPath: folder))
    return names.compactMap { ($0 as? String).map { folder + "/" + $0 } }.filter {
      var isFolder: ObjCBool = false
      return FileManager.default.fileExists(atPath: $0, isDirectory: &isFolder) && !isFolder.boolValue
    }
  }
}
