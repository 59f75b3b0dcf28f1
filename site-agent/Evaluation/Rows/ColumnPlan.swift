import ColumnFiles
import EvaluationProtocols
import Models

/// The columns that an evaluation reads, by the names of the protocol and the model.
struct ColumnPlan {
  /// Each column once, with what it is read for.
  private(set) var columns: [(name: String, readFor: String)] = []
  private var places: [Cell: Int] = [:]

  /// The place of a column in every `TableRow`; asking for it puts it on the list.
  mutating func place(of name: String, readFor: String) -> Int {
    let key = Cell(name.utf8)
    if let place = places[key] { return place }
    columns.append((name, readFor))
    places[key] = columns.count - 1
    return columns.count - 1
  }
}

/// Where the columns of a plan stand in one file, and how the hospital's codes are replaced.
struct ColumnBinding {
  /// Where each column of the plan stands in the table.
  let positions: [Int]
  private let codes: [CodeTable?]

  private struct CodeTable {
    let texts: CellTexts
    let replacements: [Cell]

    func replacing(_ cell: Cell) -> Cell { texts.place(of: cell).map { replacements[$0] } ?? cell }
  }

  /// Finds every column before any row is read.
  ///
  /// - Throws: `TableError.columnMissing`, naming the column as the file should have it.
  init(_ plan: ColumnPlan, mapping: SiteMapping, header: [String], path: String) throws(TableError) {
    let headerPlaces = CellTexts(header)
    func position(of column: String, readFor: String) throws(TableError) -> Int {
      guard let position = headerPlaces.place(of: Cell(column.utf8)) else {
        throw .columnMissing(path: path, column: column, readFor: readFor)
      }
      return position
    }
    let mapped = CellTexts(mapping.columns.map(\.column))
    var positions: [Int] = []
    var codes: [CodeTable?] = []
    for (name, readFor) in plan.columns {
      let entry = mapped.place(of: Cell(name.utf8)).map { mapping.columns[$0] }
      positions.append(try position(of: entry?.from ?? name, readFor: readFor))
      codes.append(
        entry.flatMap { entry in
          entry.codes.isEmpty
            ? nil
            : CodeTable(
              texts: CellTexts(entry.codes.map(\.from)), replacements: entry.codes.map { Cell($0.to.utf8) })
        })
    }
    // A mapping that names a column which is not there is a mistake even where nothing reads it.
    for column in mapping.columns { _ = try position(of: column.from, readFor: "the dataset's mapping") }
    self.positions = positions
    self.codes = codes
  }

  /// The cell of the current row at a place of the plan, with the hospital's codes replaced.
  func cell(_ place: Int, of row: RowBuffer) -> Cell {
    let cell = row.cell(positions[place])
    return codes[place]?.replacing(cell) ?? cell
  }

  /// Asks a rule about every row of a group.
  func ask<Rule: CellRule>(
    _ rule: Rule, of group: RowGroup, take: (Int, Rule.Answer) -> Void
  ) throws(ColumnFileError) {
    let cells = try group.cells(of: positions[rule.place])
    if let table = codes[rule.place] {
      cells.map(text: { rule.answer(table.replacing($0)) }, number: nil, take: take)
    } else {
      cells.map(text: rule.answer, number: rule.ofNumber, take: take)
    }
  }
}

/// The current row of a table, by the protocol's columns.
struct TableRow {
  let cells: RowBuffer
  let binding: ColumnBinding

  /// The cell at a place of the plan.
  func cell(_ place: Int) -> Cell { binding.cell(place, of: cells) }
}

/// The rows of a group, by the protocol's columns.
struct BoundGroup {
  let group: RowGroup
  let binding: ColumnBinding

  var rows: Int { group.rows }

  /// Asks a rule about every row.
  ///
  /// - Throws: `ColumnFileError.damaged`.
  func ask<Rule: CellRule>(_ rule: Rule, take: (Int, Rule.Answer) -> Void) throws(ColumnFileError) {
    try binding.ask(rule, of: group, take: take)
  }

  /// The answer of every row.
  func answers<Rule: CellRule>(_ rule: Rule, filling draft: Rule.Answer) throws(ColumnFileError) -> [Rule
    .Answer]
  {
    var answers = Array(repeating: draft, count: rows)
    try answers.withUnsafeMutableBufferPointer { answers throws(ColumnFileError) in
      let answers = answers
      try ask(rule) { answers[$0] = $1 }
    }
    return answers
  }
}
