/// Draws the marks of a figure. Coordinates are written with one decimal, so a page's bytes follow from the
/// record and not from the last bit of a computation.
struct SVGCanvas {
  /// What is drawn so far, to be put into an `svg` element.
  private(set) var writer = HTMLWriter()

  /// Which side of a point a text stands on.
  enum Anchor: String {
    case start, middle, end
  }

  mutating func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ style: StaticString) {
    writer.element(
      "line",
      [
        "class": "\(style)", "x1": written(x1), "y1": written(y1), "x2": written(x2), "y2": written(y2),
      ]
    ) { _ in }
  }

  mutating func rectangle(
    _ x: Double, _ y: Double, width: Double, height: Double, _ style: StaticString
  ) {
    writer.element(
      "rect",
      [
        "class": "\(style)", "x": written(x), "y": written(y), "width": written(max(0, width)),
        "height": written(max(0, height)),
      ]
    ) { _ in }
  }

  mutating func circle(_ x: Double, _ y: Double, radius: Double, _ style: StaticString) {
    writer.element(
      "circle", ["class": "\(style)", "cx": written(x), "cy": written(y), "r": written(radius)]
    ) { _ in }
  }

  mutating func polygon(_ points: [(x: Double, y: Double)], _ style: StaticString) {
    writer.element("polygon", ["class": "\(style)", "points": list(points)]) { _ in }
  }

  mutating func polyline(_ points: [(x: Double, y: Double)], _ style: StaticString) {
    guard points.count > 1 else { return }
    writer.element("polyline", ["class": "\(style)", "points": list(points)]) { _ in }
  }

  mutating func text(
    _ text: String, _ x: Double, _ y: Double, anchor: Anchor = .start, _ style: StaticString = "label"
  ) {
    writer.element(
      "text", ["class": "\(style)", "x": written(x), "y": written(y), "text-anchor": anchor.rawValue], text)
  }

  /// Text that runs upwards, centred on a point.
  mutating func uprightText(_ text: String, _ x: Double, _ y: Double, _ style: StaticString) {
    writer.element(
      "text",
      [
        "class": "\(style)", "text-anchor": "middle",
        "transform": "translate(\(written(x)) \(written(y))) rotate(-90)",
      ], text)
  }

  private func list(_ points: [(x: Double, y: Double)]) -> String {
    points.map { "\(written($0.x)),\(written($0.y))" }.joined(separator: " ")
  }

  // Beyond any page there is nothing to see, and nothing that fits an integer.
  private func written(_ coordinate: Double) -> String {
    let bounded = coordinate.isFinite ? min(max(coordinate, -100_000), 100_000) : 0
    let tenths = Int(bounded * 10 + (bounded < 0 ? -0.5 : 0.5))
    let sign = tenths < 0 ? "-" : ""
    let rest = tenths.magnitude % 10
    return "\(sign)\(tenths.magnitude / 10)\(rest == 0 ? "" : ".\(rest)")"
  }
}

extension HTMLWriter {
  /// An inline figure that scales with the page and names itself to readers who do not see it.
  ///
  /// - Parameter id: unique in the page; ties the title and the description to the figure.
  mutating func svg(
    id: String, width: Double, height: Double, title: String, description: String,
    _ draw: (inout SVGCanvas) -> Void
  ) {
    var canvas = SVGCanvas()
    draw(&canvas)
    element(
      "svg",
      [
        "viewBox": "0 0 \(Int(width)) \(Int(height))", "width": "\(Int(width))", "height": "\(Int(height))",
        "role": "img", "aria-labelledby": "\(id)-title \(id)-text",
      ]
    ) { svg in
      svg.element("title", ["id": "\(id)-title"], title)
      svg.element("desc", ["id": "\(id)-text"], description)
      svg.append(canvas.writer)
    }
  }
}

extension HTMLWriter {
  /// Samples of lines with their names.
  mutating func legend(_ entries: [(style: StaticString, name: String)]) {
    newline()
    element("p", ["class": "legend"]) { line in
      for entry in entries {
        line.element("span") { sample in
          var canvas = SVGCanvas()
          canvas.polyline([(0, 6), (34, 6)], entry.style)
          sample.element(
            "svg", ["viewBox": "0 0 34 12", "width": "34", "height": "12", "aria-hidden": "true"]
          ) {
            $0.append(canvas.writer)
          }
          sample.text(entry.name)
        }
      }
    }
  }
}

/// Text that fits a column of a figure, where nothing wraps by itself.
enum FittedLabel {
  /// At most `lines` lines of at most `width` narrow characters; what does not fit ends in an ellipsis.
  static func lines(_ text: String, width: Int, lines limit: Int = 2) -> [String] {
    var lines: [String] = []
    var current = ""
    for word in text.split(separator: " ") {
      let candidate = current.isEmpty ? String(word) : "\(current) \(word)"
      if Self.width(of: candidate) <= width || current.isEmpty {
        current = candidate
      } else {
        lines.append(current)
        current = String(word)
      }
    }
    lines.append(current)
    if lines.count > limit {
      lines = lines.prefix(limit - 1) + [lines.dropFirst(limit - 1).joined(separator: " ")]
    }
    return lines.map { cut($0, to: width) }
  }

  private static func cut(_ line: String, to width: Int) -> String {
    guard Self.width(of: line) > width else { return line }
    var kept = ""
    for character in line {
      guard Self.width(of: kept) + Self.width(of: String(character)) < width else { break }
      kept.append(character)
    }
    return kept + "…"
  }

  // East Asian letters take the room of two.
  private static func width(of text: String) -> Int {
    text.unicodeScalars.reduce(0) { $0 + ($1.value >= 0x1100 ? 2 : 1) }
  }
}
