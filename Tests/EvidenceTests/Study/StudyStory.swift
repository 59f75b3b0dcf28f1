import Attestations
import CanonicalJSON
import Cryptography
import EvaluationProtocols
import Gates
import PhaseGrants
import Submissions
import Synthesis
import TestSupport

@testable import Evidence

/// A study as it goes on, event by event, each signed by whoever signs it. A coordinator that lies tells a story
/// with something changed, and seals it without asking.
struct StudyStory {
  let fixture: StudyFixture
  var history: StudyHistory
  var state: StudyState
  var statements: [Int: [UInt8]] = [:]
  var signers: [Digest: [UInt8]] = [:]
  var protocols: [Int: [UInt8]] = [:]
  var rounds: [String: Round] = [:]
  /// The coordinator's clock; each event takes an hour.
  var clock: Int64
  private var words: [String: Int] = [:]
  private var wordStatements: [String: Digest] = [:]
  private var counts: [String: Int] = [:]

  /// One round's files.
  struct Round {
    let phase: PhaseName
    let submissions: [SubmissionFiles]
    let verified: [VerifiedSubmission]
    let record: EvidenceRecord
    let summary: EvidenceSummary
    let cut: Int
  }

  init() throws {
    fixture = try StudyFixture.shared()
    history = StudyHistory(study: fixture.evaluationProtocol.id)
    state = StudyState(study: fixture.evaluationProtocol.id)
    clock = try UTCTime(parsing: StudyFixture.start).secondsSinceEpoch
  }

  /// Published, consented to by all, and opened.
  static func opened() throws -> StudyStory {
    var story = try StudyStory()
    try story.publish(story.fixture.evaluationProtocol)
    for site in StudyFixture.sites { try story.consent(site, .broad) }
    try story.enter(.silent)
    return story
  }

  /// With a round of silent evidence.
  static func judged() throws -> StudyStory {
    var story = try opened()
    try story.round("silent-1", .silent)
    return story
  }

  /// In limited: three approvals, grants and acknowledgements.
  static func limited() throws -> StudyStory {
    var story = try judged()
    for reviewer in story.fixture.reviewers { try story.decide(reviewer) }
    try story.enter(.limited)
    for site in StudyFixture.sites { try story.grant(site, .limited) }
    for site in StudyFixture.sites { try story.acknowledge(site) }
    return story
  }

  var now: UTCTime { get throws { try UTCTime(secondsSinceEpoch: clock) } }

  @discardableResult
  mutating func record(_ fact: StudyFact, _ statement: [UInt8]? = nil, at time: UTCTime? = nil) throws -> Int
  {
    clock += 3600
    let event = history.record(fact, by: "system", at: try time ?? now)
    // A liar's events need not be possible.
    try? state.apply(event)
    statements[event.sequence] = statement
    return event.sequence
  }

  mutating func publish(_ version: EvaluationProtocol, _ change: (inout Published) -> Void = { _ in }) throws
  {
    let before = state.inForce.flatMap { inForce in
      [fixture.evaluationProtocol, fixture.amended].first { $0.digest == inForce.protocolDigest }
    }
    var published = Published(
      reason: version.amendment?.reason, changes: before.map { version.changedSections(from: $0) } ?? [],
      returnsToSilent: before.map { version.amendmentEffect(from: $0) != .keepsPhase } ?? false)
    change(&published)
    protocols[version.version] = version.bytes
    try record(
      .protocolPublished(
        .init(
          version: version.version, protocolDigest: version.digest, model: version.model.artifact,
          features: version.model.features, reason: published.reason, changes: published.changes,
          returnsToSilent: published.returnsToSilent)))
  }

  struct Published {
    var reason: String?
    var changes: [String]
    var returnsToSilent: Bool
  }

  var inForce: EvaluationProtocol {
    state.inForce?.protocolDigest == fixture.amended.digest ? fixture.amended : fixture.evaluationProtocol
  }

  mutating func sign(_ site: String) throws -> SigningIdentity {
    guard let identity = fixture.identities[site] else { throw StudyFixture.Missing() }
    signers[identity.fingerprint.digest] = identity.root.pem
    return identity
  }

  private mutating func next(_ kind: String, _ site: String) -> Int {
    counts[kind + site, default: 0] += 1
    return counts[kind + site] ?? 1
  }

