import Aggregates
import CanonicalJSON
import Cryptography
import EvaluationProtocols
import Gates
import Synthesis

extension ReportPage {
  /// What this is, what came out, and how to check it: for who reads nothing else.
  mutating func masthead() {
    let outcome = data.record.outcome
    let statement = VerdictStatement(outcome, phase: data.evaluationProtocol.phase(outcome.phase))
    let notice = notice
    let data = data
    head.element("div", ["class": "warning", "role": "note"]) { warning in
      warning.element("strong", "This page cannot prove itself.")
      warning.text(" Check with the verifier (")
      warning.element("code", "evidence verify")
      warning.text(") or tools/VERIFY.txt.")
    }
    head.element("header", ["class": "masthead"]) { header in
      header.element("p", ["class": "kind"], "Evidence report · gate \(outcome.phase.gateWords)")
      header.element("h1", data.evaluationProtocol.study.title)
      header.paragraph(data.modelLine, class: "subject")
      header.element("div", ["class": "statement \(outcome.verdict.style)"]) { box in
        box.element("p", ["class": "headline"], statement.headline)
        for detail in statement.details { box.paragraph(detail) }
      }
      if let notice { header.paragraph(notice.sentence, class: "notice") }
      if data.record.study == nil {
        header.paragraph("No study history: nothing here shows that a gate opened.", class: "notice")
      }
      header.definitions(data.keyFigures, class: "figures")
      header.definitions(data.identity)
      data.writeMinimumCells(to: &header)
      data.writeDigests(to: &header)
    }
  }
}

extension ReportData {
  var modelLine: String {
    let model = evaluationProtocol.model
    return "\(record.modelCard.name), version \(model.version), by \(record.modelCard.developer)"
  }

  fileprivate var keyFigures: [(term: String, text: String)] {
    let released = validationSites.filter { $0.standing(in: .overall).words == nil }.count
    var figures = [
      (term: "Validation hospitals with results", text: "\(released) of \(validationSites.count)")
    ]
    guard let row = pooled(.overall), row.status == .released else { return figures }
    figures.append((term: "Patients or visits with a known outcome", text: ReportNumbers.count(row.labelled)))
    figures.append((term: "of them with the event", text: ReportNumbers.count(row.events)))
    if let auroc = row.numbers(.auroc, .randomEffects) {
      figures.append((term: "AUROC, mean over hospitals", text: ReportNumbers.text(auroc.value)))
    }
    if let ratio = row.numbers(.observedExpectedRatio, .randomEffects) {
      figures.append((term: "Observed / expected events, mean", text: ReportNumbers.text(ratio.value)))
    }
    return figures
  }

  fileprivate var identity: [(term: String, text: String)] {
    [
      (term: "Protocol", text: "\(evaluationProtocol.id), version \(evaluationProtocol.version)"),
      (
        term: "Model release",
        text: "\(evaluationProtocol.model.id), version \(evaluationProtocol.model.version)"
      ),
      (term: "Study owner", text: evaluationProtocol.study.owner),
      (term: "Risk category, by the owner", text: evaluationProtocol.study.riskCategory.rawValue),
      (term: "Sealed, by the coordinator's clock", text: ReportNumbers.time(record.sealedAt)),
      (term: "Out of date after", text: ReportNumbers.time(record.validUntil)),
    ] + (record.study.map { [(term: "Where the study stood then", text: $0.state.standingWords)] } ?? [])
  }

  // The smaller the cell, the more a release could tell about one person.
  fileprivate func writeMinimumCells(to html: inout HTMLWriter) {
    let cells = sites.compactMap { site in site.matrix.map { (site: site, cell: $0.minimumCell) } }
    guard let smallest = cells.map(\.cell).min() else { return }
    html.paragraph(
      "Disclosure control: no released count stands for fewer than \(smallest) patients; what would is "
        + "withheld, and the word stands where the number would.")
    let lowered = cells.filter { $0.cell < SitePolicy.defaultMinimumCell }
    guard !lowered.isEmpty else { return }
    html.paragraph("Lowered below the standard \(SitePolicy.defaultMinimumCell):")
    html.element("ul") { list in
      for (site, cell) in lowered {
        let lowering = record.sites.first { $0.site == site.id }?.lowering
        let who = lowering.map { ", by \($0.person): \($0.reason)" } ?? ""
        list.element("li", "\(site.name) to \(cell)\(who)")
      }
    }
  }

  fileprivate func writeDigests(to html: inout HTMLWriter) {
    html.newline()
    html.element("div", ["class": "digests"]) { block in
      block.element("h2", "Made from")
      var lines = [
        (name: "protocol", digest: record.matrix.protocolDigest),
        (name: "model", digest: evaluationProtocol.model.artifact),
      ]
      lines += record.matrix.pooled.aggregates.map { (name: "aggregate of \($0.site)", digest: $0.digest) }
      block.element("ul") { list in
        for line in lines {
          list.element("li") { item in
            item.element("span", line.name)
            item.text(" ")
            item.element("code", line.digest.text)
          }
        }
      }
    }
  }
}
