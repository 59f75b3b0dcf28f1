/// What a model says about one row.
package enum ModelScore: Sendable, Equatable {
  /// A number as the model gave it: not yet rounded, perhaps not finite, perhaps outside 0...1.
  case number(Double)
  /// There is no score.
  case missing
  /// There is something, and it is not a number.
  case unreadable
}

/// A model laid out for scoring many rows: cells become inputs, and inputs answers.
package struct ModelScorer: Sendable {
  /// The columns that scoring reads; cells are asked for by position in this list.
  package let columns: [String]
  /// Numbers that a row is reduced to.
  let inputCount: Int
  private let artifact: ModelArtifact
  /// For each input, how it is made and the position of its column; none for a recorded score.
  private let inputs: [(feature: Feature, column: Int)]

  /// Prepares a model.
  package init(_ artifact: ModelArtifact) {
    self.artifact = artifact
    columns = artifact.columns
    let texts = CellTexts(columns)
    switch artifact {
    case .logisticRegression(_, let features):
      inputs = features.map { ($0, texts.place(of: Cell($0.column.utf8)) ?? 0) }
      inputCount = features.count
    case .recordedScore:
      inputs = []
      inputCount = 1
    }
  }

  /// The score of the row whose cells `cell` gives, by position in `columns`.
  package func score(_ cell: (Int) -> Cell) -> ModelScore {
    var row = Array(repeating: 0.0, count: inputCount)
    readInputs(cell, into: &row, at: 0)
    return scores(of: row, rows: 1).first ?? .unreadable
  }

  /// Writes a row's inputs, not-a-number where one is missing.
  ///
  /// A recorded score is its own input: −∞ where the cell is empty, not-a-number where it holds no number.
  func readInputs(_ cell: (Int) -> Cell, into row: inout [Double], at start: Int) {
    if case .recordedScore = artifact {
      let text = cell(0)
      row[start] = text.isEmpty ? -.infinity : parseNumber(text) ?? .nan
      return
    }
    // Through the buffer: taking an element out of the array would copy its rule.
    inputs.withUnsafeBufferPointer { inputs in
      for index in inputs.indices {
        row[start + index] = inputs[index].feature.value(of: cell(inputs[index].column))
      }
    }
  }

  /// The answers for rows whose inputs lie one after the other.
  func scores(of inputs: [Double], rows: Int) -> [ModelScore] {
    switch artifact {
    case .logisticRegression(let model, _):
      return (0..<rows).map { row in .number(model.score { inputs[row * inputCount + $0] }) }
    case .recordedScore:
      return inputs.prefix(rows).map { $0.isNaN ? .unreadable : $0 == -.infinity ? .missing : .number($0) }
    }
  }
}
