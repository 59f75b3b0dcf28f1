import CanonicalJSON
import Synthesis

/// Observed share of events against mean score, bin by bin, and under it how the scores of both classes spread.
struct CalibrationPlot {
  let panel: Panel
  /// The number at the upper end of the axes of scores; one for all panels, so that they compare.
  let upper: Double
  let width: Double
  /// The height of the upper part.
  let height: Double

  private var spreadHeight: Double { height * 0.36 + 20 }

  /// Writes the figure; `id` is unique in the page.
  func write(id: String, to html: inout HTMLWriter) {
    let hasSpread = !(panel.row?.distribution.isEmpty ?? true)
    html.element("figure", ["class": "panel"]) { figure in
      figure.element("figcaption", panel.name)
      figure.svg(
        id: id, width: width, height: hasSpread ? height + spreadHeight : height,
        title: "Calibration, \(panel.name)", description: description
      ) { draw(on: &$0) }
    }
  }

  private var description: String {
    switch panel.content {
    case .absent(let word): return word
    case .released(let row):
      let bins = row.reliability.map { bin in
        "mean score \(ReportNumbers.text(bin.meanScore)), observed \(ReportNumbers.text(bin.observed)) "
          + "(\(ReportNumbers.interval(bin.observedLower, bin.observedUpper))), "
          + "\(ReportNumbers.count(bin.rows)) rows"
      }
      let spread = ScoreSpread(row.distribution).bars.map { bar in
        "scores \(bar.lowerText) to \(bar.upperText): \(ReportNumbers.count(bar.events)) with the event, "
          + "\(ReportNumbers.count(bar.nonEvents)) without"
      }
      return (bins + spread).joined(separator: "; ")
    }
  }

  private func draw(on canvas: inout SVGCanvas) {
    let frame = PanelFrame(width: width, height: height, x: (0, upper), y: (0, upper))
    frame.draw(on: &canvas, xName: "mean score")
    switch panel.content {
    case .absent(let word): frame.drawAbsence(word, on: &canvas)
    case .released(let row):
      if row.reliability.isEmpty {
        frame.drawAbsence("no bin released", on: &canvas)
      } else {
        draw(row.reliability, frame: frame, on: &canvas)
      }
      if !row.distribution.isEmpty { drawSpread(row.distribution, x: frame.horizontal, on: &canvas) }
    }
  }

  private func draw(_ bins: [ReliabilityBin], frame: PanelFrame, on canvas: inout SVGCanvas) {
    let x = frame.horizontal
    let y = frame.vertical
    canvas.line(x.start, y.start, x.end, y.end, "identity")
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

  // Those with the event upwards, those without downwards, each as shares of their class.
  private func drawSpread(_ intervals: [ScoreInterval], x: Axis, on canvas: inout SVGCanvas) {
    let spread = ScoreSpread(intervals)
    let middle = height + spreadHeight / 2
    let half = spreadHeight / 2 - 18
    for bar in spread.bars where bar.lower < upper {
      let start = x.clampedPosition(bar.lower)
      let end = x.clampedPosition(bar.upper)
      let up = half * spread.share(bar.events, of: spread.events)
      let down = half * spread.share(bar.nonEvents, of: spread.nonEvents)
      canvas.rectangle(start, middle - up, width: end - start, height: up, "events")
      canvas.rectangle(start, middle, width: end - start, height: down, "others")
    }
    canvas.line(x.start, middle, x.end, middle, "axis")
    canvas.text("with the event", x.end, middle - half - 5, anchor: .end, "label note")
    canvas.text("without", x.end, middle + half + 13, anchor: .end, "label note")
  }
}

/// The intervals of a distribution as bars that a figure has room for.
struct ScoreSpread {
  /// One interval, or some neighbours together.
  struct Bar {
    let lower: Double
    let lowerText: String
    var upper: Double
    var upperText: String
    var events: Int
    var nonEvents: Int
  }

  let bars: [Bar]
  let events: Int
  let nonEvents: Int
  private let largest: Double

  private static let most = 60

  init(_ intervals: [ScoreInterval]) {
    let run = max(1, (intervals.count + ScoreSpread.most - 1) / ScoreSpread.most)
    var bars: [Bar] = []
    for (index, interval) in intervals.enumerated() {
      if index % run != 0, var last = bars.popLast() {
        last.upper = interval.upper.value
        last.upperText = interval.upper.text
        last.events &+= interval.events
        last.nonEvents &+= interval.nonEvents
        bars.append(last)
      } else {
        bars.append(
          Bar(
            lower: interval.lower.value, lowerText: interval.lower.text, upper: interval.upper.value,
            upperText: interval.upper.text, events: interval.events, nonEvents: interval.nonEvents))
      }
    }
    self.bars = bars
    let events = bars.reduce(0) { $0 &+ $1.events }
    let nonEvents = bars.reduce(0) { $0 &+ $1.nonEvents }
    self.events = events
    self.nonEvents = nonEvents
    largest = bars.map { max(Self.part($0.events, events), Self.part($0.nonEvents, nonEvents)) }.max() ?? 0
  }

  /// The height of a bar, of the highest one.
  func share(_ count: Int, of total: Int) -> Double {
    largest > 0 ? min(1, max(0, ScoreSpread.part(count, total) / largest)) : 0
  }

  private static func part(_ count: Int, _ total: Int) -> Double {
    total > 0 ? Double(count) / Double(total) : 0
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
