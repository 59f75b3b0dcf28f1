package import CanonicalJSON
package import EvaluationProtocols

/// One number with its status.
package struct Measure: Sendable, Equatable {
  package let metric: Metric
  package let threshold: ExactDecimal?
  package let estimand: Estimand
  /// Contributors of the row that cannot contribute to this measure because their counts are withheld.
  package let omitted: [String]
  package let result: MeasureResult
  /// What two sites say where a model over sites would need three.
  package let twoSites: TwoSites?

  /// A number with its status.
  package init(
    metric: Metric, threshold: ExactDecimal?, estimand: Estimand, omitted: [String], result: MeasureResult,
    twoSites: TwoSites? = nil
  ) {
    self.metric = metric
    self.threshold = threshold
    self.estimand = estimand
    self.omitted = omitted
    self.result = result
    self.twoSites = twoSites
  }
}

/// The difference of two sites' estimates on the scale of the model, with its normal interval.
package struct TwoSites: Sendable, Equatable {
  /// The site that comes first by id, from which the other is taken away.
  package let first: String
  package let second: String
  /// Of log odds, of logarithms of ratios, or of the measure itself.
  package let difference: FixedDecimal
  package let bounds: MeasureDetails.Bounds
}

/// A number, or why there is none.
package enum MeasureResult: Sendable, Equatable {
  case estimated(MeasureNumbers)
  /// The truth lies between the two; no point is claimed.
  case bounded(lower: FixedDecimal, upper: FixedDecimal)
  case withheld
  case notEvaluable(NotEvaluable)
}

/// Why a number does not exist.
package enum NotEvaluable: String, CaseIterable, Sendable {
  case noRows
  case noEvents
  case noNonEvents
  case noFlagged
  case noUnflagged
  case noAlerts
  case noVariance
  /// Fewer than three sites: no random-effects claim.
  case tooFewSites
  /// Fewer than two windows have a number.
  case tooFewWindows
  case tooFewEvents
  /// What it would be made from is not among what sites release.
  case notReleased
  case constantScore
  case separation
  case notConverged
}

/// A point estimate, its interval at 95 % and what it was made from.
package struct MeasureNumbers: Sendable, Equatable {
  package let value: FixedDecimal
  /// Interval bounds where the measure has an interval.
  package let lower: FixedDecimal?
  package let upper: FixedDecimal?
  /// The counts of a proportion.
  package let successes: Int?
  package let trials: Int?
  /// The algorithm by name, as in `protocols/merge.md`.
  package let method: String
  package let randomEffects: RandomEffectsNumbers?
  /// What belongs to some measures only.
  package let details: MeasureDetails

  /// The method of proportions of rows that cluster in patients.
  static let effectiveMethod = "wilson-effective-95/v1"

  /// Whether the interval is that of fewer trials than are counted, because rows of a patient are alike.
  package var isOnEffectiveTrials: Bool { method == MeasureNumbers.effectiveMethod }
}

/// What belongs to some measures only.
package struct MeasureDetails: Sendable, Equatable {
  /// Clopper and Pearson's bounds, for fewer than 40 trials.
  package var exact: Bounds?
  /// By how much rows of one patient widen the interval: trials over effective trials.
  package var designEffect: FixedDecimal?
  /// What the rows without a label could make of the number.
  package var missingLabels: MissingLabels?
  /// Between which the number lies whatever the withheld counts are.
  package var withheldBounds: Bounds?
  /// Two-sided.
  package var pValue: FixedDecimal?
  package var paired: PairedNumbers?

  /// Nothing.
  package init() {}

  /// Two bounds.
  package struct Bounds: Sendable, Equatable {
    package let lower: FixedDecimal
    package let upper: FixedDecimal
  }

  /// A share of rows at the extremes of what the missing labels can be (Manski), and where they are missing
  /// at random given the flag (Begg and Greenes).
  package struct MissingLabels: Sendable, Equatable {
    package let lowest: Extreme
    package let highest: Extreme
    package let ignorable: FixedDecimal?

    /// The share at one extreme, with the interval of that many trials.
    package struct Extreme: Sendable, Equatable {
      package let value: FixedDecimal
      package let lower: FixedDecimal
      package let upper: FixedDecimal
    }
  }
}

/// What a comparison of two scores on the same rows has besides.
package struct PairedNumbers: Sendable, Equatable {
  /// Rows that only the model, and only the baseline, gets right.
  package let gained: Int?
  package let lost: Int?
  /// McNemar's exact test; `MeasureDetails.pValue` is its mid-p version.
  package let exactPValue: FixedDecimal?
  /// Tango's score interval, for non-inferiority.
  package let tango: MeasureDetails.Bounds?
}
