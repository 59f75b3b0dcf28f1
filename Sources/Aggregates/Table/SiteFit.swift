package import CanonicalJSON

/// The site's own recalibration of the model on its rows (statistics.md C11).
package enum SiteFit: Sendable, Equatable {
  case fitted(Values)
  case notEvaluable(Reason)

  /// The numbers of a fit that converged.
  package struct Values: Sendable, Equatable {
    /// Intercept with the slope held at 1, and its standard error.
    package let calibrationInTheLarge: FixedDecimal
    package let calibrationInTheLargeError: FixedDecimal
    /// Joint fit of intercept and slope with the 2 × 2 covariance.
    package let intercept: FixedDecimal
    package let slope: FixedDecimal
    package let interceptVariance: FixedDecimal
    package let covariance: FixedDecimal
    package let slopeVariance: FixedDecimal

    /// The numbers of a fit: estimates with `scale` decimals, error and covariances with `varianceScale`.
    package init(
      calibrationInTheLarge: FixedDecimal, calibrationInTheLargeError: FixedDecimal,
      intercept: FixedDecimal, slope: FixedDecimal, interceptVariance: FixedDecimal,
      covariance: FixedDecimal, slopeVariance: FixedDecimal
    ) {
      self.calibrationInTheLarge = calibrationInTheLarge
      self.calibrationInTheLargeError = calibrationInTheLargeError
      self.intercept = intercept
      self.slope = slope
      self.interceptVariance = interceptVariance
      self.covariance = covariance
      self.slopeVariance = slopeVariance
    }

    /// Decimals of the estimates.
    package static let scale = 8
    /// Decimals of the standard error and of the covariance matrix, whose numbers are small at large sites.
    package static let varianceScale = 12
  }

  /// Why there is no fit.
  package enum Reason: String, CaseIterable, Sendable {
    /// Fewer events or non-events than the protocol's minimum.
    case tooFewEvents
    case constantScore
    /// The scores separate events from non-events, so no finite slope exists.
    case separation
    case notConverged
  }
}
