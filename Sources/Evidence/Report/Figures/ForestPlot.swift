import CanonicalJSON
import EvaluationProtocols
import Gates
import Synthesis

/// Sites' estimates under each other, with the random-effects mean and the prediction interval.
struct ForestPlot {
  let metric: Metric
  let rows: [ForestRow]
  /// Lines of development sites, drawn hollow under the mean.
  let development: [ForestRow]
  let mean: MeasureNumbers?
  /// Why there is no mean.
  let absentMean: String?
  /// Limits of the gate's criteria for this measure over all rows.
  let limits: [ExactDecimal]

  private static let width = 760.0
  private static let rowHeight = 34.0
  private static let top = 60.0
  private static let plotStart = 275.0
  private static let plotEnd = 585.0
  private static let weightEnd = 258.0

  // An interval that is wider than any useful axis is cut, with arrows, so that hospitals stay apart.
  private var axis: Axis {
    var values = (rows + development).flatMap { $0.numbers?.all ?? [] }
    if let mean {
      values += ForestRow.Numbers(mean).all
      if let spread = mean.randomEffects {
        values += [spread.predictionLower.value, spread.predictionUpper.value]
      }
    }
    values += limits.map(\.value)
    switch metric {
    case .observedExpectedRatio:
      return .ratios(values, start: ForestPlot.plotStart, end: ForestPlot.plotEnd)
    case .calibrationSlope:
      return .around(values + [1], within: -1...3, start: ForestPlot.plotStart, end: ForestPlot.plotEnd)
    default:
      return .around(values, within: 0.3...1, start: ForestPlot.plotStart, end: ForestPlot.plotEnd)
    }
  }

  /// The value at which a model is right, drawn through the plot.
  private var ideal: Double? { metric == .auroc ? nil : 1 }

  private var height: Double {
    let lines = rows.count + (mean == nil ? 1 : 2) + (development.isEmpty ? 0 : development.count + 1)
    return ForestPlot.top + Double(lines) * ForestPlot.rowHeight + 46
  }

  /// Writes the figure; `id` is unique in the page.
  func write(id: String, caption: String, to html: inout HTMLWriter) {
    html.newline()
    html.element("figure", ["class": "forest"]) { figure in
      figure.element("figcaption", caption)
      figure.element("div", ["class": "wide-figure"]) { frame in
        frame.svg(
          id: id, width: ForestPlot.width, height: height, title: "\(metric.words), by hospital",
          description: description
        ) { draw(on: &$0) }
      }
    }
  }

  private var description: String {
    let sites = (rows + development).map { row in
      switch row.content {
      case .site(let numbers, _): "\(row.name) \(numbers.text)"
      case .development(let numbers): "\(row.name), development, not pooled, \(numbers.text)"
      case .absent(let word): "\(row.name) \(word)"
      }
    }
    let pooled = mean.map { "mean over hospitals \(ForestRow.Numbers($0).text)" } ?? "no mean"
    return (sites + [pooled]).joined(separator: "; ")
  }

  private func draw(on canvas: inout SVGCanvas) {
    let axis = axis
    drawFrame(on: &canvas, axis: axis)
    var y = ForestPlot.top + ForestPlot.rowHeight / 2
    for row in rows {
      draw(row, at: y, axis: axis, on: &canvas)
      y += ForestPlot.rowHeight
    }
    if let mean {
      drawMean(mean, at: y, axis: axis, on: &canvas)
      y += 2 * ForestPlot.rowHeight
    } else {
      canvas.text("Mean over hospitals", 0, y + 4, "label strong")
      canvas.text(absentMean ?? "none", ForestPlot.plotStart, y + 4, "label note")
      y += ForestPlot.rowHeight
    }
    guard !development.isEmpty else { return }
    canvas.text("Development, not pooled", 0, y + 4, "label strong")
    y += ForestPlot.rowHeight
    for row in development {
      draw(row, at: y, axis: axis, on: &canvas)
      y += ForestPlot.rowHeight
    }
  }

