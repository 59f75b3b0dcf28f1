import PhaseGrants
import CanonicalJSON
import Cryptography
import EvaluationProtocols
import Gates
import StudyFixtures

@testable import Evidence

/// The wards of `ReportFixture` with a history: an amendment, two rounds in silent, an approval, a rejection, an
/// abstention, the gate into limited, a drill, and a hold at which one hospital does not answer.
struct WardStudy {
  /// Text that stands in names, titles and reasons.
  var hostile: String?
  /// What happens after the review cut; nothing of it may be on the page.
  var later = "the study went on"
  /// Who decided what before the cut, at the gate that is reviewed.
  var firstDecision = Decision.abstain
  /// What somebody decided about the restart before the incident was noted, which asks for new signatures.
  var restartDecision: Decision?

  static let sites = ["alder", "birch", "cedar", "elm", "fir"]

  private var fixture: ReportFixture {
    var fixture = ReportFixture()
    fixture.version = 2
    fixture.reviewers = [hostile ?? "Dr. Asta Berg", "Dr. Milan Novak", "Prof. Ines Costa"]
    if let hostile {
      fixture.title = hostile
      fixture.siteName = hostile
    }
    return fixture
  }

  /// The record without a history, and the history up to the evidence of its round.
  private func start() throws -> (record: EvidenceRecord, story: ToldHistory) {
    let record = try fixture.record()
    var first = fixture
    first.version = 1
    var story = try ToldHistory(first.record().evaluationProtocol, at: "2026-03-02T09:00:00Z")
    try story.consent(Self.sites)
    try story.enter(.silent)
    try story.wait(days: 60)
    try story.evidence(
      "r-first", in: .silent, verdict: .inconclusive,
      sites: ["alder", "birch", "elm"].map { try part($0, "may") },
      headlines: headlines(1.02, cedar: 1.1))
    let entry = try reviewers(story)
    try story.sign(entry[0], at: .limited, firstDecision)
    try story.publish(
      record.evaluationProtocol, reason: hostile ?? "A hospital joined.", changes: ["sites"])
    try story.consent(Array(Self.sites.dropLast()))
    try story.consent(["fir"], to: .silent)
    try story.change(
      .mapping, site: "birch", at: "2026-05-14T00:00:00Z", hostile ?? "lactate in mmol/l instead of mg/dl")
    try story.change(.sourceSystem, site: "alder", at: "2026-04-02T00:00:00Z", "a new laboratory system")
    try story.wait(days: 70)
    try story.evidence(
      "r-second", in: .silent, look: 1,
      sites: ["alder", "birch", "cedar", "elm"].map { try part($0, "july") },
      headlines: headlines(1.07, cedar: 1.41), list: EvidenceList(of: record).digest)
    return (record, story)
  }

  private func reviewers(_ story: ToldHistory) throws -> [RequiredSignOff] {
    story.evaluationProtocol.phase(.silent)?.signOffs ?? []
  }

  private func part(_ site: String, _ month: String) throws -> EvidenceSite {
    try ToldHistory.site(
      site, dataset: site == "birch" ? month : "first", rows: site == "elm" ? nil : 3120,
      events: site == "elm" ? nil : month == "july" ? 260 : 200,
      sourceVersion: site == "birch" && month == "july" ? "release 9.0" : "release 8.2",
      evaluator: site == "alder" && month == "july" ? "site-agent 0.2.0" : "site-agent 0.1.0")
  }

  private func headlines(_ ratio: Double, cedar: Double) throws -> [EvidenceHeadline] {
    [
      try ToldHistory.headline(.auroc, 0.801, 0.76, 0.84),
      try ToldHistory.headline(.observedExpectedRatio, ratio, ratio - 0.08, ratio + 0.08),
      try ToldHistory.headline(.calibrationSlope, 0.88, 0.8, 0.96),
      try ToldHistory.headline(.auroc, 0.826, 0.80, 0.85, site: "alder"),
      try ToldHistory.headline(.observedExpectedRatio, cedar, cedar - 0.12, cedar + 0.12, site: "cedar"),
      try ToldHistory.headline(.auroc, 0.752, 0.71, 0.79, site: "cedar"),
      try ToldHistory.headline(.calibrationSlope, 0.71, 0.6, 0.82, site: "cedar"),
    ]
  }

