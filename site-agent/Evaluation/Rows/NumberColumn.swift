import CanonicalJSON
import EvaluationProtocols
import Models

/// A column that the protocol reads as numbers, with the numbers that stand for "not measured" in it.
struct NumberColumn: CellRule {
  let place: Int
  private let missingValues: [Double]

  /// What a cell holds.
  enum Value: Equatable {
    case number(Double)
    /// Empty, or a number that stands for "not measured".
    case missing
    /// Text that is no number.
    case other
  }

  init(_ name: String, readFor: String, in data: DataDefinition, plan: inout ColumnPlan) {
    place = plan.place(of: name, readFor: readFor)
    missingValues = data.feature(of: name)?.missingValues.map(\.value) ?? []
  }

  func answer(_ cell: Cell) -> Value {
    if cell.isEmpty { return .missing }
    guard let number = parseNumber(cell) else { return .other }
    return value(of: number)
  }

  var ofNumber: ((Double) -> Value)? { value(of:) }

  private func value(of number: Double) -> Value {
    missingValues.contains(number) ? .missing : .number(number)
  }
}

/// A column of numbers of which each is turned into something else.
struct NumberRule<Answer>: CellRule, Sendable {
  let column: NumberColumn
  let make: @Sendable (NumberColumn.Value) -> Answer

  var place: Int { column.place }
  func answer(_ cell: Cell) -> Answer { make(column.answer(cell)) }
  var ofNumber: ((Double) -> Answer)? {
    column.ofNumber.map { value in { make(value($0)) } }
  }
}

extension DataDefinition {
  /// The description of a column among the features.
  func feature(of column: String) -> FeatureColumn? {
    features.first { $0.column.hasSameBytes(as: column) }
  }
}

/// The half-open bands between ascending edges; the first and the last are unbounded.
struct Bands {
  private let edges: [Double]

  init(_ edges: [ExactDecimal]) { self.edges = edges.map(\.value) }

  /// The band of a number, by binary search.
  func index(of number: Double) -> Int {
    var low = 0
    var high = edges.count
    while low < high {
      let middle = low + (high - low) / 2
      if edges[middle] <= number { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