  private func drawFrame(on canvas: inout SVGCanvas, axis: Axis) {
    canvas.text("Hospital", 0, 16, "label head")
    canvas.text("Weight", ForestPlot.weightEnd, 16, anchor: .end, "label head")
    canvas.text(
      "\(metric.words.capitalisedFirst) (95 % interval)", ForestPlot.width, 16, anchor: .end, "label head")
    let bottom = height - 40
    for tick in axis.ticks {
      let x = axis.position(tick.value)
      canvas.line(x, ForestPlot.top - 8, x, bottom, "grid")
      canvas.text(tick.text, x, bottom + 16, anchor: .middle, "label tick")
    }
    canvas.line(ForestPlot.plotStart, bottom, ForestPlot.plotEnd, bottom, "axis")
    if let ideal, axis.holds(ideal) {
      canvas.line(axis.position(ideal), ForestPlot.top - 8, axis.position(ideal), bottom, "ideal")
    }
    drawLimits(on: &canvas, axis: axis, bottom: bottom)
    let scaleNote = axis.scale == .logarithmic ? "\(metric.words), logarithmic axis" : metric.words
    canvas.text(
      scaleNote, (ForestPlot.plotStart + ForestPlot.plotEnd) / 2, bottom + 34, anchor: .middle, "label tick")
  }

  // Names of limits that stand close together take turns in two lines.
  private func drawLimits(on canvas: inout SVGCanvas, axis: Axis, bottom: Double) {
    var last: (x: Double, isRaised: Bool)?
    for limit in limits where axis.holds(limit.value) {
      let x = axis.position(limit.value)
      let isRaised = last.map { x - $0.x < 62 && !$0.isRaised } ?? false
      canvas.line(x, ForestPlot.top - 8, x, bottom, "limit")
      canvas.text(
        "limit \(limit.text)", x, ForestPlot.top - (isRaised ? 26 : 13), anchor: .middle, "label limit-text")
      last = (x, isRaised)
    }
  }

  private func draw(_ row: ForestRow, at y: Double, axis: Axis, on canvas: inout SVGCanvas) {
    let lines = FittedLabel.lines(row.name, width: 27)
    for (index, line) in lines.enumerated() {
      canvas.text(line, 0, y + 4 + (Double(index) - Double(lines.count - 1) / 2) * 13)
    }
    switch row.content {
    case .site(let numbers, let weight):
      drawInterval(numbers, at: y, axis: axis, "interval", on: &canvas)
      let share = weight.map { min(max($0.value, 0), 1) } ?? 0
      // The side grows with the weight, from a mark that is still seen to one that fits the line.
      let side = 7 + 11 * share
      let x = axis.clampedPosition(numbers.value.value)
      canvas.rectangle(x - side / 2, y - side / 2, width: side, height: side, "estimate")
      canvas.text(weight.map(ReportNumbers.percent) ?? "none", ForestPlot.weightEnd, y + 4, anchor: .end)
      canvas.text(numbers.text, ForestPlot.width, y + 4, anchor: .end)
    case .development(let numbers):
      drawInterval(numbers, at: y, axis: axis, "interval development", on: &canvas)
      let x = axis.clampedPosition(numbers.value.value)
      canvas.rectangle(x - 5, y - 5, width: 10, height: 10, "estimate development")
      canvas.text("not pooled", ForestPlot.weightEnd, y + 4, anchor: .end, "label note")
      canvas.text(numbers.text, ForestPlot.width, y + 4, anchor: .end)
    case .absent(let word):
      canvas.rectangle(
        ForestPlot.plotStart, y - 8, width: ForestPlot.plotEnd - ForestPlot.plotStart, height: 16, "hatched")
      for (index, line) in FittedLabel.lines(word, width: 26).enumerated() {
        canvas.text(line, ForestPlot.width, y + 4 + Double(index) * 13, anchor: .end, "label note")
      }
    }
  }

  // An interval that leaves the plot ends in an arrow; its numbers stand beside it.
  private func drawInterval(
    _ numbers: ForestRow.Numbers, at y: Double, axis: Axis, _ style: StaticString, on canvas: inout SVGCanvas
  ) {
    guard let lower = numbers.lower?.value, let upper = numbers.upper?.value else { return }
    canvas.line(axis.clampedPosition(lower), y, axis.clampedPosition(upper), y, style)
    drawArrows(lower, upper, at: y, axis: axis, "arrow", on: &canvas)
  }

