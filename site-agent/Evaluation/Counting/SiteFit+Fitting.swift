import Aggregates
import CanonicalJSON
import Statistics

extension SiteFit {
  /// Writes the site's own recalibration, or why there is none.
  init(_ result: RecalibrationResult) {
    do throws(StatisticsError) {
      let fit = try result.get()
      // Only a number too large to be written has no values.
      self = (try? Values(fit)).map { .fitted($0) } ?? .notEvaluable(.notConverged)
    } catch {
      self = .notEvaluable(Reason(error))
    }
  }
}

extension SiteFit.Values {
  fileprivate init(_ fit: RecalibrationFit) throws(DecimalError) {
    func estimate(_ value: Double) throws(DecimalError) -> FixedDecimal {
      try FixedDecimal(value, scale: Self.scale)
    }
    func variance(_ value: Double) throws(DecimalError) -> FixedDecimal {
      try FixedDecimal(value, scale: Self.varianceScale)
    }
    self.init(
      calibrationInTheLarge: try estimate(fit.calibrationInTheLarge),
      calibrationInTheLargeError: try variance(fit.calibrationInTheLargeSE),
      intercept: try estimate(fit.intercept), slope: try estimate(fit.slope),
      interceptVariance: try variance(fit.varianceIntercept), covariance: try variance(fit.covariance),
      slopeVariance: try variance(fit.varianceSlope))
  }
}

extension SiteFit.Reason {
  fileprivate init(_ error: StatisticsError) {
    switch error {
    case .constantScore: self = .constantScore
    case .separation: self = .separation
    case .noEvents, .noTrials, .tooFewObservations: self = .tooFewEvents
    case .countExceedsTrials, .noVariance, .noConvergence, .tooFewStudies, .inconsistentSums,
      .invalidArgument:
      self = .notConverged
    }
  }
}
