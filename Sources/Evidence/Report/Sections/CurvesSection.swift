import CanonicalJSON
import EvaluationProtocols

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
        + "event, with its 95 % interval. On the dashed line the scores are right; above it they are too low, below "
        + "it too high. Grey bars show how the rows divide over the groups.")
    let panels = Array(sitePanels.prefix(ReportData.panelLimit))
    let upper = CalibrationPlot.upper(panels + [pooledPanel])
    html.newline()
    html.element("div", ["class": "panels"]) { grid in
      CalibrationPlot(panel: pooledPanel, upper: upper, size: 280).write(id: "calibration-pooled", to: &grid)
      for (index, panel) in panels.enumerated() {
        CalibrationPlot(panel: panel, upper: upper, size: 280).write(id: "calibration-\(index)", to: &grid)
      }
    }
    writePanelRemainder(to: &html)
  }

  fileprivate func writeDecisionCurves(to html: inout HTMLWriter) {
    html.element("h3", "Decision curve")
    html.paragraph(
      "Up: net benefit, the patients with the event who are rightly flagged, out of one patient, less those "
        + "wrongly flagged, weighed by the threshold. The model helps where its line is the highest: higher "
        + "than acting on everybody, and above 0. Where a hospital "
        + "releases few score intervals there are few points.")
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
    html.element("div", ["class": "panels"]) { grid in
      for (index, panel) in ([pooledPanel] + panels).enumerated() {
        DecisionCurvePlot(panel: panel, thresholds: values, extent: extent, width: 280, height: 230)
          .write(id: "decision-\(index)", to: &grid)
      }
    }
    writePanelRemainder(to: &html)
  }
}
