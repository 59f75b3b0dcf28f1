import CanonicalJSON
import Synthesis

/// Observed share of events against mean score, bin by bin.
struct CalibrationPlot {
  let panel: Panel
  /// The number at the upper end of both axes; one for all panels, so that they compare.
  let upper: Double
  let size: Double

  /// Writes the figure; `id` is unique in the page.
  func write(id: String, to html: inout HTMLWriter) {
    html.element("figure", ["class": "panel"]) { figure in
      figure.element("figcaption", panel.name)
      figure.svg(
        id: id, width: size, height: size, title: "Calibration, \(panel.name)", description: description
      ) { draw(on: &$0) }
    }
  }

  private var description: String {
    switch panel.content {
    case .absent(let word): return word
    case .released(let row):
      return row.reliability.map { bin in
        "mean score \(ReportNumbers.text(bin.meanScore)), observed \(ReportNumbers.text(bin.observed)) "
          + "(\(ReportNumbers.interval(bin.observedLower, bin.observedUpper))), "
          + "\(ReportNumbers.count(bin.rows)) rows"
      }.joined(separator: "; ")
    }
  }

  private func draw(on canvas: inout SVGCanvas) {
    let frame = PanelFrame(width: size, height: size, x: (0, upper), y: (0, upper))
    frame.draw(on: &canvas, xName: "mean score")
    switch panel.content {
    case .absent(let word): frame.drawAbsence(word, on: &canvas)
    case .released(let row) where row.reliability.isEmpty:
      frame.drawAbsence("no bin released", on: &canvas)
    case .released(let row): draw(row.reliability, frame: frame, on: &canvas)
    }
  }

  private func draw(_ bins: [ReliabilityBin], frame: PanelFrame, on canvas: inout SVGCanvas) {
    let x = frame.horizontal
    let y = frame.vertical
    canvas.line(x.start, y.start, x.end, y.end, "identity")
    // How many rows stand behind each point, as bars on the lower edge.
    let most = bins.map(\.rows).max() ?? 1
    for bin in bins where most > 0 {
      let height = 0.16 * (y.start - y.end) * Double(bin.rows) / Double(most)
      let position = x.clampedPosition(bin.meanScore.value)
      canvas.rectangle(position - 4, y.start - height, width: 8, height: height, "share")
    }
    canvas.polyline(
      bins.map { (x.clampedPosition($0.meanScore.value), y.clampedPosition($0.observed.value)) }, "curve thin"
    )
    for bin in bins {
      let position = x.clampedPosition(bin.meanScore.value)
      canvas.line(
        position, y.clampedPosition(bin.observedLower.value), position,
        y.clampedPosition(bin.observedUpper.value), "interval")
      canvas.circle(position, y.clampedPosition(bin.observed.value), radius: 3.5, "point")
    }
  }
}

extension CalibrationPlot {
  /// The upper end of the axes: the largest number that is drawn, up to the next tenth.
  static func upper(_ panels: [Panel]) -> Double {
    let numbers = panels.flatMap { $0.row?.reliability ?? [] }
      .flatMap { [$0.meanScore.value, min($0.observedUpper.value, $0.observed.value + 0.15)] }
    return Axis.around(numbers + [0, 0.2], within: 0...1, start: 0, end: 1).upper
  }
}
