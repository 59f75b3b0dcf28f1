import PhaseGrants
import CanonicalJSON
import Cryptography
import EvaluationProtocols
import Gates

extension ReportPage {
  /// How the study came to where it stands, who signed for it, and how it was stopped. Where the bundle has
  /// no history, the masthead says so.
  mutating func studySections() {
    guard let study = data.record.study else { return }
    let data = data
    let facts = data.facts(of: study)
    section(id: "gates", "Phases and gates") { data.writeMoves(study, to: &$0) }
    section(id: "signed", "Who signed") { data.writeSignatures(study, to: &$0) }
    section(id: "stops", "Stops and incidents") { data.writeIncidents(facts.incidents, to: &$0) }
    section(id: "looks", "Looks spent") { data.writeLooks(facts, to: &$0) }
  }
}

extension ReportData {
  /// The answers of a review as of the sealing.
  func facts(of study: StudyRecord) -> ReviewFacts {
    ReviewFacts(
      history: study.history, state: study.state, protocols: study.protocols,
      result: study.state.inForce?.protocolDigest == evaluationProtocol.digest
        ? ReviewFacts.Result(matrix: record.matrix, outcome: record.outcome) : nil, now: record.sealedAt)
  }

  fileprivate func writeMoves(_ study: StudyRecord, to html: inout HTMLWriter) {
    html.paragraph(
      "Every move of the study, in order, from its history. The first phase is entered on the hospitals' consents, each "
        + "further one only on a pass and on every required approval; the verifier checks each move again from the "
        + "events and the signed statements.")
    html.table("Moves", class: "told", columns: ["Event", "Time", "What happened", "On what"]) { body in
      for event in study.history.events {
        guard let (what, basis) = move(event.fact, study) else { continue }
        body.element("tr") { row in
          row.element("td", ["class": "number"], "\(event.sequence)")
          row.element("td", ["class": "time"], ReportNumbers.time(event.time))
          row.element("th", ["scope": "row"], what)
          row.element("td", basis)
        }
      }
    }
    html.paragraph(
      "Where it stood when this was sealed: \(study.state.standingWords). The history had "
        + "\(ReportNumbers.count(study.history.events.count, "event")).")
    writeConsents(study, to: &html)
  }

  // A line of the table of moves; nil for events that move nothing.
  private func move(_ fact: StudyFact, _ study: StudyRecord) -> (what: String, basis: String)? {
    switch fact {
    case .protocolPublished(let fact):
      let effect = fact.returnsToSilent ? "; the study returned to silent" : ""
      let sections = fact.changes.isEmpty ? "" : "sections: \(fact.changes.joined(separator: ", ")); "
      return (
        "Protocol version \(fact.version) came into force\(effect)",
        fact.reason.map { "\(sections)reason: \($0)" } ?? "the first version"
      )
    case .evidenceRecorded(let fact):
      let breached = fact.breached.isEmpty ? "" : "; breached: \(fact.breached.joined(separator: ", "))"
      return (
        "Round \(fact.round) of \(fact.phase.rawValue), look \(fact.look), came to \(fact.verdict.words)\(breached)",
        "results of \(ReportNumbers.count(fact.sites.count, "hospital"))"
      )
    case .phaseEntered(let fact):
      let approvals = ReportNumbers.count(fact.decisions.count, "approval")
      return (
        "Entered the phase \(fact.phase.rawValue)",
        fact.round.map { "round \($0) and \(approvals)" } ?? "the consents of the hospitals"
      )
    case .held(let fact):
      let cause =
        fact.cause == .stopCriterion ? "breached: \(fact.criteria.joined(separator: ", "))" : "by a person"
      let what = fact.drill ? "DRILL: hold rehearsed, the state did not change" : "Held"
      return (what, "\(cause); incident \(fact.incident)")
    case .stopped(let fact): return ("Stopped", "\(fact.reason); incident \(fact.incident)")
    case .restarted(let fact):
      return (
        "Restarted in \(fact.phase.rawValue) under protocol version \(fact.version)",
        "\(ReportNumbers.count(fact.decisions.count, "approval")); ends incident \(fact.incident)"
      )
    case .consentRecorded, .delegationRecorded, .decisionRecorded, .wordGiven, .acknowledged, .incidentOpened,
      .incidentNoted, .incidentClosed, .changeRecorded:
      return nil
    }
  }

  private func writeConsents(_ study: StudyRecord, to html: inout HTMLWriter) {
    guard let inForce = study.state.inForce, let current = study.protocols[inForce.protocolDigest] else {
      return
    }
    html.table(
      "How far each hospital consents, under protocol version \(inForce.version)", class: "told",
      columns: ["Hospital", "Consents to", "Its phase at the sealing"]
    ) { body in
      for site in current.sites where site.role == .validation {
        body.element("tr") { row in
          row.element("th", ["scope": "row"], site.name)
          row.element("td", study.state.consent(of: site.id, under: inForce.protocolDigest).rawValue)
          row.element("td", study.state.phase(of: site.id)?.rawValue ?? "none")
        }
      }
    }
  }

  /// The looks of each phase, and how the criteria allow for them.
  func writeLooks(_ facts: ReviewFacts, to html: inout HTMLWriter) {
    html.paragraph(
      "Each release round is one look at the results. A criterion that allows for looks keeps its error over all "
        + "of them; one that does not is held at 5 % for a single look.")
    html.table(
      "Looks", class: "told", columns: ["Phase", "Spent", "Planned", "How criteria allow for looks"]
    ) {
      body in
      for looks in facts.looks {
        body.element("tr") { row in
          row.element("th", ["scope": "row"], looks.phase.rawValue)
          let before = looks.earlier > 0 ? ", and \(looks.earlier) under earlier versions" : ""
          row.element("td", "\(looks.spent)\(before)")
          row.element("td", looks.planned.map { "\($0)" } ?? "no number set")
          row.element("td", looks.methodWords)
        }
      }
    }
  }
}

extension LooksSpent {
  /// The methods with the number of criteria.
  fileprivate var methodWords: String {
    methods.isEmpty
      ? "no criterion"
      : methods.map { method in
        let count = ReportNumbers.count(method.criteria.count, "criterion", plural: "criteria")
        return method.name.map { "\(count) by \($0)" } ?? "\(count) not adjusted"
      }.joined(separator: ", ")
  }
}

extension StudyState {
  /// Where the study stands, in words.
  var standingWords: String {
    let version = inForce.map { ", protocol version \($0.version)" } ?? ""
    switch standing {
    case .draft: return "draft, no phase entered\(version)"
    case .active(let phase): return "in the phase \(phase.rawValue)\(version)"
    case .held(let phase): return "held in the phase \(phase.rawValue)\(version)"
    case .stopped(let phase): return "stopped in the phase \(phase.rawValue)\(version)"
    }
  }
}

extension Gate {
  /// The gate in running text.
  var words: String {
    switch self {
    case .limited, .broad: "the gate into \(rawValue)"
    case .restart: "a restart"
    }
  }
}
