import EvaluationProtocols
import Synthesis

/// The frame of a small plot: two axes with ticks and names.
struct PanelFrame {
  let width: Double
  let height: Double
  let horizontal: Axis
  let vertical: Axis

  private static let left = 44.0
  private static let bottom = 40.0
  private static let top = 10.0
  private static let right = 12.0

  /// A frame of a size, around two ranges of numbers.
  init(
    width: Double, height: Double, x: (lower: Double, upper: Double), y: (lower: Double, upper: Double),
    yScale: Axis.Scale = .linear
  ) {
    self.width = width
    self.height = height
    horizontal = Axis(
      scale: .linear, lower: x.lower, upper: x.upper, start: PanelFrame.left, end: width - PanelFrame.right,
      mostSteps: 6)
    vertical = Axis(
      scale: yScale, lower: y.lower, upper: y.upper, start: height - PanelFrame.bottom, end: PanelFrame.top,
      mostSteps: 5)
  }

  /// Draws the frame with its ticks; `hidesHorizontalTicks` where the plot writes its own.
  func draw(on canvas: inout SVGCanvas, xName: String, hidesHorizontalTicks: Bool = false) {
    for tick in vertical.ticks {
      let y = vertical.position(tick.value)
      canvas.line(horizontal.start, y, horizontal.end, y, "grid")
      canvas.text(tick.text, horizontal.start - 5, y + 4, anchor: .end, "label tick")
    }
    if !hidesHorizontalTicks {
      for tick in horizontal.ticks {
        let x = horizontal.position(tick.value)
        canvas.line(x, vertical.start, x, vertical.end, "grid")
        canvas.text(tick.text, x, vertical.start + 15, anchor: .middle, "label tick")
      }
    }
    canvas.line(horizontal.start, vertical.start, horizontal.end, vertical.start, "axis")
    canvas.line(horizontal.start, vertical.start, horizontal.start, vertical.end, "axis")
    canvas.text(
      xName, (horizontal.start + horizontal.end) / 2, height - 6, anchor: .middle, "label tick")
  }

  /// A hatched field with the word for what is not there.
  func drawAbsence(_ word: String, on canvas: inout SVGCanvas) {
    canvas.rectangle(
      horizontal.start, vertical.end, width: horizontal.end - horizontal.start,
      height: vertical.start - vertical.end, "hatched")
    canvas.text(
      word, (horizontal.start + horizontal.end) / 2, (vertical.start + vertical.end) / 2 + 4, anchor: .middle,
      "label strong")
  }

  /// A line that is cut where it leaves the frame at the top or at the bottom.
  func path(_ points: [(x: Double, y: Double)]) -> [[(x: Double, y: Double)]] {
    var pieces: [[(x: Double, y: Double)]] = []
    var piece: [(x: Double, y: Double)] = []
    for (index, point) in points.enumerated() {
      if index > 0, vertical.holds(point.y) != vertical.holds(points[index - 1].y) {
        let crossing = crossing(points[index - 1], point)
        piece.append((horizontal.position(crossing.x), vertical.position(crossing.y)))
      }
      if vertical.holds(point.y) {
        piece.append((horizontal.position(point.x), vertical.position(point.y)))
      } else if !piece.isEmpty {
        pieces.append(piece)
        piece = []
      }
    }
    return pieces + (piece.isEmpty ? [] : [piece])
  }

  private func crossing(_ from: (x: Double, y: Double), _ to: (x: Double, y: Double)) -> (
    x: Double, y: Double
  ) {
    let outside = vertical.holds(from.y) ? to.y : from.y
    let edge = outside < vertical.lower ? vertical.lower : vertical.upper
    guard to.y != from.y else { return (to.x, edge) }
    return (from.x + (edge - from.y) / (to.y - from.y) * (to.x - from.x), edge)
  }
}

/// A panel of a row of small plots: whose it is, and its line of the matrix or the word for why there is none.
struct Panel {
  let name: String
  let content: Content
  /// Which estimand of the line stands in the panel.
  var estimand = Estimand.site

  enum Content {
    case released(MatrixRow)
    case absent(String)
  }

  /// The line, if there is one.
  var row: MatrixRow? {
    guard case .released(let row) = content else { return nil }
    return row
  }
}

extension ReportData {
  /// Most small plots of one kind; further sites are counted under them.
  static let panelLimit = 24

  /// A panel for each site in protocol order, development sites last and marked.
  var sitePanels: [Panel] {
    sites.map { site in
      let name = site.role == .development ? "\(site.name) (development, not pooled)" : site.name
      switch site.standing(in: .overall) {
      case .released(let row): return Panel(name: name, content: .released(row))
      case let other: return Panel(name: name, content: .absent(other.words ?? "withheld"))
      }
    }
  }

  /// The panel of the pooled rows.
  var pooledPanel: Panel {
    let row = pooled(.overall)
    return Panel(
      name: "All validation hospitals, pooled rows",
      content: row.flatMap { $0.status == .released ? .released($0) : nil } ?? .absent("withheld"),
      estimand: .pooledRows)
  }

  /// Says how many panels are left out, if any are.
  func writePanelRemainder(to html: inout HTMLWriter) {
    let hidden = sites.count - ReportData.panelLimit
    guard hidden > 0 else { return }
    html.paragraph(
      "\(ReportNumbers.count(hidden, "further hospital")) not drawn here; matrix/sites/ has their numbers.")
  }
}
