package import CanonicalJSON

/// One bin of a reliability diagram.
package struct ReliabilityBin: Sendable, Equatable {
  package let lower: ExactDecimal
  package let upper: ExactDecimal
  package let rows: Int
  package let events: Int
  /// Mean score in the bin, not its centre.
  package let meanScore: FixedDecimal
  package let observed: FixedDecimal
  package let observedLower: FixedDecimal
  package let observedUpper: FixedDecimal
}

/// One point of a decision curve; treating nobody is 0.
package struct DecisionPoint: Sendable, Equatable {
  package let threshold: ExactDecimal
  package let netBenefit: FixedDecimal
  package let treatAll: FixedDecimal
}

/// The five terms of a Brier score over bins, and what a calibrated model would have.
///
/// Brier score = reliability − resolution + uncertainty + spread within bins − covariance within bins.
package struct BrierDecomposition: Sendable, Equatable {
  package let reliability: FixedDecimal
  package let resolution: FixedDecimal
  package let uncertainty: FixedDecimal
  package let varianceWithinBins: FixedDecimal
  package let covarianceWithinBins: FixedDecimal
  /// The Brier score that these scores would have if they were the true probabilities.
  package let expectedScore: FixedDecimal
  /// What chance adds to the expected calibration error of a calibrated model.
  package let calibrationErrorByChance: FixedDecimal
}

/// The rows of one score interval, by class.
package struct ScoreInterval: Sendable, Equatable {
  package let lower: ExactDecimal
  package let upper: ExactDecimal
  package let events: Int
  package let nonEvents: Int
}

/// Alerts by the time until they were acknowledged.
package struct AcknowledgementTimes: Sendable, Equatable {
  /// Runs of the protocol's bins, in order; the last one without an upper end where it holds the longest.
  package let bins: [Bin]
  /// Alerts that nobody acknowledged.
  package let never: Int
  /// Position in `bins` of the bin that holds the median, alerts never acknowledged counting as the latest;
  /// `nil` where that is one of them.
  package let medianBin: Int?

  /// The alerts of one run of bins.
  package struct Bin: Sendable, Equatable {
    package let lower: ExactDecimal
    package let upper: ExactDecimal?
    package let alerts: Int
  }
}
