import CanonicalJSON
import EvaluationProtocols
import Synthesis

extension ReportPage {
  /// Whether scores mean what they say, and whether acting on them helps.
  mutating func curvesSection() {
    let data = data
    section(id: "curves", "Can the scores be taken at their word, and does acting on them help?") { html in
      data.writeCalibration(to: &html)
      data.writeDecisionCurves(to: &html)
    }
  }
}

extension ReportData {
  fileprivate func writeCalibration(to html: inout HTMLWriter) {
    html.element("h3", "Calibration")
    html.paragraph(
      "Patients are grouped by score. Across: the mean score of a group. Up: the share of the group that had the "
        + "event, with its Wilson 95 % interval. On the dashed line the scores are right; above it they are too low, "
        + "below it too high. The bars underneath show the scores of those with the event (up) and without (down): a "
        + "bar spans a released interval of scores, its height is the share of the class in it.")
    let panels = Array(sitePanels.prefix(ReportData.panelLimit))
    let upper = CalibrationPlot.upper(panels + [pooledPanel])
    html.newline()
    html.element("div", ["class": "lead-figure"]) { frame in
      CalibrationPlot(panel: pooledPanel, upper: upper, width: 460, height: 400)
        .write(id: "calibration-pooled", to: &frame)
    }
    writeCalibrationFacts(to: &html)
    html.newline()
    html.element("div", ["class": "panels"]) { grid in
      for (index, panel) in panels.enumerated() {
        CalibrationPlot(panel: panel, upper: upper, width: 280, height: 270)
          .write(id: "calibration-\(index)", to: &grid)
      }
    }
    writePanelRemainder(to: &html)
    writeSiteCalibration(to: &html)
    writeBins(to: &html)
  }

  fileprivate func writeDecisionCurves(to html: inout HTMLWriter) {
    html.element("h3", "Decision curve")
    html.paragraph(
      "Up: net benefit, the patients with the event who are rightly flagged, out of one patient, less those "
        + "wrongly flagged, weighed by the threshold. The model helps where its line is the highest: higher "
        + "than acting on everybody, and above 0. A bar is the 95 % interval at a threshold of the protocol. "
        + "Where a hospital releases few score intervals there are few points.")
    let thresholds = evaluationProtocol.model.thresholds
    html.legend([
      ("curve", "the model"), ("everybody", "acting on everybody"), ("nobody", "acting on nobody"),
      ("limit", "a threshold of the protocol"),
    ])
    html.list(
      thresholds.map { "Threshold \($0.value.text): at or above it, \($0.action.asSentence)" })
    let panels = Array(sitePanels.prefix(ReportData.panelLimit))
    let values = thresholds.map(\.value)
    let extent = DecisionCurvePlot.Extent(panels + [pooledPanel], thresholds: values)
    html.newline()
    html.element("div", ["class": "lead-figure"]) { frame in
      DecisionCurvePlot(panel: pooledPanel, thresholds: values, extent: extent, width: 560, height: 320)
        .write(id: "decision-0", to: &frame)
    }
    writeDecisionTable(to: &html)
    html.newline()
    html.element("div", ["class": "panels"]) { grid in
      for (index, panel) in panels.enumerated() {
        DecisionCurvePlot(panel: panel, thresholds: values, extent: extent, width: 280, height: 230)
          .write(id: "decision-\(index + 1)", to: &grid)
      }
    }
    writePanelRemainder(to: &html)
  }

  // Net benefit at the protocol's thresholds, in the three ways in which people ask for it.
  private func writeDecisionTable(to html: inout HTMLWriter) {
    guard let row = pooled(.overall), row.status == .released else { return }
    let columns = [
      MeasureColumn(title: "Net benefit", metric: .netBenefit),
      MeasureColumn(title: "More than acting on everybody", metric: .netBenefitGain),
      MeasureColumn(title: "Standardised (share of the most possible)", metric: .standardisedNetBenefit),
      MeasureColumn(title: "Interventions avoided per 100", metric: .interventionsAvoided),
    ].filter { column in
      row.measures.contains { $0.metric == column.metric && $0.estimand == .pooledRows }
    }
    guard !columns.isEmpty else { return }
    html.table(
      "Does acting on the model help? Pooled rows, 95 % intervals", class: "numbers decisions",
      columns: ["Threshold", "Acting on everybody"] + columns.map(\.title) + ["Reading"]
    ) { body in
      for threshold in evaluationProtocol.model.thresholds {
        body.element("tr") { line in
          line.element("th", ["scope": "row"], threshold.value.text)
          let point = row.decisionCurve.first { $0.threshold == threshold.value }
          line.element("td", point.map { ReportNumbers.text($0.treatAll) } ?? "–")
          for column in columns {
            line.cell(
              row.measure(column.metric, at: threshold.value, .pooledRows), nameOf: name(ofSite:))
          }
          line.element("td", ["class": "words"], ReportData.benefitReading(row, at: threshold.value))
        }
      }
    }
  }

  private static func benefitReading(_ row: MatrixRow, at threshold: ExactDecimal) -> String {
    guard let benefit = row.numbers(.netBenefit, at: threshold, .pooledRows),
      let gain = row.numbers(.netBenefitGain, at: threshold, .pooledRows),
      let low = benefit.lower, let high = benefit.upper, let gainLow = gain.lower, let gainHigh = gain.upper
    else { return "cannot be told" }
    if low.value > 0, gainLow.value > 0 { return "better than acting on everybody, and than on nobody" }
    if high.value < 0 { return "worse than acting on nobody" }
    if gainHigh.value < 0 { return "worse than acting on everybody" }
    return "cannot be told from the better of the two"
  }
}
