import CanonicalJSON
import CoordinatorAPI
import Cryptography
package import EvaluationProtocols
import Gates
import Storage

extension GateBook {
  /// Opens the study, or lets it enter the protocol's next phase.
  ///
  /// - Throws: `RoundsRefusal` with every condition that is not met.
  package func enter(_ phase: PhaseName, study name: String) throws {
    var study = try load(name, for: .phaseEntered)
    let move: Move = phase == .silent ? .open : .advance(to: phase)
    let missing = try StudyBook(database).objects(of: study.evaluationProtocol).filter { $0.bytes == nil }
    try demand(move, of: study, missing: missing.map(\.kind.rawValue), for: .phaseEntered)
    let decisions =
      Gate(opening: phase).map {
        study.state.approvals(at: $0, under: study.evaluationProtocol, now: now)
      } ?? []
    let round = phase == .silent ? nil : study.state.evidence?.fact.round
    try add(
      .phaseEntered(
        StudyFact.PhaseEntered(
          phase: phase, protocolDigest: study.evaluationProtocol.digest, round: round, decisions: decisions)),
      to: &study)
    _ = record(
      RoundsAction.phaseEntered.rawValue, "study/" + name,
      ["phase": .string(phase.rawValue), "decisions": .integer(Int64(decisions.count))])
    try giveWords(&study)
  }

  /// Holds the study, or rehearses it.
  ///
  /// - Parameter sites: where it was seen; nil where that is not known.
  /// - Returns: the incident that was opened.
  /// - Throws: `RoundsRefusal`, also for a site that the protocol does not list.
  @discardableResult
  package func hold(
    study name: String, reason: String, sites: [String]? = nil, drill: Bool
  ) throws -> String {
    var study = try load(name, for: .held)
    try demand(.hold, of: study, for: .held)
    if let unknown = sites?.first(where: { study.evaluationProtocol.site($0) == nil }) {
      throw RoundsRefusal(.held, of: "site/" + unknown, .absent)
    }
    let incident = try open(
      title: drill ? "Drill: \(reason.cut(to: 180))" : reason.cut(to: 200),
      sites: sites ?? study.evaluationProtocol.sites.map(\.id), drill: drill, in: &study)
    try hold(
      &study,
      StudyFact.Held(
        incident: incident, cause: .person, criteria: [], round: nil, reason: reason, drill: drill))
    return incident
  }

  /// Stops the study.
  ///
  /// - Throws: `RoundsRefusal`.
  package func stop(study name: String, reason: String) throws {
    var study = try load(name, for: .stopped)
    try demand(.stop, of: study, for: .stopped)
    let incident =
      try study.state.interruption?.fact.incident
      ?? open(
        title: reason.cut(to: 200), sites: study.evaluationProtocol.sites.map(\.id), drill: false,
        in: &study)
    try add(.stopped(StudyFact.Stopped(incident: incident, reason: reason)), to: &study)
    _ = record(
      RoundsAction.stopped.rawValue, "study/" + name,
      ["incident": .string(incident), "reason": .string(reason)])
    try endOpenRounds(of: study, incident: incident)
    try giveWords(&study)
  }

  /// Lets a held or stopped study go on, under the version in force or an earlier one.
  ///
  /// - Throws: `RoundsRefusal` with every condition that is not met.
  package func restart(study name: String, version: Int, phase: PhaseName) throws {
    var study = try load(name, for: .restarted)
    guard let incident = study.state.interruption?.fact.incident,
      let wanted = study.state.versions.first(where: { $0.version == version })
    else {
      throw RoundsRefusal(
        .restarted, of: "study/" + name,
        .conditions([
          UnmetCondition(
            code: .state,
            sentence: "the study is \(study.state.word), or there is no version \(version) of its protocol",
            clearedBy: "look at `coordinator gate status`")
        ]))
    }
    let target = RestartTarget(protocolDigest: wanted.protocolDigest, phase: phase, incident: incident)
    try demand(.restart(target), of: study, for: .restarted)
    let entries = study.state.reviewers(of: .restart, under: study.evaluationProtocol)
    let standings = entries.map { study.state.standing(of: $0, at: .restart, target: target, now: now) }
    let decisions = standings.compactMap(\.decision?.fact)
    try add(
      .restarted(
        StudyFact.Restarted(
          phase: phase, protocolDigest: wanted.protocolDigest, version: version, incident: incident,
          decisions: decisions.map(\.statement))), to: &study)
    try add(
      .incidentClosed(
        StudyFact.IncidentClosed(
          incident: incident, people: decisions.map(\.person),
          text: "the study restarts in \(phase.rawValue) under protocol version \(version)")), to: &study)
    _ = record(
      RoundsAction.restarted.rawValue, "study/" + name,
      [
        "phase": .string(phase.rawValue), "version": .integer(Int64(version)),
        "incident": .string(incident),
      ])
    // The protocol that the sites are told about may be another one now.
    guard let inForce = try GateReader(database).evaluationProtocol(wanted.protocolDigest) else { return }
    var restarted = Study(history: study.history, state: study.state, evaluationProtocol: inForce)
    for site in inForce.sites { try touch(name, site: site.id) }
    try giveWords(&restarted)
  }

  /// Holds a study whose incident is open: rounds end, and sites are told.
  func hold(_ study: inout Study, _ fact: StudyFact.Held) throws {
    try add(.held(fact), to: &study)
    _ = record(
      (fact.drill ? RoundsAction.drilled : .held).rawValue, "study/" + study.history.study,
      [
        "incident": .string(fact.incident), "cause": .string(fact.cause.rawValue),
        "reason": .string(fact.reason),
      ])
    if fact.drill {
      try giveDrillOrders(&study, fact)
    } else {
      try endOpenRounds(of: study, incident: fact.incident)
      try giveWords(&study)
    }
  }

  private func demand(
    _ move: Move, of study: Study, missing: [String] = [], for action: RoundsAction
  ) throws {
    let unmet = study.state.unmetConditions(
      for: move, under: study.evaluationProtocol, missingObjects: missing, now: now)
    guard unmet.isEmpty else {
      throw RoundsRefusal(action, of: "study/" + study.history.study, .conditions(unmet))
    }
  }

  /// Nothing is taken any more in a held or stopped study: its open rounds end without a result.
  private func endOpenRounds(of study: Study, incident: String) throws {
    let rounds = try database.rows(
      "SELECT id FROM round WHERE study = ?1 AND state = 'open'", [.text(study.history.study)]
    ) { row in try row.text(0) }
    for round in rounds {
      let revision = try database.nextRevision()
      try RoundBook(database).expireOpenAssignments(of: round, at: now, revision: revision)
      try database.run(
        """
        UPDATE round SET state = 'failed', failure = 'quorumNotMet', held_by = ?2, ended_at = ?3, revision = ?4
        WHERE id = ?1
        """, [.text(round), .text(incident), .time(now), .integer(revision)])
      try database.run(
        "UPDATE assignment SET revision = ?2 WHERE round = ?1", [.text(round), .integer(revision)])
      _ = record(
        RoundsAction.roundFailed.rawValue, "round/" + round,
        ["failure": .string(RoundFailure.studyHeld.rawValue), "incident": .string(incident)])
    }
  }
}
