import CanonicalJSON
import EvaluationProtocols
import Synthesis

/// One column of a table of measures.
struct MeasureColumn {
  let title: String
  let metric: Metric
  var threshold: ExactDecimal?
}

extension ReportData {
  private static let scoreColumns = [
    MeasureColumn(title: "Prevalence", metric: .prevalence),
    MeasureColumn(title: "AUROC", metric: .auroc),
    MeasureColumn(title: "Brier score", metric: .brierScore),
  ]

  private static let calibrationColumns = [
    MeasureColumn(title: "Observed / expected", metric: .observedExpectedRatio),
    MeasureColumn(title: "Calibration in the large", metric: .calibrationInTheLarge),
    MeasureColumn(title: "Calibration intercept", metric: .calibrationIntercept),
    MeasureColumn(title: "Calibration slope", metric: .calibrationSlope),
  ]

  private static let thresholdColumns = [
    MeasureColumn(title: "Sensitivity", metric: .sensitivity),
    MeasureColumn(title: "Specificity", metric: .specificity),
    MeasureColumn(title: "Positive predictive value", metric: .positivePredictiveValue),
    MeasureColumn(title: "Negative predictive value", metric: .negativePredictiveValue),
    MeasureColumn(title: "Flag rate", metric: .flagRate),
    MeasureColumn(title: "Net benefit", metric: .netBenefit),
    MeasureColumn(title: "Gain over acting on all", metric: .netBenefitGain),
  ]

  /// Sites × measures over all rows: the score, its calibration, then each threshold.
  func writeOverallTables(to html: inout HTMLWriter) {
    writeOverall("All rows: who is in, and discrimination", ReportData.scoreColumns, counts: true, to: &html)
    writeOverall("All rows: calibration", ReportData.calibrationColumns, counts: false, to: &html)
    for threshold in evaluationProtocol.model.thresholds {
      let columns = ReportData.thresholdColumns.map { column in
        MeasureColumn(title: column.title, metric: column.metric, threshold: threshold.value)
      }
      writeOverall("All rows, at threshold \(threshold.value.text)", columns, counts: false, to: &html)
    }
  }

  private func writeOverall(
    _ caption: String, _ columns: [MeasureColumn], counts: Bool, to html: inout HTMLWriter
  ) {
    let lead = ["Hospital"] + (counts ? ["Rows", "Events", "No label"] : [])
    html.table(caption, columns: lead + columns.map(\.title)) { body in
      for site in validationSites { writeSite(site, columns, counts: counts, to: &body) }
      writeTogether(columns, counts: counts, to: &body)
      for site in developmentSites { writeSite(site, columns, counts: counts, to: &body) }
    }
  }

  private func writeSite(
    _ site: ReportSite, _ columns: [MeasureColumn], counts: Bool, to html: inout HTMLWriter
  ) {
    html.element("tr", ["class": site.role == .development ? "development" : "site"]) { row in
      row.element("th", ["scope": "row"]) { head in
        head.text(site.name)
        head.element("span", ["class": "ci"], site.id)
        if site.role == .development { head.element("span", ["class": "ci"], "development, not pooled") }
        if let note = windowNote(site.summaryRows[.overall]) { head.element("span", ["class": "ci"], note) }
      }
      switch site.standing(in: .overall) {
      case .released(let found):
        if counts { ReportData.writeCounts(found, to: &row) }
        for column in columns {
          row.cell(found.measure(column.metric, at: column.threshold, .site), nameOf: name(ofSite:))
        }
      case let other:
        row.absentCell(other.words ?? "withheld", columns: columns.count + (counts ? 3 : 0))
      }
    }
  }

  // A site that withholds some of its windows says so beside its name.
  private func windowNote(_ row: MatrixRow?) -> String? {
    guard let row, row.status == .released, !row.withheld.isEmpty else { return nil }
    return "without \(ReportNumbers.count(row.withheld.count, "withheld window"))"
  }

  private static func writeCounts(_ row: MatrixRow, to html: inout HTMLWriter) {
    html.countCell(row.labelled)
    html.countCell(row.events)
    html.countCell(row.unlabelled)
  }

  // The estimands under each other, never in one line.
  private func writeTogether(_ columns: [MeasureColumn], counts: Bool, to html: inout HTMLWriter) {
    guard let found = pooled(.overall), found.status == .released else { return }
    let estimands: [(name: String, estimand: Estimand)] = [
      ("Pooled rows", .pooledRows), ("Within hospitals", .withinSite),
      ("Mean over hospitals", .randomEffects),
    ]
    for (name, estimand) in estimands {
      let measures = columns.map { found.measure($0.metric, at: $0.threshold, estimand) }
      guard measures.contains(where: { $0 != nil }) else { continue }
      html.element("tr", ["class": "together"]) { row in
        row.element("th", ["scope": "row"], name)
        if counts {
          if estimand == .pooledRows {
            ReportData.writeCounts(found, to: &row)
          } else {
            row.absentCell("–", columns: 3)
          }
        }
        for measure in measures { row.cell(measure, nameOf: self.name(ofSite:)) }
      }
    }
    writePrediction(columns, in: found, counts: counts, to: &html)
  }

  private func writePrediction(
    _ columns: [MeasureColumn], in found: MatrixRow, counts: Bool, to html: inout HTMLWriter
  ) {
    let spreads = columns.map { column in
      found.numbers(column.metric, at: column.threshold, .randomEffects)?.randomEffects
    }
    guard spreads.contains(where: { $0 != nil }) else { return }
    html.element("tr", ["class": "together"]) { row in
      row.element("th", ["scope": "row"], "A new hospital (prediction interval)")
      if counts { row.absentCell("–", columns: 3) }
      for spread in spreads {
        if let spread {
          row.element(
            "td", ["class": "strong"],
            ReportNumbers.narrowInterval(spread.predictionLower, spread.predictionUpper))
        } else {
          row.element("td", ["class": "none"], "–")
        }
      }
    }
  }
}
