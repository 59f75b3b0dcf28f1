import CanonicalJSON

/// Names under each other, and beside them in columns the numbers of several measures with their intervals.
struct DotPanels {
  let title: String
  let columns: [Column]
  let rows: [Row]

  /// One measure.
  struct Column {
    let title: String
    /// The ends that hold every number; what goes beyond ends in an arrow.
    let bounds: ClosedRange<Double>
    /// No difference, or the number at which a model is right.
    let ideal: Double?
    let limits: [ExactDecimal]
    var isRatio = false
  }

  /// One name, with the marks of each column from top to bottom.
  struct Row {
    let name: String
    var isStrong = false
    /// Whether a rule is drawn above.
    var isSeparated = false
    let cells: [[Mark]]
  }

  /// What is drawn in a cell.
  enum Mark {
    /// A point and its interval; hollow for what is beside the main estimate.
    case interval(ForestRow.Numbers, isHollow: Bool)
    /// A mean over hospitals.
    case diamond(ForestRow.Numbers)
    /// What to expect at a new hospital.
    case range(FixedDecimal, FixedDecimal)
    /// The word for why there is nothing.
    case absent(String)
  }

  private static let width = 760.0
  private static let nameEnd = 190.0
  private static let gap = 34.0
  private static let top = 40.0

  private var rowHeight: Double { (rows.flatMap(\.cells).map(\.count).max() ?? 1) > 1 ? 32 : 26 }

  private var height: Double { DotPanels.top + Double(rows.count) * rowHeight + 30 }

  private func axis(_ index: Int) -> Axis {
    let column = columns[index]
    let count = Double(max(columns.count, 1))
    let width = min((DotPanels.width - DotPanels.nameEnd - 8) / count, 300)
    let start = DotPanels.nameEnd + Double(index) * width + DotPanels.gap / 2
    let end = start + width - DotPanels.gap
    let numbers = rows.flatMap { $0.cells[index].flatMap(\.numbers) } + column.limits.map(\.value)
    var axis =
      column.isRatio
      ? Axis.ratios(numbers, start: start, end: end)
      : Axis.around(
        numbers + (column.ideal.map { [$0] } ?? []), within: column.bounds, start: start, end: end)
    axis.mostSteps = max(2, Int((end - start) / 36))
    // One tick tells no scale.
    if axis.ticks.count < 2 { axis.mostSteps += 2 }
    return axis
  }

  private func hasNumbers(_ index: Int) -> Bool {
    rows.contains { row in row.cells[index].contains { !$0.numbers.isEmpty } }
  }

  /// Writes the figure; `id` is unique in the page.
  func write(id: String, caption: String, to html: inout HTMLWriter) {
    html.newline()
    html.element("figure", ["class": "dots"]) { figure in
      figure.element("figcaption", caption)
      figure.element("div", ["class": "wide-figure"]) { frame in
        frame.svg(
          id: id, width: DotPanels.width, height: height, title: title, description: description
        ) { draw(on: &$0) }
      }
    }
  }

  private var description: String {
    rows.map { row in
      let cells = zip(columns, row.cells).map { column, marks in
        "\(column.title) \(marks.map(\.words).joined(separator: " and "))"
      }
      return "\(row.name): \(cells.joined(separator: ", "))"
    }.joined(separator: "; ")
  }

  private func draw(on canvas: inout SVGCanvas) {
    let axes = columns.indices.map(axis)
    let bottom = height - 24
    for (index, axis) in axes.enumerated() {
      let column = columns[index]
      let middle = (axis.start + axis.end) / 2
      for (number, line) in FittedLabel.lines(column.title, width: Int((axis.end - axis.start + 14) / 6.6))
        .enumerated()
      {
        canvas.text(line, middle, 12 + 14 * Double(number), anchor: .middle, "label head")
      }
      // A column without a number has no scale.
      for tick in axis.ticks where hasNumbers(index) {
        let x = axis.position(tick.value)
        canvas.line(x, DotPanels.top - 4, x, bottom, "grid")
        canvas.text(tick.text, x, bottom + 15, anchor: .middle, "label tick")
      }
      if let ideal = column.ideal, axis.holds(ideal), hasNumbers(index) {
        canvas.line(axis.position(ideal), DotPanels.top - 4, axis.position(ideal), bottom, "ideal")
      }
      for limit in column.limits where axis.holds(limit.value) {
        canvas.line(
          axis.position(limit.value), DotPanels.top - 4, axis.position(limit.value), bottom, "limit")
      }
      canvas.line(axis.start, bottom, axis.end, bottom, "axis")
    }
    for (index, row) in rows.enumerated() {
      let y = DotPanels.top + (Double(index) + 0.5) * rowHeight
      if row.isSeparated {
        canvas.line(0, y - rowHeight / 2, DotPanels.width, y - rowHeight / 2, "rule")
      }
      let lines = FittedLabel.lines(row.name, width: row.isStrong ? 27 : 29)
      for (number, line) in lines.enumerated() {
        canvas.text(
          line, 0, y + 4 + (Double(number) - Double(lines.count - 1) / 2) * 12,
          row.isStrong ? "label strong small" : "label small")
      }
      for (axis, marks) in zip(axes, row.cells) { draw(marks, at: y, axis: axis, on: &canvas) }
    }
  }

