/// Rows under aligned headings, two spaces between columns, no lines drawn.
package struct Table: Sendable {
  /// Where the text of a column stands. Numbers read best at the right.
  package enum Alignment: Sendable { case left, right }

  private let columns: [(title: String, alignment: Alignment)]
  private var rows: [[StyledText]] = []

  /// A table without rows.
  package init(_ columns: [(title: String, alignment: Alignment)]) { self.columns = columns }

  /// Adds a row; cells that are missing stay empty, cells without a column are dropped.
  package mutating func add(_ cells: [StyledText]) {
    let missing = max(0, columns.count - cells.count)
    rows.append(Array(cells.prefix(columns.count)) + [StyledText](repeating: "", count: missing))
  }

  /// Headings, then rows; no line ends with a space.
  package var lines: [StyledText] {
    let headings = columns.map { StyledText($0.title, .dim) }
    let widths = columns.indices.map { column in
      rows.reduce(headings[column].width) { max($0, $1[column].width) }
    }
    return ([headings] + rows).map { row in line(row, widths: widths) }
  }

  private func line(_ cells: [StyledText], widths: [Int]) -> StyledText {
    let last = cells.lastIndex { $0.width > 0 } ?? 0
    var line: StyledText = ""
    for (index, cell) in cells.enumerated().prefix(last + 1) {
      let padding = StyledText(String(repeating: " ", count: widths[index] - cell.width))
      if index > 0 { line = line + "  " }
      switch columns[index].alignment {
      case .left: line = index == last ? line + cell : line + cell + padding
      case .right: line = line + padding + cell
      }
    }
    return line
  }
}
