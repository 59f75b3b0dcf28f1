package import CanonicalJSON

/// What a random-effects estimate has besides.
///
/// The estimate's bounds are the wider of the two Hartung–Knapp intervals.
package struct RandomEffectsNumbers: Sendable, Equatable {
  /// How many sites contribute, K.
  package let sites: Int
  /// Contributing sites in order; in the overall slice only.
  package let contributions: [SiteContribution]
  package let tauSquared: FixedDecimal
  /// The Q-profile interval of τ².
  package let tauSquaredBounds: MeasureDetails.Bounds?
  /// τ² / (τ² + s²) with the typical variance s².
  package let iSquared: FixedDecimal
  /// (Q − (K − 1)) / Q, not below 0.
  package let iSquaredFromQ: FixedDecimal
  package let q: FixedDecimal
  package let qPValue: FixedDecimal
  /// Prediction interval for a new site, with K − 2 degrees of freedom.
  package let predictionLower: FixedDecimal
  package let predictionUpper: FixedDecimal
  /// The Hartung–Knapp interval, and its modification with a variance factor of at least 1.
  package let hartungKnapp: MeasureDetails.Bounds
  package let modified: MeasureDetails.Bounds
  package let derSimonianLaird: DerSimonianLaird?

  /// One site in the model.
  package struct SiteContribution: Sendable, Equatable {
    package let site: String
    /// Its share in the mean.
    package let weight: FixedDecimal
    /// The estimate without the site; `nil` where fewer than three would be left.
    package let without: Without?

    /// The mean and its bounds without one site.
    package struct Without: Sendable, Equatable {
      package let value: FixedDecimal
      package let lower: FixedDecimal
      package let upper: FixedDecimal
      package let tauSquared: FixedDecimal
    }
  }

  /// The method-of-moments model with a normal interval, for comparison.
  package struct DerSimonianLaird: Sendable, Equatable {
    package let tauSquared: FixedDecimal
    package let value: FixedDecimal
    package let lower: FixedDecimal
    package let upper: FixedDecimal
  }
}
