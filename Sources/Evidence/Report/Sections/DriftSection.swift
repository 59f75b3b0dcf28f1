import CanonicalJSON
import EvaluationProtocols
import Synthesis

extension ReportPage {
  /// Whether inputs and scores look like the reference of the protocol.
  mutating func driftSection() {
    let data = data
    section(id: "drift", "Drift: do inputs and scores look like the reference?") { html in
      guard !data.evaluationProtocol.drift.profiles.isEmpty else {
        html.paragraph("The protocol gives no reference profile, so nothing is compared.")
        return
      }
      html.paragraph(
        "Reference: \(data.evaluationProtocol.drift.reference.asSentence) The population stability index is 0 when a column's "
          + "values divide as in the reference, and grows with the difference. Even without any change it reaches the "
          + "noise value in 1 of 100 samples of the same size, so only what exceeds the noise is a change.")
      data.writeStability(to: &html)
      data.writeMissingness(to: &html)
    }
  }
}

extension ReportData {
  /// Most lines of a drift table, the largest first; the others are counted.
  private static let driftLimit = 20
  /// Most lines of the table of missing values.
  private static let missingLimit = 10

  private struct DriftLine {
    let site: String
    let row: DriftRow
  }

  private var driftLines: [DriftLine] {
    sites.flatMap { site in (site.matrix?.drift ?? []).map { DriftLine(site: site.name, row: $0) } }
  }

  fileprivate func writeStability(to html: inout HTMLWriter) {
    var compared: [(line: DriftLine, index: FixedDecimal, noise: FixedDecimal)] = []
    var withheld = 0
    var notEvaluable = 0
    for line in driftLines {
      switch line.row.result {
      case .compared(let index, let noise, _, _): compared.append((line, index, noise))
      case .withheld: withheld += 1
      case .notEvaluable: notEvaluable += 1
      }
    }
    // A stable order: the largest first, equals as they come in the matrix.
    let sorted = compared.enumerated()
      .sorted { ($1.element.index, $0.offset) < ($0.element.index, $1.offset) }.map(\.element)
    let limit = evaluationProtocol.drift.stabilityLimit
    html.table(
      "Population stability index, largest first", class: "numbers drift",
      columns: ["Hospital", "Window", "Column", "Index", "Noise", "Limit", "Reading"]
    ) { body in
      for (line, index, noise) in sorted.prefix(ReportData.driftLimit) {
        body.element("tr") { row in
          row.element("th", ["scope": "row"], line.site)
          row.element("td", ["class": "words"], line.row.window)
          row.element("td", ["class": "words"], line.row.profile)
          row.element("td", ReportNumbers.text(index))
          row.element("td", ReportNumbers.text(noise))
          row.element("td", limit?.text ?? "none set")
          row.element("td", ["class": "words"], ReportData.reading(index, noise: noise, limit: limit))
        }
      }
    }
    let hidden = max(0, sorted.count - ReportData.driftLimit)
    html.paragraph(
      "\(ReportNumbers.count(hidden, "further comparison")) with a smaller index not shown; "
        + "\(ReportNumbers.count(withheld)) withheld; \(ReportNumbers.count(notEvaluable)) not evaluable.")
  }

  private static func reading(_ index: FixedDecimal, noise: FixedDecimal, limit: ExactDecimal?) -> String {
    guard index > noise else { return "within noise" }
    guard let limit = limit.flatMap({ try? FixedDecimal(exact: $0, scale: 12) }) else { return "changed" }
    return index > limit ? "changed, above the limit" : "changed, within the limit"
  }

  fileprivate func writeMissingness(to html: inout HTMLWriter) {
    let found = driftLines.compactMap { line in line.row.missing.map { (line: line, missing: $0) } }
    guard !found.isEmpty else {
      html.paragraph("Shares of missing values cannot be told from the released counts.")
      return
    }
    let sorted = found.enumerated()
      .sorted { left, right in
        let one = left.element.missing.difference.units.magnitude
        let other = right.element.missing.difference.units.magnitude
        return (other, left.offset) < (one, right.offset)
      }.map(\.element)
    html.table(
      "Missing values, largest change first", class: "numbers drift",
      columns: [
        "Hospital", "Window", "Column", "Missing now", "In the reference", "Change in points (95 % interval)",
      ]
    ) { body in
      for (line, missing) in sorted.prefix(ReportData.missingLimit) {
        body.element("tr") { row in
          row.element("th", ["scope": "row"], line.site)
          row.element("td", ["class": "words"], line.row.window)
          row.element("td", ["class": "words"], line.row.profile)
          row.element("td", ReportNumbers.percent(missing.share))
          row.element("td", ReportNumbers.percent(missing.reference))
          row.element(
            "td",
            "\(ReportNumbers.points(missing.difference)) (\(ReportNumbers.points(missing.lower)) to "
              + "\(ReportNumbers.points(missing.upper)))")
        }
      }
    }
    let hidden = sorted.count - ReportData.missingLimit
    if hidden > 0 {
      html.paragraph("\(ReportNumbers.count(hidden, "further line")) with a smaller change not shown.")
    }
  }
}
