import CanonicalJSON
import Synthesis

/// The share of each input in what the score leans on, the largest first, with the range that rounding leaves open.
struct ExplanationPlot {
  /// By share.
  let features: [ExplanationRow.Feature]

  private static let width = 640.0
  private static let rowHeight = 26.0
  private static let left = 190.0
  private static let room = 300.0
  /// Most bars.
  private static let limit = 15

  /// Writes the figure and, folded away, every number; `id` is unique in the page.
  func write(id: String, to html: inout HTMLWriter) {
    let shown = features.prefix(ExplanationPlot.limit)
    html.newline()
    html.element("figure") { figure in
      figure.element("figcaption", "Share of each input, validation hospitals together")
      figure.element("div", ["class": "wide-figure"]) { frame in
        frame.svg(
          id: id, width: ExplanationPlot.width,
          height: Double(shown.count) * ExplanationPlot.rowHeight + 8,
          title: "Share of each input in what the score leans on",
          description: shown.map { "\($0.name) \(ReportNumbers.percent($0.share.value))" }
            .joined(separator: "; ")
        ) { draw(on: &$0) }
      }
    }
    let hidden = features.count - shown.count
    if hidden > 0 {
      html.paragraph("\(ReportNumbers.count(hidden, "further input")) with a smaller share not drawn.")
    }
    html.folded("Every number") { html in
      html.table(
        "Share, and mean absolute contribution to the log odds",
        columns: ["Input", "Share", "Range", "Mean", "Range"]
      ) { body in
        for feature in features {
          body.line(
            feature.name,
            [
              ReportNumbers.percent(feature.share.value), feature.share.range,
              ReportNumbers.text(feature.mean.value),
              ReportNumbers.narrowInterval(feature.mean.lower, feature.mean.upper),
            ])
        }
      }
    }
  }

  private func draw(on canvas: inout SVGCanvas) {
    let shown = features.prefix(ExplanationPlot.limit)
    let most = max(0.01, shown.map(\.share.upper.value).max() ?? 1)
    func length(_ share: FixedDecimal) -> Double { ExplanationPlot.room * share.value / most }
    for (index, feature) in shown.enumerated() {
      let y = Double(index) * ExplanationPlot.rowHeight + 4
      let left = ExplanationPlot.left
      for line in FittedLabel.lines(feature.name, width: 26, lines: 1) { canvas.text(line, 0, y + 15) }
      canvas.rectangle(left, y + 3, width: length(feature.share.value), height: 16, "late")
      let (lower, upper) = (left + length(feature.share.lower), left + length(feature.share.upper))
      canvas.line(lower, y + 11, upper, y + 11, "interval")
      canvas.line(lower, y + 7, lower, y + 15, "interval")
      canvas.line(upper, y + 7, upper, y + 15, "interval")
      canvas.text(
        "\(ReportNumbers.percent(feature.share.value)) (\(feature.share.range))", upper + 8, y + 15)
    }
  }
}
