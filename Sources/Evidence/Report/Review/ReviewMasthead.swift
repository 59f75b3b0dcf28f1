import PhaseGrants
import CanonicalJSON
import Cryptography
import EvaluationProtocols
import Gates

extension ReportPage {
  /// What is reviewed, what came out, and what a signature will mean.
  mutating func reviewMasthead(_ content: ReviewContent) {
    let notice = content.hasResult ? notice : nil
    head.element("div", ["class": "warning", "role": "note"]) { warning in
      warning.element("strong", "Read this before you sign. This page cannot prove itself.")
      warning.text(" Check the package with ")
      warning.element("code", "evidence verify")
      warning.text("; sign with ")
      warning.element("code", "evidence sign-off")
      warning.text(".")
    }
    head.element("header", ["class": "masthead"]) { header in
      header.element("p", ["class": "kind"], "Review page · \(content.kind)")
      header.element("h1", content.evaluationProtocol.study.title)
      header.paragraph(content.data.modelLine, class: "subject")
      content.writeStatement(to: &header)
      if let notice { header.paragraph(notice.sentence, class: "notice") }
      header.definitions(content.identity)
      header.table(
        "What your signature will mean", class: "told", columns: ["If you", "your signature means"]
      ) { content.writeMeanings(to: &$0) }
    }
  }
}

extension ReviewContent {
  fileprivate func writeStatement(to html: inout HTMLWriter) {
    let held: String?
    switch (gate, state.interruption) {
    case (.restart, let interruption?):
      let word = interruption.fact.isStop ? "stopped" : "held"
      let title =
        state.incident(interruption.fact.incident)?.title ?? "incident \(interruption.fact.incident)"
      held = "The study has been \(word) since \(ReportNumbers.time(interruption.time)): \(title.asSentence)"
    default: held = nil
    }
    let outcome = data.record.outcome
    html.element("div", ["class": "statement \(hasResult ? outcome.verdict.style : "verdict not-evaluable")"])
    {
      box in
      if let held { box.element("p", ["class": "headline"], held) }
      guard hasResult else {
        box.paragraph(
          "No round has ended with a result since the phase was entered, so no number is under review.",
          class: held == nil ? "headline" : "")
        return
      }
      let statement = VerdictStatement(outcome, phase: evaluationProtocol.phase(outcome.phase))
      box.paragraph(statement.headline, class: held == nil ? "headline" : "")
      for detail in statement.details { box.paragraph(detail) }
    }
  }

  fileprivate var identity: [(term: String, text: String)] {
    var facts = [
      (term: "Study", text: evaluationProtocol.id),
      (term: "Protocol in force", text: "version \(evaluationProtocol.version)"),
      (
        term: "Model release",
        text: "\(evaluationProtocol.model.id), version \(evaluationProtocol.model.version)"
      ),
    ]
    if let evidence = state.evidence {
      facts += [
        (
          term: "Round",
          text: "\(evidence.fact.round), look \(evidence.fact.look) of \(evidence.fact.phase.rawValue)"
        ),
        (term: "The round ended", text: ReportNumbers.time(evidence.fact.endedAt)),
        (term: "Hospitals that answered", text: "\(evidence.fact.sites.count)"),
      ]
    }
    facts.append(
      (
        term: "History up to",
        text: "event \(cut.head.sequence), \(ReportNumbers.time(cut.events.last?.time))"
      ))
    return facts
  }

  fileprivate func writeMeanings(to html: inout HTMLWriter) {
    for phase in phases {
      for decision in Decision.allCases {
        html.element("tr") { row in
          row.element("th", ["scope": "row"], decision.rawValue)
          row.element("td", "\u{201C}\(decision.meaning(at: gate, phase: phase))\u{201D}")
        }
      }
    }
  }
}

extension ReportNumbers {
  /// A time, or the word for none.
  static func time(_ time: UTCTime?) -> String { time.map { Self.time($0) } ?? "no time" }
}
