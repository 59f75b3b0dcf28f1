import CanonicalJSON
import EvaluationProtocols
import Synthesis

/// Alerts by the time until somebody acknowledged them, those that nobody did last.
struct AcknowledgementPlot {
  let times: AcknowledgementTimes
  let plan: OperationsPlan.Acknowledgement

  private static let width = 560.0
  private static let rowHeight = 26.0

  /// Writes the figure; `id` is unique in the page.
  func write(id: String, to html: inout HTMLWriter) {
    html.newline()
    html.element("figure") { figure in
      figure.element("figcaption", "Time until an alert was acknowledged, pooled rows")
      figure.svg(
        id: id, width: AcknowledgementPlot.width,
        height: Double(bars.count) * AcknowledgementPlot.rowHeight + 8,
        title: "Time until an alert was acknowledged",
        description: bars.map { "\($0.name) \(ReportNumbers.count($0.alerts))" }.joined(separator: "; ")
      ) { draw(on: &$0) }
    }
  }

  /// The bin that holds the median, in words.
  var medianWords: String {
    guard let index = times.medianBin, times.bins.indices.contains(index) else {
      return "Half of the alerts or more were never acknowledged."
    }
    return
      "Half of the alerts were acknowledged by a time in the range \(name(times.bins[index])), alerts that nobody "
      + "acknowledged counting as the latest."
  }

  private var bars: [(name: String, alerts: Int, isMedian: Bool, isLate: Bool)] {
    times.bins.enumerated().map { index, bin in
      (name(bin), bin.alerts, index == times.medianBin, bin.lower.value >= plan.target.value)
    } + [("never", times.never, times.medianBin == nil, true)]
  }

  private func name(_ bin: AcknowledgementTimes.Bin) -> String {
    guard let upper = bin.upper else { return "\(bin.lower.text) \(plan.unit) or longer" }
    return "\(bin.lower.text) to under \(upper.text) \(plan.unit)"
  }

  private func draw(on canvas: inout SVGCanvas) {
    let bars = bars
    let most = max(1, bars.map(\.alerts).max() ?? 1)
    for (index, bar) in bars.enumerated() {
      let y = Double(index) * AcknowledgementPlot.rowHeight + 4
      for line in FittedLabel.lines(bar.name, width: 30, lines: 1) { canvas.text(line, 0, y + 15) }
      let length = 230 * Double(bar.alerts) / Double(most)
      if bar.isLate {
        canvas.rectangle(205, y + 3, width: length, height: 16, "late")
      } else {
        canvas.rectangle(205, y + 3, width: length, height: 16, "estimate")
      }
      canvas.text(
        "\(ReportNumbers.count(bar.alerts))\(bar.isMedian ? ", the median" : "")", 205 + length + 6, y + 15,
        bar.isMedian ? "label strong" : "label")
    }
  }
}