  mutating func consent(_ site: String, _ phase: ConsentPhase, by other: SigningIdentity? = nil) throws {
    let identity = try other ?? sign(site)
    signers[identity.fingerprint.digest] = identity.root.pem
    let consent = SiteConsent(
      tenant: StudyFixture.tenant, site: site, study: history.study, protocolDigest: inForce.digest,
      phase: phase, by: "board", reason: "agreed", sequence: next("consent", site), signedAt: try now)
    let bytes = try consent.sign(with: identity)
    try record(
      .consentRecorded(
        .init(
          site: site, protocolDigest: inForce.digest, phase: phase,
          statement: signedDigest(of: bytes, by: identity))), bytes)
  }

  mutating func enter(
    _ phase: PhaseName, at time: UTCTime? = nil, decisions: [Digest]? = nil, round: String?? = nil
  ) throws {
    let approvals = Gate(opening: phase).map { gate in
      (try? state.approvals(at: gate, under: inForce, now: now)) ?? []
    }
    try record(
      .phaseEntered(
        .init(
          phase: phase, protocolDigest: inForce.digest,
          round: round ?? (phase == .silent ? nil : state.evidence?.fact.round),
          decisions: decisions ?? approvals ?? [])), at: time)
  }

  mutating func round(
    _ name: String, _ phase: PhaseName, sites: [String] = StudyFixture.sites,
    change: (EvidenceSummary) -> StudyFact.EvidenceRecorded = { $0.fact }
  ) throws {
    let fixture = fixture
    let endedAt = try now
    let sequence = rounds.count + 1
    let submissions = try sites.map {
      try fixture.submission(of: $0, phase: phase, sequence: sequence, at: endedAt)
    }
    let verified = try submissions.map {
      try $0.verify(
        under: fixture.evaluationProtocol, phase: phase, pinnedRootKey: $0.claimedRootKey(), at: endedAt)
    }
    let look = state.looks(of: phase, under: fixture.evaluationProtocol.digest) + 1
    let matrix = try merge(verified.map(\.aggregate), under: fixture.evaluationProtocol)
    let outcome = try Gates.decide(matrix, phase: phase, under: fixture.evaluationProtocol, look: look)
    let record = EvidenceRecord(
      evaluationProtocol: fixture.evaluationProtocol, modelCard: try ModelCard.parse(fixture.modelCard),
      sites: verified.map(EvidenceRecord.SiteEvidence.init), matrix: matrix, outcome: outcome,
      sealedAt: endedAt, validUntil: endedAt)
    let summary = EvidenceSummary(
      round: name, evaluationProtocol: fixture.evaluationProtocol, modelCard: Digest(of: fixture.modelCard),
      submissions: verified, matrix: matrix,
      files: matrix.encode()
        + [(path: "gates.json", bytes: outcome.encode(protocolDigest: fixture.evaluationProtocol.digest))],
      outcome: outcome, look: look, endedAt: endedAt)
    let cut = try self.record(.evidenceRecorded(change(summary)))
    rounds[name] = Round(
      phase: phase, submissions: submissions, verified: verified, record: record, summary: summary, cut: cut)
  }

  /// The part of the history that a reader may see.
  func studyRecord() throws -> StudyRecord {
    let roots = try signers.values.map { try Certificate(pem: $0) }
    func signed<Content>(_ kind: StudyFact.Kind, _ read: ([UInt8], Certificate) throws -> Content) -> [Int:
      Content]
    {
      var found: [Int: Content] = [:]
      for event in history.events where event.fact.kind == kind {
        guard let bytes = statements[event.sequence] else { continue }
        for root in roots where found[event.sequence] == nil {
          found[event.sequence] = try? read(bytes, root)
        }
      }
      return found
    }
    return StudyRecord(
      tenant: StudyFixture.tenant, history: history, state: state,
      protocols: [
        fixture.evaluationProtocol.digest: fixture.evaluationProtocol,
        fixture.amended.digest: fixture.amended,
      ].filter { digest, _ in state.versions.contains { $0.protocolDigest == digest } },
      decisions: signed(.decisionRecorded) { try VerifiedDecision.verify($0, root: $1).content },
      delegations: signed(.delegationRecorded) { try VerifiedDelegation.verify($0, root: $1).content })
  }
}

