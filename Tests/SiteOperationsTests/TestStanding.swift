import Attestations
import CanonicalJSON
import CoordinatorAPI
import Cryptography
import EvaluationProtocols
import PhaseGrants
import ServiceRuntime
import SiteOperations
import Synchronization
import Testing

/// A coordinator's words to the site of a `TestAgent`, and what the agent makes of them.
extension TestAgent {
  var study: String { evaluationProtocol.id }

  func standingWorker(_ events: @escaping @Sendable (StandingEvent) -> Void = { _ in }) throws
    -> StandingWorker
  {
    StandingWorker(
      store: try store(), directory: directory, identity: identity, connection: coordinator,
      environment: environment, report: events)
  }

  func book() throws -> StandingBook { StandingBook(try store(), directory: directory, identity: identity) }

  func exposure() async throws -> Exposure { try await book().exposure(of: study, at: now()) }

  /// Lists the study's standing as the coordinator has it now.
  func list(card: [UInt8]? = nil) async throws {
    if let card { coordinator.state.withLock { $0.objects[Digest(of: card)] = card } }
    let document = try standingDocument(card: card)
    coordinator.state.withLock { $0.document = document }
    _ = try await store().merge(document, at: now())
  }

  func standingDocument(card: [UInt8]? = nil) throws -> AssignmentsDocument {
    let (assignments, words, consents, acknowledgements) = coordinator.state.withLock {
      ($0.document?.assignments ?? [], $0.words[study] ?? [], $0.consents, $0.acknowledgements)
    }
    let objects = coordinator.state.withLock { $0.objects }
    let model = evaluationProtocol.model
    let files: [(ObjectKind, Digest?)] = [
      (.evaluationProtocol, evaluationProtocol.digest), (.model, model.artifact), (.features, model.features),
      (.modelCard, card.map { Digest(of: $0) }),
    ]
    let standing = Standing(
      study: study, evaluationProtocol: evaluationProtocol.digest, version: evaluationProtocol.version,
      title: evaluationProtocol.study.title,
      objects: files.compactMap { kind, digest in
        guard let digest, let bytes = objects[digest] else { return nil }
        return ObjectReference(kind: kind, digest: digest, bytes: bytes.count)
      },
      consent: consents == 0
        ? nil : .init(sequence: consents, phase: .silent, evaluationProtocol: evaluationProtocol.digest),
      acknowledgement: acknowledgements,
      word: words.last.map { .init(kind: $0.kind, sequence: $0.sequence) })
    return AssignmentsDocument(
      time: try Self.time, cursor: 1, tenant: Self.tenant, site: Self.site, assignments: assignments,
      standings: [standing])
  }

  /// The study's files, an approval, and a standing.
  func join(_ phase: PhaseName? = .limited) async throws {
    try await offer()
    try await list()
    try await standingWorker().fetchFiles()
    try await register()
    let store = try store()
    _ = try await ProtocolGovernance(store, site: Self.site).approve(
      store.protocolDocument(named: study), mode: .hold, phase: phase, by: "A. Person", reason: "agreed",
      with: signing, at: now())
  }

  private func head(_ sequence: Int) -> HistoryHead {
    HistoryHead(sequence: sequence, digest: Digest(of: Array("history \(sequence)".utf8)))
  }

  func grant(
    _ sequence: Int, _ phase: PhaseName = .limited, history: Int? = nil, site: String = TestAgent.site,
    issued: Int64 = 0
  ) throws -> PhaseGrant {
    let issuedAt = try UTCTime(secondsSinceEpoch: clock.now() + issued)
    return PhaseGrant(
      tenant: Self.tenant, site: site, study: study, protocolDigest: evaluationProtocol.digest,
      protocolVersion: evaluationProtocol.version, modelDigest: evaluationProtocol.model.artifact,
      phase: phase, sequence: sequence, history: head(history ?? sequence), issuedAt: issuedAt,
      expiresAt: try UTCTime(secondsSinceEpoch: issuedAt.secondsSinceEpoch + 3 * 86_400))
  }

  func order(_ sequence: Int, drill: Bool = false, site: String = TestAgent.site) throws -> StopOrder {
    StopOrder(
      tenant: Self.tenant, site: site, study: study, protocolDigest: evaluationProtocol.digest, kind: .hold,
      incident: nil, reason: "a stop criterion was breached", fallback: "the old score", drill: drill,
      sequence: sequence, history: head(sequence), issuedAt: try now())
  }

  /// The coordinator gives a word and lists it.
  func say(_ word: Word, by signer: SigningIdentity? = nil) async throws {
    let signer = signer ?? coordinator.evidence
    let statement: [UInt8]
    let kind: WordKind
    switch word {
    case .grant(let grant): (kind, statement) = (.grant, try grant.sign(with: signer))
    case .stopOrder(let order): (kind, statement) = (.stopOrder, try order.sign(with: signer))
    }
    coordinator.state.withLock {
      $0.words[study, default: []].append(.init(kind: kind, sequence: word.sequence, statement: statement))
    }
    try await list()
  }

  /// What arrived at the coordinator, verified.
  func acknowledgements() throws -> [Acknowledgement] {
    coordinator.state.withLock(\.statements).compactMap { bytes in
      try? Acknowledgement.verify(
        bytes, root: signing.root, pinnedRootKey: signing.fingerprint.digest, at: now()
      ).content
    }
  }

  func consents() throws -> [SiteConsent] {
    coordinator.state.withLock(\.statements).compactMap { bytes in
      try? SiteConsent.verify(
        bytes, root: signing.root, pinnedRootKey: signing.fingerprint.digest, at: now()
      ).content
    }
  }
}

/// What a standing worker said, in its order.
final class StandingEvents: Sendable {
  private let list = Mutex<[StandingEvent]>([])
  var all: [StandingEvent] { list.withLock { $0 } }
  @Sendable func add(_ event: StandingEvent) { list.withLock { $0.append(event) } }
}
