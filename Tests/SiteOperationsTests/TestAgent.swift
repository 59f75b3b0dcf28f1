import Synchronization
import Attestations
import CanonicalJSON
import CoordinatorAPI
import Cryptography
import EvaluationProtocols
import Foundation
import ServiceRuntime
import SiteEvaluation
import SiteOperations
import StudyFixtures
import TestSupport
import Testing

/// An agent directory with keys, a store and a fake coordinator, for one hospital of the heart disease example.
final class TestAgent: Sendable {
  static let site = "switzerland"
  static let tenant = "t-" + String(repeating: "a2", count: 13)
  static let assignment = "a-" + String(repeating: "b3", count: 13)
  static let round = "r-" + String(repeating: "c4", count: 13)
  static var time: UTCTime { get throws { try UTCTime(parsing: "2026-06-01T12:00:00Z") } }

  let directory: AgentDirectory
  let identity: AgentIdentity
  let signing: SigningIdentity
  let coordinator: FakeCoordinator
  let evaluationProtocol: EvaluationProtocol
  /// The artifact that the protocol names.
  let model: [UInt8]
  let clock: ManualClock
  let dataFile: String
  let environment: AgentEnvironment

  /// The store as a program that starts now finds it.
  func store() throws -> SiteStore { try SiteStore(directory, createIfMissing: false) }

  func worker() throws -> AssignmentWorker {
    AssignmentWorker(
      store: try store(), directory: directory, identity: identity, connection: coordinator,
      environment: environment)
  }

  init(in folder: String, trees: [UInt8]?) async throws {
    let site = Self.site
    directory = AgentDirectory(folder + "/agent")
    try KeyFile.makeFolder(directory.path)
    try KeyFile.makeFolder(directory.tls)
    let made = try UTCTime(parsing: "2026-05-01T09:00:00Z")
    signing = try SigningIdentity.create(role: SignerRole(site: site), now: made)
    try signing.save(to: directory.signing)
    let evidence = try SigningIdentity.create(role: .evidence, now: made)
    try KeyFile.writePublic(evidence.root.pem, to: directory.evidenceRoot)
    identity = AgentIdentity(
      tenant: Self.tenant, site: site, instance: "n-" + String(repeating: "d5", count: 13),
      coordinator: "https://coordinator.test", evidenceRoot: evidence.fingerprint.digest)
    try identity.save(to: directory)
    let store = try SiteStore(directory, createIfMissing: true)
    try await store.set(.tenant, to: Self.tenant)
    let directory = self.directory
    coordinator = FakeCoordinator(evidence: evidence, tenant: Self.tenant, site: site) { body in
      // D4: whoever gets the bytes finds them in the log already, through a connection of its own.
      let entries = try? await SiteStore(directory, createIfMissing: false).egressEntries()
      let digests = (entries ?? []).enumerated().compactMap {
        try? EgressEntry(parsing: $0.element, at: $0.offset + 1).digest
      }
      #expect(digests.last == Digest(of: body), "bytes left before their entry in the egress log")
    }
    let example = try HeartDiseaseStudy.file("lr.json")
    model = trees ?? example
    var text = String(decoding: try HeartDiseaseStudy.file("protocol.json"), as: UTF8.self)
    if trees != nil {
      text = text.replacing(Digest(of: example).text, with: Digest(of: model).text)
        .replacing("logisticRegression", with: "treeEnsemble")
    }
    evaluationProtocol = try EvaluationProtocol.parse(Array(text.utf8))
    let clock = ManualClock(try Self.time.secondsSinceEpoch)
    self.clock = clock
    environment = AgentEnvironment(
      clock: clock, delay: { try await Task.sleep(for: min($0, .milliseconds(5))) }, random: { 0.5 },
      retryDelay: { attempt, _ in .seconds(1 << min(attempt, 8)) }, software: "test")
    dataFile = folder + "/data.csv"
    try Data(HeartDiseaseStudy.file("sites/\(site)/data.csv")).write(to: URL(fileURLWithPath: dataFile))
  }

  /// Runs a test with an agent in a folder of its own.
  ///
  /// - Parameter trees: a file of trees that the protocol names in place of the example's model.
  static func with(trees: [UInt8]? = nil, _ body: (TestAgent) async throws -> Void) async throws {
    let path = FileManager.default.temporaryDirectory.path + "/equipoise-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: path) }
    try await body(TestAgent(in: path, trees: trees))
  }

  // MARK: What people do

  @discardableResult
  func register() async throws -> RegisteredDataset {
    try await DatasetRegistry(store(), directory: directory).register(
      files: [dataFile], declaration: HeartDiseaseStudy.file("sites/\(Self.site)/dataset.json"),
      policy: HeartDiseaseStudy.file("sites/\(Self.site)/policy.json"), study: evaluationProtocol.id,
      by: "B. Person", at: now())
  }

  func approve(_ mode: ReleaseMode) async throws {
    let store = try store()
    _ = try await ProtocolGovernance(store, site: Self.site).approve(
      store.protocolDocument(named: evaluationProtocol.id), mode: mode, by: "A. Person", reason: "agreed",
      with: signing, at: now())
  }

  func previewAndRelease(_ assignment: String = TestAgent.assignment) async throws -> ReleasePreview {
    let store = try store()
    let preview = try await ReleasePreview(assignment, in: store)
    try await store.markPreviewed(assignment, at: now())
    _ = try await store.release(preview.item.package, by: "A. Person", reason: "looks right", at: now())
    return preview
  }

  // MARK: What the coordinator does

  /// Publishes the example's files and lists one assignment.
  func offer(
    _ id: String = TestAgent.assignment, sequence: Int = 1, phase: PhaseName = .silent,
    state: CoordinatorAPI.AssignmentState = .open,
    submission: Digest? = nil, hasConflict: Bool = false, card: [UInt8]? = nil
  ) async throws {
    let features = try HeartDiseaseStudy.file("features.json")
    var files: [(ObjectKind, [UInt8])] = [
      (.evaluationProtocol, evaluationProtocol.bytes), (.model, model), (.features, features),
    ]
    if let card { files.append((.modelCard, card)) }
    let assignment = Assignment(
      id: id, round: Self.round, study: evaluationProtocol.id, evaluationProtocol: evaluationProtocol.digest,
      phase: phase, kind: .release, deadline: try UTCTime(parsing: "2026-06-08T12:00:00Z"),
      sequence: sequence,
      objects: files.map { ObjectReference(kind: $0.0, digest: Digest(of: $0.1), bytes: $0.1.count) },
      state: state, submission: submission, hasConflict: hasConflict)
    let time = try Self.time
    coordinator.state.withLock { fake in
      for file in files { fake.objects[Digest(of: file.1)] = file.1 }
      fake.document = AssignmentsDocument(
        time: time, cursor: 1, tenant: Self.tenant, site: Self.site, assignments: [assignment])
    }
    _ = try await store().merge(try document(), at: now())
  }

  func document() throws -> AssignmentsDocument {
    let document = coordinator.state.withLock { $0.document }
    return try #require(document)
  }

  func now() throws -> UTCTime { try UTCTime(secondsSinceEpoch: clock.now()) }

  /// Where an assignment stands.
  func record(_ id: String = TestAgent.assignment) async throws -> AssignmentRecord {
    try #require(try await store().assignment(id))
  }

  /// Everything up to signed bytes in the outbox.
  func untilComputed(_ mode: ReleaseMode = .hold, card: [UInt8]? = nil) async throws {
    try await offer(card: card)
    try await worker().runOnce()
    try await register()
    try await approve(mode)
    try await worker().runOnce()
  }
}