/// Words between coordinator and sites, and what interrupts a study.
extension StudyStory {
  mutating func grant(
    _ site: String, _ phase: PhaseName, number: Int? = nil, signedFor: String? = nil, head: HistoryHead? = nil
  ) throws {
    let grant = PhaseGrant(
      tenant: StudyFixture.tenant, site: signedFor ?? site, study: history.study,
      protocolDigest: inForce.digest, protocolVersion: inForce.version, modelDigest: inForce.model.artifact,
      phase: phase, sequence: number ?? (words[site] ?? 0) + 1, history: head ?? history.head,
      issuedAt: try now, expiresAt: try UTCTime(secondsSinceEpoch: clock + 3 * 86_400))
    let bytes = try grant.sign(with: fixture.coordinator)
    try word(site, .grant, phase, number: grant.sequence, drill: false, bytes)
  }

  mutating func order(
    _ site: String, _ kind: StopOrder.Kind = .hold, incident: String = "i-1", drill: Bool = false
  ) throws {
    let order = StopOrder(
      tenant: StudyFixture.tenant, site: site, study: history.study, protocolDigest: inForce.digest,
      kind: kind, incident: incident, reason: "a test", fallback: inForce.fallback, drill: drill,
      sequence: (words[site] ?? 0) + 1, history: history.head, issuedAt: try now)
    let bytes = try order.sign(with: fixture.coordinator)
    guard let word = StudyFact.Word(rawValue: kind.rawValue) else { throw StudyFixture.Missing() }
    try self.word(site, word, nil, number: order.sequence, drill: drill, bytes)
  }

  private mutating func word(
    _ site: String, _ word: StudyFact.Word, _ phase: PhaseName?, number: Int, drill: Bool, _ bytes: [UInt8]
  ) throws {
    words[site] = number
    let statement = try signedDigest(of: bytes, by: fixture.coordinator)
    wordStatements[site] = statement
    try record(
      .wordGiven(
        .init(
          site: site, word: word, phase: phase, number: number, drill: drill, statement: statement)), bytes)
  }

  /// A site acknowledges the newest word that it got.
  mutating func acknowledge(_ site: String, _ about: Acknowledgement.About = .grant, drill: Bool = false)
    throws
  {
    guard let number = words[site], let statement = wordStatements[site] else { throw StudyFixture.Missing() }
    let acknowledgement = Acknowledgement(
      tenant: StudyFixture.tenant, site: site, study: history.study, protocolDigest: inForce.digest,
      about: about, statement: statement, wordSequence: number, drill: drill, receivedAt: try now,
      effectiveAt: try now, sequence: next("acknowledgement", site), signedAt: try now)
    let identity = try sign(site)
    let bytes = try acknowledgement.sign(with: identity)
    try record(
      .acknowledged(
        .init(
          site: site, about: about, number: number, receivedAt: acknowledgement.receivedAt,
          effectiveAt: acknowledgement.effectiveAt, drill: drill,
          statement: signedDigest(of: bytes, by: identity))), bytes)
  }

  mutating func hold(
    _ incident: String = "i-1", cause: StudyFact.HoldCause = .person, criteria: [String] = [],
    round: String? = nil, drill: Bool = false
  ) throws {
    try record(
      .incidentOpened(
        .init(incident: incident, title: "A test", sites: ["north"], windows: [], drill: drill)))
    try record(
      .held(
        .init(
          incident: incident, cause: cause, criteria: criteria, round: round, reason: "a test", drill: drill))
    )
  }

  mutating func note(_ incident: String = "i-1") throws {
    try record(
      .incidentNoted(
        .init(incident: incident, text: nil, owner: "Olga", runbook: nil, correctiveAction: "retrain")))
  }

  mutating func restart(_ phase: PhaseName = .silent, incident: String = "i-1") throws {
    let target = RestartTarget(protocolDigest: inForce.digest, phase: phase, incident: incident)
    let approvals = try state.approvals(at: .restart, target: target, under: inForce, now: now)
    try record(
      .restarted(
        .init(
          phase: phase, protocolDigest: inForce.digest, version: inForce.version, incident: incident,
          decisions: approvals)))
  }
}

/// The identity of a statement by somebody.
func signedDigest(of bytes: [UInt8], by identity: SigningIdentity) throws -> Digest {
  let attestation = try UnverifiedAttestation.parse(bytes)
  guard let type = attestation.claimedType else { throw StudyFixture.Missing() }
  return try attestation.verify(
    role: identity.role, predicateType: type, root: identity.root,
    pinnedRootKey: identity.root.publicKey.digest, at: attestation.leafStart
  ).signedDigest
}
