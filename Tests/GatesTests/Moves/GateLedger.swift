import Attestations
import CanonicalJSON
import Cryptography
import EvaluationProtocols
import Gates
import PhaseGrants
import StudyFixtures
import Testing

/// A study whose history a test writes, event by event; moves are recorded without asking for their conditions.
struct GateLedger {
  let people: ReviewedStudy
  private(set) var history = StudyHistory(study: ReviewedStudy.id)
  private(set) var state = StudyState(study: ReviewedStudy.id)
  private(set) var protocols: [EvaluationProtocol] = []
  /// Seconds after the noon of `ReviewedStudy.time`.
  var now: Int64 = 0
  private var rounds = 0

  static let page = ReviewedStudy.digest("page")

  init() throws { people = try ReviewedStudy.shared() }

  /// A study under the first version, in a phase.
  init(in phase: PhaseName, _ change: (inout ReviewedStudy.Version) -> Void = { _ in }) throws {
    try self.init()
    var version = people.first
    change(&version)
    try publish(version)
    for site in ReviewedStudy.sites { try consent(site, .broad) }
    try enter(.silent)
    for next in version.phases where next != .silent && next <= phase {
      try endRound()
      try enter(next)
    }
  }

  var time: UTCTime { get throws { try ReviewedStudy.time(now) } }

  var inForce: EvaluationProtocol {
    get throws {
      let digest = state.inForce?.protocolDigest
      return try #require(protocols.first { $0.digest == digest })
    }
  }

  /// Adds a fact; where the state does not allow it nothing changes.
  @discardableResult
  mutating func record(_ fact: StudyFact) throws -> StudyEvent {
    var longer = history
    let event = longer.record(fact, by: "user/lead", at: try time)
    let before = state
    do { try state.apply(event) } catch {
      let same = state == before
      #expect(same, "a refused event changed the state: \(error)")
      throw error
    }
    history = longer
    return event
  }

  @discardableResult
  mutating func publish(_ version: ReviewedStudy.Version) throws -> EvaluationProtocol {
    var version = version
    let previous = protocols.last
    version.number = protocols.count + 1
    version.previous = previous?.digest
    let amended = try people.evaluationProtocol(version)
    let inForce = protocols.first { $0.digest == state.inForce?.protocolDigest }
    try record(.protocolPublished(state.publication(of: amended, inForce: inForce)))
    protocols.append(amended)
    return amended
  }

  /// Publishes the first version with a change.
  @discardableResult
  mutating func amend(_ change: (inout ReviewedStudy.Version) -> Void) throws -> EvaluationProtocol {
    var version = people.first
    change(&version)
    return try publish(version)
  }

  mutating func consent(_ site: String, _ phase: ConsentPhase) throws {
    try record(
      .consentRecorded(
        .init(
          site: site, protocolDigest: inForce.digest, phase: phase,
          statement: ReviewedStudy.digest("consent of \(site), \(history.head.sequence)"))))
  }

  /// A release round of the phase ends; its evidence list is its own.
  mutating func endRound(_ verdict: Verdict = .pass, phase: PhaseName? = nil) throws {
    rounds += 1
    let active = state.activePhase
    let phase = try #require(phase ?? active)
    try record(
      .evidenceRecorded(
        .init(
          round: "round-\(rounds)", phase: phase, protocolDigest: inForce.digest,
          look: state.looks(of: phase, under: inForce.digest) + 1, verdict: verdict, breached: [],
          evidence: evidenceList(ofRound: rounds).digest, endedAt: time, sites: [], headlines: [])))
  }

  private func evidenceList(ofRound number: Int) throws -> EvidenceList {
    EvidenceList([
      Subject(name: "protocol/protocol.json", digest: try inForce.digest),
      Subject(name: "matrix/pooled.json", digest: ReviewedStudy.digest("matrix \(number)")),
    ])
  }

  /// The list that a sign-off has to be about now.
  var evidenceList: EvidenceList {
    get throws {
      try state.evidence == nil
        ? EvidenceList(protocolAlone: inForce.digest) : evidenceList(ofRound: rounds)
    }
  }

  mutating func enter(_ phase: PhaseName) throws {
    try record(
      .phaseEntered(
        .init(
          phase: phase, protocolDigest: inForce.digest, round: phase == .silent ? nil : "round-\(rounds)",
          decisions: [])))
  }

  /// Opens an incident and holds or stops the study because of it.
  mutating func interrupt(_ incident: String = "incident", stop: Bool = false) throws {
    try record(
      .incidentOpened(.init(incident: incident, title: "a breach", sites: [], windows: [], drill: false)))
    try record(
      stop
        ? .stopped(.init(incident: incident, reason: "a breach"))
        : .held(
          .init(
            incident: incident, cause: .person, criteria: [], round: nil, reason: "a breach", drill: false)))
  }

  mutating func note(_ incident: String = "incident", owner: String? = "O.", action: String? = "fixed") throws
  {
    try record(
      .incidentNoted(
        .init(incident: incident, text: "noted", owner: owner, runbook: nil, correctiveAction: action)))
  }

  mutating func restart(_ phase: PhaseName, under version: Int, incident: String = "incident") throws {
    try record(
      .restarted(
        .init(
          phase: phase, protocolDigest: protocols[version - 1].digest, version: version, incident: incident,
          decisions: [])))
  }

  func target(_ phase: PhaseName, version: Int? = nil, incident: String = "incident") throws -> RestartTarget
  {
    let digest = try version.map { protocols[$0 - 1].digest } ?? inForce.digest
    return RestartTarget(protocolDigest: digest, phase: phase, incident: incident)
  }

  // MARK: Signing

  /// What a reviewer signs who does everything right.
  func draft(by reviewer: Reviewer, at gate: Gate? = nil) throws -> SignOffDraft {
    let version = try inForce
    var draft = try SignOffDraft(
      by: reviewer, protocolDigest: version.digest, evidence: evidenceList, page: Self.page,
      history: history.head, signedAt: time)
    let waiting = state.gate(under: version)
    draft.gate = try #require(gate ?? waiting)
    draft.round = state.evidence?.fact.round
    let entry = state.reviewers(of: draft.gate, under: version).first { $0.fingerprint == reviewer.key }
    draft.independence = entry?.independence ?? []
    draft.role = entry?.role ?? reviewer.role
    draft.previous = state.decisions.last { $0.fact.key == reviewer.key }?.fact.statement
    if draft.gate == .restart { draft.target = try target(.silent) }
    return draft
  }

  func check() throws -> SignOffCheck {
    SignOffCheck(
      state: state, history: history, tenant: ReviewedStudy.tenant, evaluationProtocol: try inForce,
      now: try time)
  }

  /// The rule by which a sign-off is refused; nil when it is taken.
  func refusal(_ draft: SignOffDraft) throws -> String? {
    do {
      _ = try check().decision(draft.verified(), page: Self.page)
      return nil
    } catch let refusal as SignOffRefusal { return refusal.rule }
  }

  /// Checks and records a sign-off.
  mutating func submit(_ draft: SignOffDraft) throws {
    try record(.decisionRecorded(check().decision(draft.verified(), page: Self.page)))
  }

  /// A sign-off with everything right.
  mutating func sign(
    _ reviewer: Reviewer, _ decision: Decision = .approve, _ target: RestartTarget? = nil
  ) throws {
    var draft = try draft(by: reviewer)
    draft.decision = decision
    draft.target = target ?? draft.target
    try submit(draft)
  }

  func unmet(_ move: Move) throws -> [UnmetCondition.Code] {
    try state.unmetConditions(for: move, under: inForce, now: time).map(\.code)
  }
}