  /// The record and the history at the review cut of the gate into limited.
  func atReview() throws -> (record: EvidenceRecord, cut: StudyHistory) {
    let (record, story) = try start()
    return (try record.with(story), story.history)
  }

  /// The record after the hold, with the cuts of both reviews.
  func afterHold() throws -> (record: EvidenceRecord, gate: StudyHistory, restart: StudyHistory) {
    var (record, story) = try start()
    let gate = story.history
    let entries = try reviewers(story)
    try story.sign(entries[1], at: .limited, .reject, conditions: ["Show the night shifts first."])
    try story.wait(days: 1)
    for (index, entry) in entries.enumerated() {
      try story.sign(
        entry, at: .limited, delegate: index == 2 ? "Dr. Eva Lang" : nil,
        conditions: index == 0 ? ["A monthly look at Cedar City."] : [])
    }
    try story.enter(.limited, round: "r-second")
    story.tell(Array(Self.sites.dropLast()), .grant, phase: .limited)
    story.tell(["fir"], .grant, phase: .silent)
    for site in Self.sites { try story.acknowledge(site, .grant, after: 30) }
    try story.hold("drill-1", title: "Yearly rehearsal of a stop", drill: true)
    try story.wait(seconds: -60)
    story.tell(Self.sites, .hold, drill: true)
    for (index, site) in Self.sites.enumerated() {
      try story.acknowledge(site, .stopOrder, after: 3 + Int64(index) * 4, drill: true)
    }
    try story.wait(seconds: 120)
    try story.add(
      .incidentClosed(.init(incident: "drill-1", people: ["Dr. Milan Novak"], text: "All heard it.")),
      by: "user/lead")
    try story.wait(days: 9)
    try story.hold(
      "i-7", title: hostile ?? "Missed sepsis at Cedar City", sites: ["cedar"], windows: ["2026-06"])
    try story.wait(seconds: -60)
    story.tell(Self.sites, .hold)
    for (site, seconds) in zip(Self.sites, [2, 3, 41, 5]) {
      try story.acknowledge(site, .stopOrder, after: Int64(seconds))
    }
    try story.wait(seconds: 3600)
    if let restartDecision {
      try story.sign(entries[0], at: .restart, restartDecision, target: story.state().restartTarget())
    }
    try story.wait(seconds: 3600)
    try story.add(
      .incidentNoted(
        .init(
          incident: "i-7", text: nil, owner: "Dr. Milan Novak", runbook: "Stop of a score, page 7",
          correctiveAction: hostile ?? "Recalibrate at Cedar City; ask again after one month.")),
      by: "user/lead")
    let restart = story.history
    try story.change(.other, at: "2026-08-01T00:00:00Z", later)
    return (try record.with(story), gate, restart)
  }
}

extension EvidenceRecord {
  /// The record with a history; nothing in it was signed.
  fileprivate func with(_ story: ToldHistory) throws -> EvidenceRecord {
    let state = try story.state()
    var decisions: [Int: GateDecision] = [:]
    for decision in state.decisions {
      let fact = decision.fact
      decisions[decision.sequence] = GateDecision(
        tenant: "t-example", study: evaluationProtocol.id, gate: fact.gate, round: fact.round,
        protocolDigest: fact.protocolDigest, target: fact.target, person: fact.person, role: fact.role,
        organisation: "Hospital of \(fact.role)", decision: fact.decision,
        meaning: fact.decision.meaning(at: fact.gate, phase: fact.gate.phase ?? .silent),
        conditions: fact.conditions,
        conflicts: fact.decision == .reject ? ["Was paid for a talk by the vendor in 2024."] : [],
        independence: [], comment: nil, signedAt: fact.signedAt, validUntil: fact.validUntil,
        history: story.history.head, previous: nil, delegation: nil, salt: String(repeating: "0a", count: 16))
    }
    return EvidenceRecord(
      evaluationProtocol: evaluationProtocol, modelCard: modelCard, sites: sites, matrix: matrix,
      outcome: outcome, sealedAt: sealedAt, validUntil: validUntil,
      study: StudyRecord(
        tenant: "t-example", history: story.history, state: state, protocols: story.protocols,
        decisions: decisions, delegations: [:]))
  }
}
