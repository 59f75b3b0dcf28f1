import Aggregates
import CanonicalJSON
import Statistics

extension SiteFit {
  /// Fits the site's own recalibration and writes it, or says why there is none.
  ///
  /// Shape: one entry a distinct score, ascending.
  init(fitting groups: [(score: Double, positives: Int, negatives: Int)]) {
    do {
      self = .fitted(try Values(recalibrate(scores: groups)))
    } catch let error as StatisticsError {
      self = .notEvaluable(Reason(error))
    } catch {
      // A number too large to be written.
      self = .notEvaluable(.notConverged)
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