  private func drawArrows(
    _ lower: Double, _ upper: Double, at y: Double, axis: Axis, _ style: StaticString,
    on canvas: inout SVGCanvas
  ) {
    if lower < axis.lower {
      canvas.polygon([(axis.start - 7, y), (axis.start + 3, y - 6), (axis.start + 3, y + 6)], style)
    }
    if upper > axis.upper {
      canvas.polygon([(axis.end + 7, y), (axis.end - 3, y - 6), (axis.end - 3, y + 6)], style)
    }
  }

  private func drawMean(_ mean: MeasureNumbers, at y: Double, axis: Axis, on canvas: inout SVGCanvas) {
    let numbers = ForestRow.Numbers(mean)
    canvas.line(0, y - ForestPlot.rowHeight / 2, ForestPlot.width, y - ForestPlot.rowHeight / 2, "rule")
    canvas.text("Mean over hospitals", 0, y + 4, "label strong")
    canvas.text(numbers.text, ForestPlot.width, y + 4, anchor: .end, "label strong")
    if let lower = numbers.lower, let upper = numbers.upper {
      let x = axis.clampedPosition(mean.value.value)
      canvas.polygon(
        [
          (axis.clampedPosition(lower.value), y), (x, y - 8), (axis.clampedPosition(upper.value), y),
          (x, y + 8),
        ], "diamond")
      drawArrows(lower.value, upper.value, at: y, axis: axis, "diamond", on: &canvas)
    }
    guard let spread = mean.randomEffects else { return }
    let below = y + ForestPlot.rowHeight
    let left = axis.clampedPosition(spread.predictionLower.value)
    let right = axis.clampedPosition(spread.predictionUpper.value)
    canvas.text("A new hospital (prediction)", 0, below + 4, "label strong")
    canvas.rectangle(left, below - 3, width: right - left, height: 6, "prediction")
    if axis.holds(spread.predictionLower.value) {
      canvas.line(left, below - 8, left, below + 8, "prediction-end")
    }
    if axis.holds(spread.predictionUpper.value) {
      canvas.line(right, below - 8, right, below + 8, "prediction-end")
    }
    drawArrows(
      spread.predictionLower.value, spread.predictionUpper.value, at: below, axis: axis, "prediction",
      on: &canvas)
    canvas.text(
      ReportNumbers.interval(spread.predictionLower, spread.predictionUpper), ForestPlot.width, below + 4,
      anchor: .end, "label strong")
  }
}

extension ReportData {
  /// The forest plot of a measure over all rows.
  func forestPlot(_ metric: Metric) -> ForestPlot {
    let (mean, absent) = overSites(metric)
    return ForestPlot(
      metric: metric,
      rows: validationSites.map { ForestRow($0, metric: metric, spread: mean?.randomEffects) },
      development: developmentSites.map { ForestRow($0, metric: metric, spread: nil) }, mean: mean,
      absentMean: absent, limits: limits(of: metric, at: nil))
  }

  /// The mean over hospitals for all rows, or why there is none.
  func overSites(
    _ metric: Metric, at threshold: ExactDecimal? = nil
  ) -> (mean: MeasureNumbers?, absent: String?) {
    switch pooled(.overall)?.measure(metric, at: threshold, .randomEffects)?.result {
    case .estimated(let numbers)?: (numbers, nil)
    case .notEvaluable(let reason)?: (nil, "none: \(reason.words)")
    case .withheld?, .bounded?, nil: (nil, "none: no hospital released a result")
    }
  }

  /// Limits of the gate's criteria for a measure over all rows.
  func limits(of metric: Metric, at threshold: ExactDecimal?) -> [ExactDecimal] {
    let phase = evaluationProtocol.phase(record.outcome.phase)
    let limits = ((phase?.goCriteria ?? []) + (phase?.stopCriteria ?? []))
      .filter {
        $0.metric == metric && $0.threshold == threshold && $0.slices == .one(.overall)
          && $0.contrast == .none
      }.map(\.limit)
    return Set(limits).sorted()
  }
}
