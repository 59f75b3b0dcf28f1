package import CanonicalJSON
package import EvaluationProtocols
import Models

/// Why one row has its score: for the hospital's own people, since it is made of a patient's values.
package struct RowExplanation: Sendable, Equatable {
  /// What the evaluation counts the row with; nil where it leaves it out.
  package let score: Double?
  /// The inputs, the one that adds or takes most first; none for a recorded score.
  package let inputs: [Input]
  /// The log odds without any input; nil for a recorded score.
  package let base: Double?
  /// Each threshold of the protocol, and whether the score reaches it.
  package let thresholds: [Threshold]

  /// One input of the model.
  package struct Input: Sendable, Equatable {
    package let name: String
    /// The column it is made from, as the protocol calls it, and its unit there.
    package let column: String
    package let unit: String?
    /// The cell, with the hospital's codes replaced.
    package let text: String
    /// What the model was given; nil where it is missing.
    package let value: Double?
    /// Whether the cell is a number outside the range that the protocol gives.
    package let isOutOfRange: Bool
    /// What it adds to the log odds.
    package let contribution: Double
  }

  /// A threshold and what is done at it.
  package struct Threshold: Sendable, Equatable {
    package let value: ExactDecimal
    package let action: String
    package let isReached: Bool
  }
}

/// Explains the score of one row, found by the text of one cell.
///
/// - Parameters:
///   - identifier: what stands in the column `column` of the hospital's files, which the mapping does not rename.
/// - Returns: nil where no row has it; of several the first in the files as given.
/// - Throws: `SiteEvaluationError`. Nothing in it is a patient's value.
package func explainRow(
  where column: String, is identifier: String, in rows: SnapshotRows,
  under evaluationProtocol: EvaluationProtocol, model: SiteModel
) throws(SiteEvaluationError) -> RowExplanation? {
  let artifact: ModelArtifact
  do { artifact = try model.load(for: evaluationProtocol.model) } catch { throw .model(error) }
  let scorer = ModelScorer(artifact)
  var plan = ColumnPlan()
  let scoring = ScoringPlan(evaluationProtocol, columns: scorer.columns, plan: &plan)
  var explanation: Result<RowExplanation, ModelError>?
  try rows.forFirstRow(of: plan, where: column, is: Array(identifier.utf8)) { row in
    explanation = Result { () throws(ModelError) in
      try explain(row, scorer, scoring, evaluationProtocol)
    }
  }
  do { return try explanation?.get() } catch { throw .model(error) }
}

private func explain(
  _ row: TableRow, _ scorer: ModelScorer, _ scoring: ScoringPlan, _ evaluationProtocol: EvaluationProtocol
) throws(ModelError) -> RowExplanation {
  func cell(_ column: Int) -> Cell { row.cell(scoring.places[column]) }
  let (outcome, score) = scoring.score(of: row, by: scorer)
  let parts = try scorer.contributions(cell)
  var inputs: [RowExplanation.Input] = []
  if let parts {
    for (index, source) in scorer.inputSources.enumerated() {
      let name = scorer.columns[source.column]
      let feature = evaluationProtocol.data.feature(of: name)
      let value = parts.values[index]
      inputs.append(
        RowExplanation.Input(
          name: source.name, column: name, unit: feature?.unit,
          text: String(decoding: cell(source.column), as: UTF8.self), value: value.isNaN ? nil : value,
          isOutOfRange: feature?.isOutside(cell(source.column)) ?? false,
          contribution: parts.contributions[index]))
    }
  }
  return RowExplanation(
    score: outcome == .counted ? score : nil,
    // A stable order: of equal contributions the first of the model.
    inputs: inputs.enumerated().sorted { left, right in
      let (one, other) = (abs(left.element.contribution), abs(right.element.contribution))
      return one != other ? one > other : left.offset < right.offset
    }.map(\.element),
    base: parts?.base,
    thresholds: evaluationProtocol.model.thresholds.map {
      RowExplanation.Threshold(
        value: $0.value, action: $0.action, isReached: outcome == .counted && score >= $0.value.value)
    })
}

extension FeatureColumn {
  /// Whether a cell holds a number outside the range, which is not one that stands for a missing value.
  fileprivate func isOutside(_ cell: Cell) -> Bool {
    guard let number = parseNumber(cell), !missingValues.contains(where: { $0.value == number }) else {
      return false
    }
    return lower.map { number < $0.value } ?? false || upper.map { number > $0.value } ?? false
  }
}
