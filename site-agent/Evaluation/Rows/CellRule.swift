import Models

/// A question that one cell of a row answers.
protocol CellRule {
  associatedtype Answer
  /// Where the cell stands in the plan.
  var place: Int { get }
  /// The answer of a cell.
  func answer(_ cell: Cell) -> Answer
  /// The same for cells that are numbers, where their text makes no difference; nil where it does.
  var ofNumber: ((Double) -> Answer)? { get }
}

extension CellRule {
  var ofNumber: ((Double) -> Answer)? { nil }

  /// The answer of a row.
  func answer(in row: TableRow) -> Answer { answer(row.cell(place)) }
}
