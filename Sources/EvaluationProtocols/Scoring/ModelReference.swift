package import CanonicalJSON
package import Cryptography

/// The model release under test, by digests.
package struct ModelReference: Sendable, Equatable {
  package let id: String
  package let version: String
  package let kind: ModelKind
  /// SHA-256 of the artifact's bytes.
  package let artifact: Digest
  /// SHA-256 of the feature definition's bytes, for kinds that compute inputs.
  package let features: Digest?
  package let output: String
  package let scorePrecision: ScorePrecision
  package let thresholds: [DecisionThreshold]
}

/// How a score comes about.
package enum ModelKind: String, CaseIterable, Sendable {
  case logisticRegression
  /// A score column that the hospital's record system stored.
  case recordedScore
  /// Boosted trees, in a file of XGBoost or LightGBM.
  case treeEnsemble
}

/// Rounding of a score before anything else is done with it.
package enum ScorePrecision: Sendable, Equatable {
  case binary64
  case binary32
  /// Half-even to this many decimals.
  case decimals(Int)
}

/// A score at or above which someone acts.
package struct DecisionThreshold: Sendable, Equatable {
  package let value: ExactDecimal
  /// The clinical action that follows.
  package let action: String
}

/// A comparator whose score the hospital stored, on a scale of its own.
package struct Baseline: Sendable, Equatable {
  package let name: String
  package let column: String
  /// One for each threshold of the model, ascending: the comparator flags a row at or above it where the
  /// model flags it at or above its own.
  package let thresholds: [ExactDecimal]
}
