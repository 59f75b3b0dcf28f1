import CanonicalJSON
import Cryptography
import EvaluationProtocols
import Gates

extension ReportData {
  /// Every decision, newest last: rejections and abstentions like approvals.
  func writeSignatures(_ study: StudyRecord, to html: inout HTMLWriter) {
    let decisions = study.state.decisions
    html.paragraph(
      "Every decision that was signed, in order, whatever it was and whatever became of it. Each person signs with a "
        + "key of their own, which nobody else holds; the protocol names its fingerprint.")
    if decisions.isEmpty { html.paragraph("Nobody has signed.", class: "strong") }
    for decision in decisions {
      write(decision, study.decisions[decision.sequence], study, to: &html)
    }
    guard !study.state.delegations.isEmpty else { return }
    html.table(
      "Who may sign for whom", class: "told",
      columns: ["Named reviewer", "Delegate", "Gate and role", "From", "Until", "Reason"]
    ) { body in
      for delegation in study.state.delegations {
        let fact = delegation.fact
        body.element("tr") { row in
          row.element("th", ["scope": "row"], fact.person)
          row.element("td", fact.delegate)
          row.element("td", "\(fact.gate.rawValue), \(fact.role)")
          row.element("td", ReportNumbers.time(fact.from))
          row.element("td", ReportNumbers.time(fact.until))
          row.element("td", study.delegations[delegation.sequence]?.reason ?? "not in this bundle")
        }
      }
    }
  }

  private func write(
    _ decision: StudyState.Placed<StudyFact.DecisionRecorded>, _ signed: GateDecision?, _ study: StudyRecord,
    to html: inout HTMLWriter
  ) {
    let fact = decision.fact
    html.newline()
    html.element("article", ["class": "signature \(fact.decision.style)"]) { card in
      card.element("h4") { heading in
        heading.text(signed.map { "\(fact.person), \($0.organisation)" } ?? fact.person)
        heading.element("span", ["class": "word \(fact.decision.style)"], fact.decision.words)
      }
      let behalf = fact.onBehalfOf.map { ", on behalf of \($0)" } ?? ""
      card.paragraph("\(fact.role.capitalisedFirst)\(behalf). Signed \(ReportNumbers.time(fact.signedAt)).")
      if let phase = fact.target?.phase ?? fact.gate.phase {
        let meaning = signed?.meaning ?? fact.decision.meaning(at: fact.gate, phase: phase)
        card.paragraph("\u{201C}\(meaning)\u{201D}", class: "meaning")
      }
      let round = fact.round.map { "the evidence of round \($0)" } ?? "a study without evidence of its phase"
      card.paragraph(
        "For \(fact.gate.words), on \(round). Valid until \(ReportNumbers.time(fact.validUntil)).")
      let conditions = signed?.conditions ?? fact.conditions
      if !conditions.isEmpty {
        card.paragraph("Under these conditions:")
        card.list(conditions)
      }
      if let signed {
        let conflicts = signed.conflicts
        card.paragraph(
          conflicts.isEmpty ? "Declares no conflict of interest." : "Conflicts of interest, as declared:")
        card.list(conflicts)
        if let comment = signed.comment { card.paragraph("Comment: \(comment.asSentence)") }
      }
      card.element("p", ["class": "quiet"]) { line in
        line.text("Event \(decision.sequence); key ")
        line.element("code", fact.key.text)
      }
    }
  }
}

extension Decision {
  /// The word for what was decided.
  var words: String {
    switch self {
    case .approve: "approves"
    case .reject: "REJECTS"
    case .abstain: "abstains"
    }
  }

  /// The style of the decision; the word always stands beside it.
  var style: String { rawValue }
}
