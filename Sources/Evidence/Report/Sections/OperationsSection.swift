import CanonicalJSON
import EvaluationProtocols
import Synthesis

extension ReportPage {
  /// What people did with the alerts; nothing, where the protocol does not ask for it.
  mutating func operationsSection() {
    let data = data
    guard let plan = data.evaluationProtocol.operations else { return }
    section(id: "alerts", "What became of the alerts?") { html in
      guard let row = data.pooled(.overall), row.status == .released else {
        html.paragraph("Nothing can be said: no validation hospital released a result.")
        return
      }
      html.list(data.alertSentences(row, plan))
      if let times = row.acknowledgement, let acknowledgement = plan.acknowledgement {
        let plot = AcknowledgementPlot(times: times, plan: acknowledgement)
        html.paragraph(plot.medianWords)
        html.paragraph(
          "Pale bars are later than the target of \(acknowledgement.target.text) \(acknowledgement.unit).",
          class: "range")
        plot.write(id: "acknowledgement", to: &html)
      }
      data.writeAlerts(to: &html)
    }
  }
}

extension ReportData {
  /// Most hospitals of the table of alerts.
  private static let alertLimit = 60

  fileprivate func alertSentences(_ row: MatrixRow, _ plan: OperationsPlan) -> [String] {
    func found(_ metric: Metric) -> Measure? {
      row.measures.first { $0.metric == metric && $0.threshold == nil && $0.estimand == .pooledRows }
    }
    var sentences: [String] = []
    if let measure = found(.alertRate) {
      sentences.append("Alerts per 100 rows: \(measure.text), 95 % interval in brackets.")
    }
    if let measure = found(.overrideRate) {
      sentences.append("Share of alerts that people overrode: \(ReportData.share(measure)).")
    }
    if let measure = found(.acknowledgedInTarget), let acknowledgement = plan.acknowledgement {
      sentences.append(
        "Share acknowledged within \(acknowledgement.target.text) \(acknowledgement.unit): \(ReportData.share(measure))."
      )
    }
    return sentences.isEmpty ? ["No hospital released counts of alerts."] : sentences
  }

  // `38.1 % (36.0 to 40.2)`
  private static func share(_ measure: Measure) -> String {
    guard case .estimated(let numbers) = measure.result else { return measure.text }
    guard let lower = numbers.lower, let upper = numbers.upper else {
      return ReportNumbers.percent(numbers.value)
    }
    return "\(ReportNumbers.percent(numbers.value)) (\(ReportNumbers.points(lower)) to "
      + "\(ReportNumbers.points(upper)))"
  }

  fileprivate func writeAlerts(to html: inout HTMLWriter) {
    let columns = [
      MeasureColumn(title: "Alerts per 100 rows", metric: .alertRate),
      MeasureColumn(title: "Overridden", metric: .overrideRate),
      MeasureColumn(title: "Acknowledged in time", metric: .acknowledgedInTarget),
    ].filter { column in
      sites.contains { $0.summaryRows[.overall]?.measures.contains { $0.metric == column.metric } ?? false }
    }
    guard !columns.isEmpty else { return }
    html.table("Alerts, hospital by hospital", columns: ["Hospital"] + columns.map(\.title)) { body in
      for site in sites.prefix(ReportData.alertLimit) {
        body.element("tr", ["class": site.role == .development ? "development" : "site"]) { row in
          row.element("th", ["scope": "row"]) { head in
            head.text(site.name)
            if site.role == .development { head.element("span", ["class": "ci"], "development, not pooled") }
          }
          switch site.standing(in: .overall) {
          case .released(let found):
            for column in columns {
              row.cell(found.measure(column.metric, at: nil, .site), nameOf: name(ofSite:))
            }
          case let other: row.absentCell(other.words ?? "withheld", columns: columns.count)
          }
        }
      }
    }
    let hidden = sites.count - ReportData.alertLimit
    if hidden > 0 { html.paragraph("\(ReportNumbers.count(hidden, "further hospital")) not in this table.") }
  }
}
