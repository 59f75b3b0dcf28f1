import CanonicalJSON
import EvaluationProtocols
import Gates

extension ReportPage {
  /// Each criterion as a sentence, with what was found and what follows.
  mutating func criteriaSection() {
    let outcome = data.record.outcome
    let phase = data.evaluationProtocol.phase(outcome.phase)
    let data = data
    section(id: "asked", "What was asked, and what was found") { html in
      html.paragraph(
        "These criteria were fixed in the protocol. Verdicts are decided on all decimals of the matrix; this "
          + "page shows three, and more where three would hide on which side of a limit a number lies. "
          + "A criterion passes when its bound lies on the good side of the limit, fails when the whole interval "
          + "lies on the bad side, and is inconclusive in between. Development sites never count.")
      data.writeSummary(outcome, to: &html)
      data.write(outcome.minimum, criterion: nil, title: "Least data", to: &html)
      for (index, judged) in outcome.go.enumerated() {
        data.write(
          judged, criterion: phase?.goCriteria.first { $0.id == judged.id }, title: "Criterion \(index + 1)",
          to: &html)
      }
      if !outcome.stop.isEmpty {
        html.element("h3", "Stop criteria")
        html.paragraph("None of these may fail. One that fails holds the study in any phase.")
      }
      for (index, judged) in outcome.stop.enumerated() {
        data.write(
          judged, criterion: phase?.stopCriteria.first { $0.id == judged.id },
          title: "Stop criterion \(index + 1)", to: &html)
      }
    }
  }
}

extension ReportData {
  /// Most findings of one criterion on the page; the others that pass are counted.
  private static let findingLimit = 40
  /// Most reasons under one criterion.
  private static let remarkLimit = 24

  func writeSummary(_ outcome: GateOutcome, to html: inout HTMLWriter) {
    html.table(
      "Verdicts of the gate \(outcome.phase.gateWords)", class: "summary",
      columns: ["", "Criterion", "Verdict"]
    ) { body in
      func row(_ name: String, _ judged: CriterionOutcome) {
        body.element("tr") { row in
          row.element("td", name)
          row.element("th", ["scope": "row"], judged.sentence.capitalisedFirst)
          row.element("td") { $0.verdict(judged.verdict) }
        }
      }
      row("Least data", outcome.minimum)
      for (index, judged) in outcome.go.enumerated() { row("\(index + 1)", judged) }
      for (index, judged) in outcome.stop.enumerated() { row("Stop \(index + 1)", judged) }
    }
  }

  fileprivate func write(
    _ judged: CriterionOutcome, criterion: Criterion?, title: String, to html: inout HTMLWriter
  ) {
    html.newline()
    html.element("article", ["class": "criterion \(judged.verdict.style)"]) { card in
      card.element("h4") { heading in
        heading.element("span", ["class": "ordinal"], title)
        heading.text(" ")
        heading.verdict(judged.verdict)
      }
      card.paragraph(judged.sentence.capitalisedFirst + ".", class: "sentence")
      if let criterion {
        card.paragraph("Why it is asked: \(criterion.rationale.asSentence)", class: "rationale")
      }
      writeFindings(judged, criterion: criterion, to: &card)
      writeRemarks(judged, to: &card)
      if let criterion { card.paragraph(demands(criterion), class: "demands") }
    }
  }

  private func writeFindings(_ judged: CriterionOutcome, criterion: Criterion?, to html: inout HTMLWriter) {
    let findings = judged.findings.filter { $0.value != nil }
    guard let criterion, !findings.isEmpty else { return }
    let limit = try? FixedDecimal(exact: criterion.limit, scale: 12)
    let shown = findings.filter { $0.verdict != .pass } + findings.filter { $0.verdict == .pass }
    let what = criterion.scope == .newSite ? "95 % prediction interval" : "95 % interval"
    html.table(
      "What was judged", class: "judged",
      columns: ["Where", criterion.metric.words.capitalisedFirst, what, "Limit", "Verdict"]
    ) { body in
      for finding in shown.prefix(ReportData.findingLimit) {
        body.element("tr") { row in
          row.element("th", ["scope": "row"], place(finding, criterion: criterion))
          row.element("td", text(finding.value, limit))
          if let lower = finding.lower, let upper = finding.upper {
            row.element("td", "\(text(lower, limit)) to \(text(upper, limit))")
          } else {
            row.element("td", "none")
          }
          row.element("td", "\(criterion.comparison.words) \(criterion.limit.text)")
          row.element("td") { $0.verdict(finding.verdict) }
        }
      }
    }
    if shown.count > ReportData.findingLimit {
      html.paragraph(
        "\(ReportNumbers.count(shown.count - ReportData.findingLimit)) further numbers are not shown here; "
          + "matrix/gates.json has them.")
    }
  }

  private func text(_ number: FixedDecimal?, _ limit: FixedDecimal?) -> String {
    guard let number else { return "none" }
    guard let limit else { return ReportNumbers.text(number) }
    return ReportNumbers.text(number, besides: limit)
  }

  private func place(_ finding: Finding, criterion: Criterion) -> String {
    let site = finding.site.map(name(ofSite:)) ?? criterion.scope.place
    let slice = finding.slice == .overall ? "" : ", \(evaluationProtocol.label(of: finding.slice))"
    return site + slice + (finding.window.map { ", \($0)" } ?? "")
  }

  // Reasons that no row of the table shows: what is missing, withheld or too small.
  private func writeRemarks(_ judged: CriterionOutcome, to html: inout HTMLWriter) {
    let shown = Set(judged.findings.filter { $0.value != nil }.map(\.reason))
    let remarks = judged.reasons.filter { !shown.contains($0) }
    html.list(remarks.prefix(ReportData.remarkLimit).map(\.capitalisedFirst))
    if remarks.count > ReportData.remarkLimit {
      html.paragraph(
        "\(ReportNumbers.count(remarks.count - ReportData.remarkLimit)) further reasons are not shown here; "
          + "matrix/gates.json has them.")
    }
  }

  private func demands(_ criterion: Criterion) -> String {
    let coverage = criterion.coverage
    let withheld =
      switch coverage.whenWithheld {
      case .block: "a withheld or too small site blocks a pass"
      case .list: "a withheld or too small site is listed and counts neither way"
      }
    let caveat = criterion.bound == .point ? " The estimate alone is judged, which ignores uncertainty." : ""
    return "Asks for at least \(ReportNumbers.count(criterion.minimumEvents)) events and as many non-events, "
      + "\(ReportNumbers.count(coverage.minimumSites, "evaluable site")) and a share of "
      + "\(coverage.minimumRowShare.text) of the rows; \(withheld).\(caveat)"
  }
}

extension HTMLWriter {
  /// The word of a verdict in its style.
  mutating func verdict(_ verdict: Verdict) {
    element("span", ["class": "badge \(verdict.style)"], verdict.words)
  }
}

extension Criterion.Scope {
  /// What stands in the place of a site's name.
  fileprivate var place: String {
    switch self {
    case .pooledRows: "All rows, pooled"
    case .withinSite: "Within sites"
    case .randomEffects: "Mean over hospitals"
    case .newSite: "A new hospital"
    case .everySite, .worstSite: "Site"
    }
  }
}

extension String {
  /// The text with a full stop, unless it ends like a sentence already.
  var asSentence: String {
    guard let last, ![".", "!", "?", "。"].contains(last) else { return self }
    return self + "."
  }

  /// The text with its first letter as a capital, if that is an ASCII letter.
  var capitalisedFirst: String {
    guard let first, first.isASCII else { return self }
    return first.uppercased() + dropFirst()
  }
}
