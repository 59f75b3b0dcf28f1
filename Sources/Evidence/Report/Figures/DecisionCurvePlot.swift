import CanonicalJSON
import EvaluationProtocols
import Synthesis

/// Net benefit against the threshold, beside acting on everybody and on nobody.
struct DecisionCurvePlot {
  let panel: Panel
  /// The protocol's own thresholds, drawn as upright lines.
  let thresholds: [ExactDecimal]
  let extent: Extent
  let width: Double
  let height: Double

  /// The ends of the axes; one for all panels, so that they compare.
  struct Extent {
    let threshold: Double
    let lower: Double
    let upper: Double
  }

  /// Writes the figure; `id` is unique in the page.
  func write(id: String, to html: inout HTMLWriter) {
    html.element("figure", ["class": "panel"]) { figure in
      figure.element("figcaption", panel.name)
      figure.svg(
        id: id, width: width, height: height, title: "Decision curve, \(panel.name)", description: description
      ) { draw(on: &$0) }
    }
  }

  private static let most = 300

  // A figure has no room for thousands of points: every few of them, and the last.
  private static func thinned(_ points: [DecisionPoint]) -> [DecisionPoint] {
    let run = max(1, (points.count + most - 1) / most)
    guard run > 1 else { return points }
    return points.enumerated().filter { $0.offset % run == 0 || $0.offset == points.count - 1 }.map(\.element)
  }

  private var description: String {
    switch panel.content {
    case .absent(let word): return word
    case .released(let row):
      let named = row.decisionCurve.filter { thresholds.contains($0.threshold) }
      return named.map { point in
        let benefit =
          row.numbers(.netBenefit, at: point.threshold, panel.estimand)?.text
          ?? ReportNumbers.text(point.netBenefit)
        return "at threshold \(point.threshold.text) net benefit \(benefit), acting on "
          + "everybody \(ReportNumbers.text(point.treatAll)), on nobody 0"
      }.joined(separator: "; ")
    }
  }

  private func draw(on canvas: inout SVGCanvas) {
    let frame = PanelFrame(
      width: width, height: height, x: (0, extent.threshold), y: (extent.lower, extent.upper))
    frame.draw(on: &canvas, xName: "threshold")
    switch panel.content {
    case .absent(let word): frame.drawAbsence(word, on: &canvas)
    case .released(let row) where row.decisionCurve.isEmpty:
      frame.drawAbsence("no threshold released", on: &canvas)
    case .released(let row):
      draw(row.decisionCurve, frame: frame, on: &canvas)
      drawIntervals(row, frame: frame, on: &canvas)
    }
  }

  // The net benefit at the protocol's thresholds, with its interval.
  private func drawIntervals(_ row: MatrixRow, frame: PanelFrame, on canvas: inout SVGCanvas) {
    for threshold in thresholds where threshold.value <= extent.threshold {
      guard let numbers = row.numbers(.netBenefit, at: threshold, panel.estimand) else { continue }
      let x = frame.horizontal.position(threshold.value)
      if let lower = numbers.lower?.value, let upper = numbers.upper?.value {
        canvas.line(
          x, frame.vertical.clampedPosition(lower), x, frame.vertical.clampedPosition(upper), "interval")
      }
      canvas.circle(x, frame.vertical.clampedPosition(numbers.value.value), radius: 3.5, "point")
    }
  }

  private func draw(_ curve: [DecisionPoint], frame: PanelFrame, on canvas: inout SVGCanvas) {
    let shown = DecisionCurvePlot.thinned(curve.filter { $0.threshold.value <= extent.threshold })
    for threshold in thresholds where threshold.value <= extent.threshold {
      let x = frame.horizontal.position(threshold.value)
      canvas.line(x, frame.vertical.start, x, frame.vertical.end, "limit")
    }
    let zero = frame.vertical.position(0)
    canvas.line(frame.horizontal.start, zero, frame.horizontal.end, zero, "nobody")
    for piece in frame.path(shown.map { ($0.threshold.value, $0.treatAll.value) }) {
      canvas.polyline(piece, "everybody")
    }
    for piece in frame.path(shown.map { ($0.threshold.value, $0.netBenefit.value) }) {
      canvas.polyline(piece, "curve")
    }
    if shown.count == 1, let only = shown.first {
      let x = frame.horizontal.position(only.threshold.value)
      canvas.circle(x, frame.vertical.clampedPosition(only.netBenefit.value), radius: 3.5, "point")
      let all = frame.vertical.clampedPosition(only.treatAll.value)
      canvas.polyline([(x - 8, all), (x + 8, all)], "everybody single")
    }
  }
}

extension DecisionCurvePlot.Extent {
  /// Ends that hold the protocol's thresholds and every threshold at which the model still helps.
  init(_ panels: [Panel], thresholds: [ExactDecimal]) {
    let points = panels.flatMap { $0.row?.decisionCurve ?? [] }
    let useful = points.filter { $0.netBenefit.value > 0.002 }.map(\.threshold.value)
    let wanted = [(thresholds.last?.value ?? 0.1) * 1.5, min(useful.max() ?? 0, 0.8)].max() ?? 0.5
    let end = Axis.around([0, wanted], within: 0...1, start: 0, end: 1).upper
    let shown = points.filter { $0.threshold.value <= end }
    let most = shown.flatMap { [$0.netBenefit.value, $0.treatAll.value] }.max() ?? 0.1
    let vertical = Axis.around([0, min(max(most, 0.02), 1)], within: 0...1, start: 0, end: 1)
    threshold = end
    upper = vertical.upper
    lower = -vertical.upper / 4
  }
}
