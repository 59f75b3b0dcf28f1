/// How one number that a model takes is made of a cell.
package struct InputRule: Sendable {
  /// The position of the column among those of the scorer.
  package let column: Int
  let kind: Kind

  enum Kind: Sendable {
    case feature(Feature)
    case recordedScore
  }

  /// The number; not-a-number where the input is missing.
  package func value(of cell: Cell) -> Double {
    switch kind {
    case .feature(let feature): feature.value(of: cell)
    case .recordedScore: Self.recordedScore(cell)
    }
  }

  /// The same for cells that are numbers; nil where the text decides.
  package var ofNumber: ((Double) -> Double)? {
    switch kind {
    case .feature(let feature): return feature.readsNumbers ? { feature.value(ofNumber: $0) } : nil
    case .recordedScore: return { $0 }
    }
  }

  /// A recorded score is its own input: −∞ where the cell is empty, not-a-number where it holds no number.
  static func recordedScore(_ cell: Cell) -> Double {
    cell.isEmpty ? -.infinity : parseNumber(cell) ?? .nan
  }
}
