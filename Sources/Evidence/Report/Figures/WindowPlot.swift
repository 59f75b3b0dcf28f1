import CanonicalJSON
import EvaluationProtocols
import Synthesis

/// One measure of one hospital, window by window.
struct WindowPlot {
  let name: String
  let metric: Metric
  /// One entry a window, in order of time.
  let points: [Point]
  /// The ends of the upright axis; one for all panels.
  let vertical: Axis
  /// Changes, by their place on the axis of windows.
  let marks: [(place: Double, number: Int)]

  /// What there is in one window.
  struct Point {
    let window: String
    let content: ForestRow.Content
  }

  static let width = 400.0
  static let height = 170.0

  /// Writes the figure; `id` is unique in the page.
  func write(id: String, to html: inout HTMLWriter) {
    html.element("figure", ["class": "panel"]) { figure in
      figure.element("figcaption", name)
      figure.svg(
        id: id, width: WindowPlot.width, height: WindowPlot.height,
        title: "\(metric.words) over time, \(name)",
        description: description
      ) { draw(on: &$0) }
    }
  }

  private var description: String {
    let values = points.map { point in
      switch point.content {
      case .site(let numbers, _), .development(let numbers): "\(point.window) \(numbers.text)"
      case .absent(let word): "\(point.window) \(word)"
      }
    }
    let changes = marks.isEmpty ? [] : ["changes \(marks.map { "\($0.number)" }.joined(separator: ", "))"]
    return (values + changes).joined(separator: "; ")
  }

  /// The word, where no window has a number and all have the same word.
  private var onlyWord: String? {
    let words = points.map { point -> String? in
      guard case .absent(let word) = point.content else { return nil }
      return word
    }
    guard let first = words.first, let word = first, words.allSatisfy({ $0 == word }) else { return nil }
    return word
  }

  private func draw(on canvas: inout SVGCanvas) {
    let frame = PanelFrame(
      width: WindowPlot.width, height: WindowPlot.height, x: (0, Double(max(points.count, 1))),
      y: (vertical.lower, vertical.upper), yScale: vertical.scale)
    frame.draw(on: &canvas, xName: "", hidesHorizontalTicks: true)
    if let word = onlyWord {
      frame.drawAbsence(word, on: &canvas)
      return
    }
    for (index, mark) in marks.enumerated() {
      let x = frame.horizontal.position(mark.place)
      canvas.line(x, frame.vertical.end, x, frame.vertical.start, "change")
      // Numbers of changes that stand close together take turns in two lines.
      canvas.text(
        "\(mark.number)", x + 2, frame.vertical.end + (index % 2 == 0 ? 9 : 20), "label change-text")
    }
    // Names of windows where there is room for them: the first, the last and some between.
    let stride = max(1, (points.count + 4) / 5)
    var joined: [(x: Double, y: Double)] = []
    for (index, point) in points.enumerated() {
      let x = frame.horizontal.position(Double(index) + 0.5)
      if index % stride == 0 {
        canvas.text(point.window, x, frame.vertical.start + 15, anchor: .middle, "label tick")
      }
      switch point.content {
      case .site(let numbers, _), .development(let numbers):
        draw(numbers, at: x, frame: frame, on: &canvas)
        joined.append((x, frame.vertical.clampedPosition(numbers.value.value)))
      case .absent(let word):
        let half = (frame.horizontal.end - frame.horizontal.start) / Double(points.count) / 2
        canvas.rectangle(
          x - half, frame.vertical.end, width: 2 * half, height: frame.vertical.start - frame.vertical.end,
          "hatched")
        if half > 7 {
          canvas.uprightText(
            word, x + 4, (frame.vertical.start + frame.vertical.end) / 2, "label note")
        }
        canvas.polyline(joined, "curve thin")
        joined = []
      }
    }
    canvas.polyline(joined, "curve thin")
  }

  private func draw(
    _ numbers: ForestRow.Numbers, at x: Double, frame: PanelFrame, on canvas: inout SVGCanvas
  ) {
    if let lower = numbers.lower?.value, let upper = numbers.upper?.value {
      canvas.line(
        x, frame.vertical.clampedPosition(lower), x, frame.vertical.clampedPosition(upper), "interval")
    }
    canvas.circle(x, frame.vertical.clampedPosition(numbers.value.value), radius: 3, "point")
  }
}

extension ReportData {
  /// The plots of a measure over time, one a site that sent something.
  func windowPlots(_ key: GapFamily.Key, marks: [ChangeMark]) -> [WindowPlot] {
    let found = sites.compactMap { site -> (site: ReportSite, points: [WindowPlot.Point])? in
      guard let matrix = site.matrix else { return nil }
      return (site, points(of: matrix.rows, key, .site))
    }
    let vertical = axis(key.metric, found.flatMap(\.points))
    return found.map { entry in
      let name =
        entry.site.role == .development ? "\(entry.site.name) (development, not pooled)" : entry.site.name
      return WindowPlot(
        name: name, metric: key.metric, points: entry.points, vertical: vertical,
        marks: places(marks.filter { $0.site == nil || $0.site == entry.site.id }))
    }
  }

  /// The plot of a measure over time for the validation sites together.
  func windowPlot(_ key: GapFamily.Key, _ estimand: Estimand, marks: [ChangeMark]) -> WindowPlot {
    let points = points(of: record.matrix.pooled.rows, key, estimand)
    return WindowPlot(
      name: "\(key.metric.words(at: key.threshold).capitalisedFirst), \(estimand.words)", metric: key.metric,
      points: points, vertical: axis(key.metric, points), marks: places(marks))
  }

  private func places(_ marks: [ChangeMark]) -> [(place: Double, number: Int)] {
    marks.compactMap { mark in place(of: mark.time).map { ($0, mark.number) } }
  }

  private func axis(_ metric: Metric, _ points: [WindowPlot.Point]) -> Axis {
    let numbers = points.flatMap { point -> [Double] in
      switch point.content {
      case .site(let numbers, _), .development(let numbers): numbers.all
      case .absent: []
      }
    }
    return metric == .observedExpectedRatio
      ? Axis.ratios(numbers, start: 0, end: 1) : .around(numbers, within: 0...1, start: 0, end: 1)
  }

  private func points(
    of rows: [MatrixRow], _ key: GapFamily.Key, _ estimand: Estimand
  ) -> [WindowPlot.Point] {
    var found: [String: MatrixRow] = [:]
    for row in rows where row.slice == .overall { found[row.window] = row }
    return evaluationProtocol.windows.ids.map {
      WindowPlot.Point(window: $0, content: windowContent(found[$0], key, estimand))
    }
  }

  private func windowContent(
    _ row: MatrixRow?, _ key: GapFamily.Key, _ estimand: Estimand
  ) -> ForestRow.Content {
    guard let row else { return .absent("withheld") }
    switch ReportSite.standing(of: row) {
    case .released(let row):
      switch row.measure(key.metric, at: key.threshold, estimand)?.result {
      case .estimated(let numbers)?: return .site(ForestRow.Numbers(numbers), weight: nil)
      case .notEvaluable?: return .absent("not evaluable")
      case .withheld?, .bounded?, nil: return .absent("withheld")
      }
    case let other: return .absent(other.words ?? "withheld")
    }
  }
}
