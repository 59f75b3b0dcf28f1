import CanonicalJSON
import EvaluationProtocols

extension ReportPage {
  /// What people wrote: the vendor about the model, the study's owner about the study.
  mutating func statedSection() {
    let data = data
    section(id: "stated", "What people stated") { html in
      html.paragraph(
        "Everything in this section was written by people. Nothing here is computed from the hospitals' rows."
      )
      data.writeModelCard(to: &html)
      data.writeProtocol(to: &html)
    }
  }
}

extension ReportData {
  fileprivate func writeModelCard(to html: inout HTMLWriter) {
    let card = record.modelCard
    html.newline()
    html.element("div", ["class": "claims"]) { block in
      block.element("h3", "Model card")
      block.paragraph("Stated by the vendor, not checked by this study.", class: "source")
      block.definitions([
        (term: "Model", text: "\(card.name), version \(card.version)"),
        (term: "Developer", text: "\(card.developer); \(card.contact)"),
        (term: "Summary", text: card.summary),
        (term: "Intended use", text: card.intendedUse),
        (term: "Intended users", text: card.intendedUsers),
        (term: "Training data", text: card.trainingData),
        (term: "Digest of the training data", text: card.trainingDigest ?? ReportData.missing),
        (term: "Code commit", text: card.codeCommit ?? ReportData.missing),
        (term: "Environment", text: card.environment ?? ReportData.missing),
      ])
      block.stated("Where not to use it", card.cautions)
      block.stated("Known limitations", card.limitations)
      block.stated("References", card.references)
    }
  }

  fileprivate func writeProtocol(to html: inout HTMLWriter) {
    let study = evaluationProtocol.study
    let label = evaluationProtocol.label
    html.newline()
    html.element("div", ["class": "claims"]) { block in
      block.element("h3", "Protocol")
      block.paragraph("Stated by the study's owner; its digest is at the top.", class: "source")
      block.definitions([
        (term: "Intended use", text: study.intendedUse),
        (term: "Target population", text: study.targetPopulation),
        (term: "Who is in", text: evaluationProtocol.cohort.description),
        (term: "What counts as an event", text: label.description),
        (term: "When it counts", text: label.outcomeWindow),
        (term: "Who decided it", text: label.adjudication),
        (term: "Output", text: evaluationProtocol.model.output),
        (term: "On hold", text: evaluationProtocol.fallback),
      ])
      block.stated("Rules, applied in order", evaluationProtocol.cohort.rules.map(\.sentence))
      block.stated(
        "Actions", evaluationProtocol.model.thresholds.map { "from \($0.value.text): \($0.action)" })
      block.stated("Responsible", study.responsibilities.map { "\($0.role): \($0.who)" })
      block.stated("Regulatory identifiers", evaluationProtocol.evidence.regulatory)
      writePhases(to: &block)
    }
  }

  private func writePhases(to html: inout HTMLWriter) {
    html.table(
      "Phases", class: "phases", columns: ["Phase", "Who sees the output", "Least data", "Must sign"]
    ) { body in
      for phase in evaluationProtocol.phases {
        let minimum = phase.minimum
        body.element("tr") { row in
          row.element("th", ["scope": "row"], phase.name.rawValue)
          row.element("td", ["class": "words"], phase.exposure)
          row.element(
            "td", ["class": "words"],
            "\(ReportNumbers.count(minimum.sites, "site")), \(ReportNumbers.count(minimum.rows, "row")), "
              + "\(ReportNumbers.count(minimum.events, "event")), \(ReportNumbers.count(minimum.days, "day"))"
          )
          row.element(
            "td", ["class": "words"],
            phase.signOffs.isEmpty
              ? "nobody" : phase.signOffs.map { "\($0.person) (\($0.role))" }.joined(separator: "; "))
        }
      }
    }
  }

  private static let missing = "not stated"
}

extension HTMLWriter {
  /// A titled list; says so where nothing is stated.
  fileprivate mutating func stated(_ title: String, _ texts: [String]) {
    element("h4", title)
    if texts.isEmpty { paragraph("not stated", class: "absent") } else { list(texts) }
  }
}
