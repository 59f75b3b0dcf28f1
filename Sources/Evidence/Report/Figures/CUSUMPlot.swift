import CanonicalJSON
import EvaluationProtocols
import Synthesis

/// The risk-adjusted CUSUM of one hospital with its limit.
struct CUSUMPlot {
  let name: String
  let rows: [CUSUMRow]
  let limit: ExactDecimal
  /// The number at the upper end; one for all panels.
  let upper: Double

  /// Writes the figure; `id` is unique in the page.
  func write(id: String, to html: inout HTMLWriter) {
    html.element("figure", ["class": "panel"]) { figure in
      figure.element("figcaption", name)
      figure.svg(
        id: id, width: WindowPlot.width, height: WindowPlot.height, title: "Risk-adjusted CUSUM, \(name)",
        description: description
      ) { draw(on: &$0) }
    }
  }

  private var description: String {
    let values = rows.map { row in
      switch row.result {
      case .counted(_, let value, let signals):
        "\(row.window) \(ReportNumbers.text(value))\(signals ? ", above the limit" : "")"
      case .withheld: "\(row.window) withheld"
      case .noRows: "\(row.window) no rows"
      }
    }
    return "limit \(limit.text); \(values.joined(separator: "; "))"
  }

  private func draw(on canvas: inout SVGCanvas) {
    let frame = PanelFrame(
      width: WindowPlot.width, height: WindowPlot.height, x: (0, Double(max(rows.count, 1))), y: (0, upper))
    frame.draw(on: &canvas, xName: "", hidesHorizontalTicks: true)
    guard rows.contains(where: \.isCounted) else {
      frame.drawAbsence("withheld", on: &canvas)
      return
    }
    let y = frame.vertical.position(limit.value)
    canvas.line(frame.horizontal.start, y, frame.horizontal.end, y, "limit")
    canvas.text("limit \(limit.text)", frame.horizontal.start + 4, y - 4, "label limit-text")
    let stride = max(1, (rows.count + 4) / 5)
    var path: [(x: Double, y: Double)] = []
    var signals: [(x: Double, y: Double)] = []
    for (index, row) in rows.enumerated() {
      let x = frame.horizontal.position(Double(index) + 0.5)
      if index % stride == 0 {
        canvas.text(row.window, x, frame.vertical.start + 15, anchor: .middle, "label tick")
      }
      switch row.result {
      case .counted(_, let value, let isSignal):
        let point = (x: x, y: frame.vertical.clampedPosition(value.value))
        path.append(point)
        if isSignal { signals.append(point) }
      case .withheld, .noRows:
        let half = (frame.horizontal.end - frame.horizontal.start) / Double(rows.count) / 2
        canvas.rectangle(
          x - half, frame.vertical.end, width: 2 * half, height: frame.vertical.start - frame.vertical.end,
          "hatched")
        if half > 7 {
          canvas.uprightText(
            row.word, x + 4, (frame.vertical.start + frame.vertical.end) / 2, "label note")
        }
      }
    }
    canvas.polyline(path, "curve thin")
    for point in path { canvas.circle(point.x, point.y, radius: 2.5, "point") }
    for point in signals {
      canvas.polygon(
        [(point.x, point.y - 6), (point.x + 6, point.y + 5), (point.x - 6, point.y + 5)], "signal")
    }
  }
}

extension CUSUMRow {
  /// Whether the window has a value.
  var isCounted: Bool {
    if case .counted = result { return true }
    return false
  }

  fileprivate var word: String {
    if case .noRows = result { return "no rows" }
    return "withheld"
  }
}

extension ReportData {
  /// The paths of the hospitals; nothing, where the protocol has no CUSUM.
  func writeCUSUM(to html: inout HTMLWriter) {
    guard let plan = evaluationProtocol.analysis.cusum else { return }
    html.element("h3", "Risk-adjusted CUSUM")
    html.paragraph(
      "The path rises where more events happen than the scores expect and falls, not below 0, where fewer do. It is "
        + "tuned to odds of the event that are \(plan.oddsRatio.text) times those of the score. Above the limit of "
        + "\(plan.limit.text) it signals; with a model that is right that happens once in "
        + "\(ReportNumbers.count(plan.runLength, "window")) on average, as the protocol states. A window is looked at as a "
        + "whole, so a signal may come late. The path goes on over withheld windows without them.")
    let found = sites.filter { !($0.matrix?.cusum.isEmpty ?? true) }
    guard !found.isEmpty else {
      html.paragraph("No hospital released what the CUSUM needs.")
      return
    }
    let first = found.compactMap { site -> String? in
      let signal = site.matrix?.cusum.first { row in
        if case .counted(_, _, true) = row.result { return true }
        return false
      }
      return signal.map { "\(site.name) (first in \($0.window))" }
    }
    html.paragraph(
      first.isEmpty
        ? "It signals at no hospital."
        : "It signals at \(ReportNumbers.count(first.count, "hospital")): "
          + "\(first.prefix(12).joined(separator: ", "))\(first.count > 12 ? " and others" : "").",
      class: first.isEmpty ? "" : "strong")
    let values = found.flatMap { $0.matrix?.cusum ?? [] }.map { row -> Double in
      if case .counted(_, let value, _) = row.result { return value.value }
      return 0
    }
    let upper = Axis.around(
      values + [0, plan.limit.value * 1.15], within: 0...1_000_000, start: 0, end: 1
    ).upper
    html.newline()
    html.element("div", ["class": "panels wide"]) { grid in
      for (index, site) in found.prefix(ReportData.panelLimit).enumerated() {
        CUSUMPlot(
          name: site.role == .development ? "\(site.name) (development)" : site.name,
          rows: site.matrix?.cusum ?? [], limit: plan.limit, upper: upper
        ).write(id: "cusum-\(index)", to: &grid)
      }
    }
    let hidden = found.count - ReportData.panelLimit
    if hidden > 0 { html.paragraph("\(ReportNumbers.count(hidden, "further hospital")) not drawn here.") }
  }
}
