/// Why rows cannot be counted.
package enum CountingError: Error, Equatable {
  /// A code is not below the cardinality of its column.
  case codeOutOfRange(cardinality: Int)
  /// A score is no number or outside 0...1.
  case scoreOutOfRange
  /// Columns of one set of rows differ in length.
  case lengthsDiffer
  /// A column has no code, or more than a byte holds.
  case cardinalityOutOfRange(Int)
  /// Edges do not ascend from 0 to 1.
  case edgesOutOfOrder
  /// More rows than sums in 64 bits hold.
  case tooManyRows(limit: Int)
  /// Classes times intervals are more than the counter has room for.
  case tooManyCells(limit: Int)
}

extension CountingError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .codeOutOfRange(let cardinality): "a code is not below \(cardinality)"
    case .scoreOutOfRange: "a score is outside 0...1"
    case .lengthsDiffer: "the columns have different numbers of rows"
    case .cardinalityOutOfRange(let cardinality): "a column of bytes cannot have \(cardinality) codes"
    case .edgesOutOfOrder: "the edges do not ascend from 0 to 1"
    case .tooManyRows(let limit): "more than \(limit) rows"
    case .tooManyCells(let limit): "more than \(limit) combinations of class and interval"
    }
  }

  package var remedy: String {
    switch self {
    case .codeOutOfRange, .scoreOutOfRange, .lengthsDiffer, .cardinalityOutOfRange:
      "report this as a bug: rows are checked where they are read"
    case .edgesOutOfOrder: "give edges in ascending order, with 0 and 1 at the ends"
    case .tooManyRows: "count the rows in parts and add the tables"
    case .tooManyCells: "use fewer intervals"
    }
  }
}
