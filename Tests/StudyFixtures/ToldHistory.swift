package import CanonicalJSON
package import Cryptography
package import EvaluationProtocols
package import Gates
package import PhaseGrants

/// A study's history, told event by event, each a minute after the one before. Statements are made up: nothing
/// here is signed.
package struct ToldHistory {
  package private(set) var history: StudyHistory
  /// The newest version of the protocol.
  package private(set) var evaluationProtocol: EvaluationProtocol
  /// Every version, by digest.
  package private(set) var protocols: [Digest: EvaluationProtocol]
  package private(set) var clock: UTCTime
  private var words: [String: Int] = [:]

  /// A study whose first event is that its protocol comes into force.
  package init(_ evaluationProtocol: EvaluationProtocol, at start: String = "2026-01-05T08:00:00Z") throws {
    history = StudyHistory(study: evaluationProtocol.id)
    self.evaluationProtocol = evaluationProtocol
    protocols = [:]
    clock = try UTCTime(parsing: start)
    try publish(evaluationProtocol, reason: nil)
  }

  /// What the history gives.
  package func state() throws -> StudyState { try StudyState(history) }

  /// Lets time pass.
  package mutating func wait(days: Int = 0, seconds: Int64 = 0) throws {
    clock = try UTCTime(secondsSinceEpoch: clock.secondsSinceEpoch + Int64(days) * 86_400 + seconds)
  }

  /// Adds any event.
  package mutating func add(_ fact: StudyFact, by actor: String = "system") throws {
    history.record(fact, by: actor, at: clock)
    try wait(seconds: 60)
  }

  /// A version of the protocol comes into force.
  package mutating func publish(
    _ version: EvaluationProtocol, reason: String?, changes: [String] = [], returnsToSilent: Bool = false
  ) throws {
    evaluationProtocol = version
    protocols[version.digest] = version
    let number = history.events.count {
      if case .protocolPublished = $0.fact { true } else { false }
    }
    try add(
      .protocolPublished(
        .init(
          version: number + 1, protocolDigest: version.digest, model: version.model.artifact,
          features: version.model.features, reason: reason, changes: changes,
          returnsToSilent: returnsToSilent)), by: "user/lead")
  }

  /// Sites say how far they go.
  package mutating func consent(_ sites: [String], to phase: ConsentPhase = .broad) throws {
    for site in sites {
      try add(
        .consentRecorded(
          .init(
            site: site, protocolDigest: evaluationProtocol.digest, phase: phase,
            statement: Digest(of: Array("consent of \(site)".utf8)))), by: "site/\(site)/agent/one")
    }
  }

  /// The study enters a phase.
  package mutating func enter(_ phase: PhaseName, round: String? = nil) throws {
    let approvals = try Gate(opening: phase).map {
      try state().approvals(at: $0, under: evaluationProtocol, now: clock)
    }
    try add(
      .phaseEntered(
        .init(
          phase: phase, protocolDigest: evaluationProtocol.digest, round: round, decisions: approvals ?? [])),
      by: "user/lead")
  }

  /// A release round ends in a phase.
  package mutating func evidence(
    _ round: String, in phase: PhaseName, look: Int = 1, verdict: Verdict = .pass, breached: [String] = [],
    sites: [EvidenceSite] = [], headlines: [EvidenceHeadline] = [], list: Digest? = nil
  ) throws {
    try add(
      .evidenceRecorded(
        .init(
          round: round, phase: phase, protocolDigest: evaluationProtocol.digest, look: look, verdict: verdict,
          breached: breached, evidence: list ?? Digest(of: Array("evidence of \(round)".utf8)),
          endedAt: clock, sites: sites, headlines: headlines)))
  }

  /// A reviewer, or a delegate of theirs, signs on the evidence as it stands.
  package mutating func sign(
    _ entry: RequiredSignOff, at gate: Gate, _ decision: Decision = .approve, delegate: String? = nil,
    validDays: Int = 90, conditions: [String] = [], target: RestartTarget? = nil, page: Digest? = nil
  ) throws {
    let state = try state()
    try add(
      .decisionRecorded(
        .init(
          gate: gate, round: state.evidence?.fact.round, protocolDigest: evaluationProtocol.digest,
          evidence: state.evidenceDigest() ?? evaluationProtocol.digest, page: page ?? Digest(of: []),
          decision: decision, person: delegate ?? entry.person, role: entry.role,
          onBehalfOf: delegate == nil ? nil : entry.person, key: entry.fingerprint ?? Digest(of: []),
          signedAt: clock,
          validUntil: try UTCTime(secondsSinceEpoch: clock.secondsSinceEpoch + Int64(validDays) * 86_400),
          seen: history.head.sequence, target: target, conditions: conditions,
          statement: Digest(of: Array("decision \(history.head.sequence + 1)".utf8)))), by: "user/reviewer")
  }

  /// Something goes wrong, or is rehearsed, and the study is held.
  package mutating func hold(
    _ incident: String, title: String = "Something went wrong", criteria: [String] = [], round: String? = nil,
    sites: [String] = [], windows: [String] = [], drill: Bool = false
  ) throws {
    let actor = criteria.isEmpty ? "user/lead" : "system"
    history.record(
      .incidentOpened(.init(incident: incident, title: title, sites: sites, windows: windows, drill: drill)),
      by: actor, at: clock)
    try add(
      .held(
        .init(
          incident: incident, cause: criteria.isEmpty ? .person : .stopCriterion, criteria: criteria,
          round: round, reason: title, drill: drill)), by: actor)
  }

  /// Sites are told a word.
  package mutating func tell(
    _ sites: [String], _ word: StudyFact.Word, phase: PhaseName? = nil, drill: Bool = false
  ) {
    for site in sites {
      let number = (words[site] ?? 0) + 1
      words[site] = number
      history.record(
        .wordGiven(
          .init(
            site: site, word: word, phase: phase, number: number, drill: drill,
            statement: Digest(of: Array("word \(number) to \(site)".utf8)))), by: "system", at: clock)
    }
  }

  /// A site acknowledges the newest word so many seconds from now.
  package mutating func acknowledge(
    _ site: String, _ about: Acknowledgement.About, after seconds: Int64 = 2, drill: Bool = false
  ) throws {
    let time = try UTCTime(secondsSinceEpoch: clock.secondsSinceEpoch + seconds)
    history.record(
      .acknowledged(
        .init(
          site: site, about: about, number: words[site] ?? 1, receivedAt: time, effectiveAt: time,
          drill: drill, statement: Digest(of: Array("acknowledgement of \(site)".utf8)))),
      by: "site/\(site)/agent/one", at: time)
  }

  /// A change is written down.
  package mutating func change(
    _ change: StudyFact.Change, site: String? = nil, at: String, _ text: String, automatic: Bool = false
  ) throws {
    try add(
      .changeRecorded(
        .init(change: change, site: site, at: UTCTime(parsing: at), text: text, automatic: automatic)),
      by: automatic ? "system" : "user/lead")
  }

  /// One site's part of some evidence.
  package static func site(
    _ site: String, dataset: String = "first", rows: Int? = 1000, events: Int? = 80,
    sourceVersion: String = "release 8.2", extractedAt: String = "2026-01-02T04:00:00Z",
    evaluator: String = "site-agent 0.1.0", minimumCell: Int = 11
  ) throws -> EvidenceSite {
    EvidenceSite(
      site: site, dataset: Digest(of: Array("\(site) \(dataset)".utf8)), datasetName: "\(site)-\(dataset)",
      dataClass: "synthetic", source: "ward record system", sourceVersion: sourceVersion,
      extractedAt: try UTCTime(parsing: extractedAt), aggregate: Digest(of: Array("\(site) aggregate".utf8)),
      evaluator: evaluator, minimumCell: minimumCell, rows: rows, events: events)
  }

  /// One number of some evidence.
  package static func headline(
    _ metric: Metric, _ value: Double, _ lower: Double, _ upper: Double, site: String? = nil
  ) throws -> EvidenceHeadline {
    let scale = metric == .calibrationSlope ? 8 : 12
    let scope: Criterion.Scope =
      site != nil ? .everySite : metric == .observedExpectedRatio ? .pooledRows : .randomEffects
    return EvidenceHeadline(
      metric: metric, scope: scope, site: site, value: try FixedDecimal(value, scale: scale),
      lower: try FixedDecimal(lower, scale: scale), upper: try FixedDecimal(upper, scale: scale))
  }
}
