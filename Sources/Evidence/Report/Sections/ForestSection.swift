import CanonicalJSON
import EvaluationProtocols
import Synthesis

extension ReportPage {
  /// Each hospital's own estimate, the mean over hospitals, and what to expect of a new one.
  mutating func forestSection() {
    let data = data
    section(id: "hospitals", "Hospital by hospital") { html in
      html.paragraph(
        "Squares are hospitals, larger with more weight in the mean; lines are 95 % intervals. The diamond is the "
          + "random-effects mean with its interval, the bar below it the 95 % prediction interval for a hospital "
          + "that was not studied. A dashed line is a limit of this gate. An arrow is an interval that goes "
          + "on beyond the plot. A hatched line is a hospital without a number, with the reason.")
      let captions: [(metric: Metric, id: String, caption: String)] = [
        (
          .auroc, "forest-auroc",
          "AUROC: how well the score ranks patients. 0.5 is a coin toss, 1 is perfect."
        ),
        (
          .observedExpectedRatio, "forest-ratio",
          "Observed / expected events: 1 is right; above 1 the model expects too few events."
        ),
        (
          .calibrationSlope, "forest-slope",
          "Calibration slope: 1 is right; below 1 the scores are too extreme."
        ),
      ]
      for entry in captions {
        data.forestPlot(entry.metric).write(id: entry.id, caption: entry.caption, to: &html)
        data.writeSpread(entry.metric, to: &html)
        html.folded("\(entry.metric.words.capitalisedFirst): the numbers, and the mean without each hospital")
        {
          data.writeInfluence(entry.metric, at: nil, to: &$0)
        }
      }
      data.writeThresholdForests(to: &html)
    }
  }
}

extension ReportData {
  /// Most thresholds with figures of their own.
  static let thresholdFigureLimit = 4
  /// Most hospitals in a figure of several measures.
  private static let rowLimit = 60
  /// What is drawn of decisions, hospital by hospital.
  static let decisionMetrics: [Metric] = [.sensitivity, .specificity, .positivePredictiveValue]

  fileprivate func writeThresholdForests(to html: inout HTMLWriter) {
    let thresholds = evaluationProtocol.model.thresholds
    html.paragraph(
      "At a threshold: sensitivity is the share flagged of those with the event, specificity the share left alone of those "
        + "without, the positive predictive value the share with the event of those flagged. It depends on how common "
        + "the event is.")
    for (index, threshold) in thresholds.prefix(ReportData.thresholdFigureLimit).enumerated() {
      let value = threshold.value
      html.element("h3", "At threshold \(value.text): \(threshold.action.asSentence)")
      decisionPanels(at: value).write(
        id: "forest-threshold-\(index)",
        caption: "Sensitivity, specificity and positive predictive value (PPV)", to: &html)
      writeRowRemainder(to: &html)
      html.list(
        ReportData.decisionMetrics.compactMap { spreadSentence($0, at: value) }, class: "plain range")
      html.folded("At \(value.text): the numbers, and the mean without each hospital") { block in
        for metric in ReportData.decisionMetrics { writeInfluence(metric, at: value, to: &block) }
      }
    }
    let hidden = thresholds.count - ReportData.thresholdFigureLimit
    if hidden > 0 {
      html.paragraph(
        "\(ReportNumbers.count(hidden, "further threshold")) not drawn; the matrix below has them.")
    }
  }

  private func writeRowRemainder(to html: inout HTMLWriter) {
    let hidden = validationSites.count - ReportData.rowLimit
    guard hidden > 0 else { return }
    html.paragraph(
      "\(ReportNumbers.count(hidden, "further hospital")) not drawn here; they are in the mean, and in the tables below."
    )
  }

  private func decisionPanels(at threshold: ExactDecimal) -> DotPanels {
    let metrics = ReportData.decisionMetrics
    let means = metrics.map { overSites($0, at: threshold) }
    func row(_ site: ReportSite, isHollow: Bool) -> DotPanels.Row {
      DotPanels.Row(
        name: isHollow ? "\(site.name) (development, not pooled)" : site.name,
        cells: metrics.map { metric in
          let row = ForestRow(site, metric: metric, at: threshold, spread: nil)
          switch row.content {
          case .site(let numbers, _): return [.interval(numbers, isHollow: false)]
          case .development(let numbers): return [.interval(numbers, isHollow: true)]
          case .absent(let word): return [.absent(word)]
          }
        })
    }
    var rows = validationSites.prefix(ReportData.rowLimit).map { row($0, isHollow: false) }
    rows.append(
      DotPanels.Row(
        name: "Mean over hospitals", isStrong: true, isSeparated: true,
        cells: means.map { found in
          found.mean.map { [.diamond(ForestRow.Numbers($0))] } ?? [.absent(found.absent ?? "none")]
        }))
    if means.contains(where: { $0.mean?.randomEffects != nil }) {
      rows.append(
        DotPanels.Row(
          name: "A new hospital (prediction)", isStrong: true,
          cells: means.map { found in
            found.mean?.randomEffects.map { [.range($0.predictionLower, $0.predictionUpper)] }
              ?? [.absent("none")]
          }))
    }
    rows += developmentSites.prefix(ReportData.rowLimit).enumerated().map { index, site in
      var hollow = row(site, isHollow: true)
      hollow.isSeparated = index == 0
      return hollow
    }
    return DotPanels(
      title: "Sensitivity, specificity and positive predictive value at \(threshold.text), by hospital",
      columns: metrics.map {
        DotPanels.Column(
          title: $0.shortWords, bounds: 0...1, ideal: nil, limits: limits(of: $0, at: threshold))
      }, rows: rows)
  }
}
