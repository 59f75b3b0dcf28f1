/// What a model says about one row.
package enum ModelScore: Sendable, Equatable {
  /// A number as the model gave it: not yet rounded, perhaps not finite, perhaps outside 0...1.
  case number(Double)
  /// There is no score.
  case missing
  /// There is something, and it is not a number.
  case unreadable
}

/// A model laid out for scoring many rows.
package struct ModelScorer: Sendable {
  /// The columns that scoring reads; cells are asked for by position in this list.
  package let columns: [String]
  private let artifact: ModelArtifact
  /// For each input, the position of its column.
  private let columnOfInput: [Int]

  /// Prepares a model.
  package init(_ artifact: ModelArtifact) {
    self.artifact = artifact
    columns = artifact.columns
    guard case .logisticRegression(_, let inputs) = artifact else {
      columnOfInput = []
      return
    }
    let texts = CellTexts(columns)
    columnOfInput = inputs.map { texts.place(of: Cell($0.column.utf8)) ?? 0 }
  }

  /// The score of the row whose cells `cell` gives, by position in `columns`.
  package func score(_ cell: (Int) -> Cell) -> ModelScore {
    switch artifact {
    case .logisticRegression(let model, let inputs):
      return .number(model.score { inputs[$0].value(of: cell(columnOfInput[$0])) })
    case .recordedScore:
      let text = cell(0)
      if text.isEmpty { return .missing }
      return parseNumber(text).map(ModelScore.number) ?? .unreadable
    }
  }
}