  private func draw(_ marks: [Mark], at y: Double, axis: Axis, on canvas: inout SVGCanvas) {
    for (index, mark) in marks.enumerated() {
      let offset = marks.count == 1 ? 0 : (Double(index) - Double(marks.count - 1) / 2) * 11
      draw(mark, at: y + offset, axis: axis, isAlone: marks.count == 1, on: &canvas)
    }
  }

  private func draw(_ mark: Mark, at y: Double, axis: Axis, isAlone: Bool, on canvas: inout SVGCanvas) {
    switch mark {
    case .interval(let numbers, let isHollow):
      let x = axis.clampedPosition(numbers.value.value)
      if let lower = numbers.lower?.value, let upper = numbers.upper?.value {
        canvas.line(
          axis.clampedPosition(lower), y, axis.clampedPosition(upper), y,
          isHollow ? "interval development" : "interval")
        arrows(lower, upper, at: y, axis: axis, on: &canvas)
      }
      if isHollow {
        canvas.circle(x, y, radius: 3.6, "estimate development")
      } else {
        canvas.rectangle(x - 4, y - 4, width: 8, height: 8, "estimate")
      }
    case .diamond(let numbers):
      guard let lower = numbers.lower?.value, let upper = numbers.upper?.value else { return }
      let x = axis.clampedPosition(numbers.value.value)
      canvas.polygon(
        [(axis.clampedPosition(lower), y), (x, y - 7), (axis.clampedPosition(upper), y), (x, y + 7)],
        "diamond")
      arrows(lower, upper, at: y, axis: axis, on: &canvas)
    case .range(let lower, let upper):
      let left = axis.clampedPosition(lower.value)
      let right = axis.clampedPosition(upper.value)
      canvas.rectangle(left, y - 3, width: right - left, height: 6, "prediction")
      if axis.holds(lower.value) { canvas.line(left, y - 7, left, y + 7, "prediction-end") }
      if axis.holds(upper.value) { canvas.line(right, y - 7, right, y + 7, "prediction-end") }
      arrows(lower.value, upper.value, at: y, axis: axis, on: &canvas)
    case .absent(let word):
      let half = isAlone ? 8.0 : 5.5
      canvas.rectangle(axis.start, y - half, width: axis.end - axis.start, height: 2 * half, "hatched")
      let line = FittedLabel.lines(word, width: Int((axis.end - axis.start) / 6), lines: 1).first ?? word
      canvas.text(line, (axis.start + axis.end) / 2, y + 4, anchor: .middle, "label note halo")
    }
  }

  private func arrows(
    _ lower: Double, _ upper: Double, at y: Double, axis: Axis, on canvas: inout SVGCanvas
  ) {
    if lower < axis.lower {
      canvas.polygon([(axis.start - 6, y), (axis.start + 2, y - 4), (axis.start + 2, y + 4)], "arrow")
    }
    if upper > axis.upper {
      canvas.polygon([(axis.end + 6, y), (axis.end - 2, y - 4), (axis.end - 2, y + 4)], "arrow")
    }
  }
}

extension DotPanels.Mark {
  /// Everything that an axis has to hold.
  fileprivate var numbers: [Double] {
    switch self {
    case .interval(let numbers, _), .diamond(let numbers): numbers.all
    case .range(let lower, let upper): [lower.value, upper.value]
    case .absent: []
    }
  }

  fileprivate var words: String {
    switch self {
    case .interval(let numbers, let isHollow): isHollow ? "(hollow) \(numbers.text)" : numbers.text
    case .diamond(let numbers): numbers.text
    case .range(let lower, let upper): ReportNumbers.interval(lower, upper)
    case .absent(let word): word
    }
  }
}
