import EvaluationProtocols

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
      data.forestPlot(.auroc).write(
        id: "forest-auroc",
        caption: "AUROC: how well the score ranks patients. 0.5 is a coin toss, 1 is perfect.", to: &html)
      data.forestPlot(.observedExpectedRatio).write(
        id: "forest-ratio",
        caption: "Observed / expected events: 1 is right; above 1 the model expects too few events.",
        to: &html)
      data.forestPlot(.calibrationSlope).write(
        id: "forest-slope",
        caption: "Calibration slope: 1 is right; below 1 the scores are too extreme.", to: &html)
    }
  }
}
