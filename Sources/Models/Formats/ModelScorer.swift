internal import TreeEnsembles

/// What a model says about one row.
package enum ModelScore: Sendable, Equatable {
  /// A number as the model gave it: not yet rounded, perhaps not finite, perhaps outside 0...1.
  case number(Double)
  /// There is no score.
  case missing
  /// There is something, and it is not a number.
  case unreadable
}

/// A model laid out for scoring many rows, by one thread at a time: cells become inputs, and inputs answers.
package struct ModelScorer: BlockScorer {
  /// The columns that scoring reads; cells are asked for by position in this list.
  package let columns: [String]
  /// Numbers that a row is reduced to.
  package let inputCount: Int
  private let kind: Kind
  /// For each input, how it is made and the position of its column; none for a recorded score.
  private let inputs: [(feature: Feature, column: Int)]

  private enum Kind {
    case logisticRegression(LogisticRegressionModel)
    case treeEnsemble(TreeEvaluator)
    case recordedScore
  }

  /// Prepares a model.
  package init(_ artifact: ModelArtifact) {
    columns = artifact.columns
    let features: [Feature]
    switch artifact {
    case .logisticRegression(let model, let inputs):
      features = inputs
      kind = .logisticRegression(model)
    case .treeEnsemble(let model, let inputs):
      features = inputs
      kind = .treeEnsemble(model.makeEvaluator())
    case .recordedScore:
      features = []
      kind = .recordedScore
    }
    let texts = CellTexts(columns)
    inputs = features.map { ($0, texts.place(of: Cell($0.column.utf8)) ?? 0) }
    if case .recordedScore = kind { inputCount = 1 } else { inputCount = features.count }
  }

  /// How each input of the model is made of a cell, for a reader that goes column by column.
  package var inputRules: [InputRule] {
    if case .recordedScore = kind { return [InputRule(column: 0, kind: .recordedScore)] }
    return inputs.map { InputRule(column: $0.column, kind: .feature($0.feature)) }
  }

  /// Each input's name and the position of its column in `columns`; none for a recorded score.
  package var inputSources: [(name: String, column: Int)] {
    inputs.map { ($0.feature.name, $0.column) }
  }

  /// What each input adds to the log odds of the row whose cells `cell` gives; nil for a recorded score, of which
  /// nothing is known.
  ///
  /// Exact Shapley values: of a logistic regression with the values that it puts in for missing inputs as what it is
  /// compared with, of trees those of the path-dependent game. Contributions and `base` add up to the log odds.
  ///
  /// - Throws: `ModelError.contributions` where a model of trees does not say how it was trained.
  /// - Source: Lundberg & Lee (2017), Adv. Neural Inf. Process. Syst. 30; Lundberg et al. (2020), Nat. Mach. Intell.
  ///   2, 56–67.
  package func contributions(_ cell: (Int) -> Cell) throws(ModelError) -> ScoreContributions? {
    var row = Array(repeating: 0.0, count: inputCount)
    readInputs(cell, into: &row, at: 0)
    guard var found = try contributions(ofInputs: row, rows: 1) else { return nil }
    let base = found.removeLast()
    return ScoreContributions(values: row, contributions: found, base: base)
  }

  /// As above, for rows whose inputs lie one after the other: faster for many rows of trees.
  ///
  /// Shape: for each row the contributions in the model's order, then the base.
  ///
  /// - Throws: `ModelError.contributions` where a model of trees does not say how it was trained.
  package func contributions(ofInputs inputs: [Double], rows: Int) throws(ModelError) -> [Double]? {
    switch kind {
    case .recordedScore: return nil
    case .logisticRegression(let model):
      let base = model.terms.reduce(model.intercept) { $0 + $1.coefficient * $1.impute }
      var found: [Double] = []
      found.reserveCapacity(rows * (inputCount + 1))
      for row in 0..<rows {
        let values = inputs[row * inputCount..<(row + 1) * inputCount]
        for (term, value) in zip(model.terms, values) {
          found.append(term.coefficient * (value.isNaN ? 0 : value - term.impute))
        }
        found.append(base)
      }
      return found
    case .treeEnsemble(let evaluator):
      var found = Array(repeating: 0.0, count: rows * (inputCount + 1))
      var places = found.mutableSpan
      do {
        try evaluator.contributions(of: inputs.span.extracting(first: rows * inputCount), into: &places)
      } catch {
        throw .contributions("\(error)")
      }
      return found
    }
  }

  /// Whether answers are computed, not read.
  package var computes: Bool {
    if case .recordedScore = kind { false } else { true }
  }

  /// The score of the row whose cells `cell` gives, by position in `columns`.
  package func score(_ cell: (Int) -> Cell) -> ModelScore {
    var row = Array(repeating: 0.0, count: inputCount)
    readInputs(cell, into: &row, at: 0)
    return scores(of: row, rows: 1).first ?? .unreadable
  }

  /// Writes a row's inputs, not-a-number where one is missing.
  ///
  /// A recorded score is its own input: `InputRule.recordedScore`.
  func readInputs(_ cell: (Int) -> Cell, into row: inout [Double], at start: Int) {
    if case .recordedScore = kind {
      row[start] = InputRule.recordedScore(cell(0))
      return
    }
    // Through the buffer: taking an element out of the array would copy its rule.
    inputs.withUnsafeBufferPointer { inputs in
      for index in inputs.indices {
        row[start + index] = inputs[index].feature.value(of: cell(inputs[index].column))
      }
    }
  }

  /// The answers for rows whose inputs, made by `inputRules`, lie one row after the other.
  package func scores(of inputs: [Double], rows: Int) -> [ModelScore] {
    switch kind {
    case .logisticRegression(let model):
      return (0..<rows).map { row in .number(model.score { inputs[row * inputCount + $0] }) }
    case .treeEnsemble(let evaluator):
      var answers = Array(repeating: 0.0, count: rows)
      var places = answers.mutableSpan
      evaluator.probabilities(of: inputs.span.extracting(first: rows * inputCount), into: &places)
      return answers.map { .number($0) }
    case .recordedScore:
      return inputs.prefix(rows).map { $0.isNaN ? .unreadable : $0 == -.infinity ? .missing : .number($0) }
    }
  }
}

/// A score on the log odds, taken apart.
package struct ScoreContributions: Sendable, Equatable {
  /// The inputs in the model's order, not-a-number where one is missing.
  package let values: [Double]
  /// What each adds, in the same order.
  package let contributions: [Double]
  /// The log odds without any input.
  package let base: Double
}
