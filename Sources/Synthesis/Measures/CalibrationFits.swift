import Aggregates
import CanonicalJSON
import EvaluationProtocols
import Statistics

/// The sites' own recalibration fits over the strata of a row: one fit, or the mean over windows with the
/// inverse of the variances as weights (statistics.md §5).
struct CalibrationFitMeans {
  typealias Mean = (mean: Double, standardError: Double)?

  let calibrationInTheLarge: Mean
  let intercept: Mean
  let slope: Mean
  let count: Int

  /// The means; nil where a stratum has no fit.
  init?(_ fits: [SiteFit]) {
    let values = fits.compactMap { fit -> SiteFit.Values? in
      guard case .fitted(let values) = fit else { return nil }
      return values
    }
    guard values.count == fits.count, !values.isEmpty else { return nil }
    func mean(_ value: (SiteFit.Values) -> Double, error: (SiteFit.Values) -> Double) -> Mean {
      try? inverseVarianceMean(values.map(value), standardErrors: values.map(error))
    }
    count = values.count
    calibrationInTheLarge = mean(
      { $0.calibrationInTheLarge.value }, error: { $0.calibrationInTheLargeError.value })
    intercept = mean({ $0.intercept.value }, error: { $0.interceptVariance.value.squareRoot() })
    slope = mean({ $0.slope.value }, error: { $0.slopeVariance.value.squareRoot() })
  }
}

extension StratumTotals {
  /// Intercepts and slope of one site, as it fitted its own rows.
  func siteFitMeasures(_ fits: [SiteFit]) -> [Measure] {
    let means = CalibrationFitMeans(fits)
    let reason = fits.lazy.compactMap(\.notEvaluable).first ?? .tooFewEvents
    func entry(_ metric: Metric, _ mean: CalibrationFitMeans.Mean) -> Measure {
      Measure(
        metric: metric, threshold: nil, estimand: .site, omitted: [],
        result: means.map { written(mean, windows: $0.count) } ?? .notEvaluable(reason))
    }
    return [
      entry(.calibrationInTheLarge, means?.calibrationInTheLarge),
      entry(.calibrationIntercept, means?.intercept), entry(.calibrationSlope, means?.slope),
      logisticIndex(
        means.flatMap { means in
          means.intercept.flatMap { intercept in means.slope.map { (intercept.mean, $0.mean) } }
        }, estimand: .site, method: "site-fit-logistic-index/v1", absence: reason),
    ]
  }

  /// Intercept and slope of the pooled rows, approximately: every row of a bin is taken at the bin's mean score.
  func pooledFitMeasures() -> [Measure] {
    let method = "grouped-logistic/v1"
    let grouped: GroupedRecalibration
    do {
      grouped = try groupedRecalibration(calibrationBins())
    } catch {
      let reason = NotEvaluable(error)
      return [Metric.calibrationIntercept, .calibrationSlope, .logisticCalibrationIndex].map {
        Measure(metric: $0, threshold: nil, estimand: .pooledRows, omitted: [], result: .notEvaluable(reason))
      }
    }
    let fit = grouped.fit
    // The test is of intercept 0 and slope 1 together.
    var details = MeasureDetails()
    details.pValue = try? FixedDecimal(grouped.pValue, scale: ValidationMatrix.solverScale)
    func entry(_ metric: Metric, _ value: Double, variance: Double) -> Measure {
      let half = standardNormal975 * variance.squareRoot()
      return Measure(
        metric: metric, threshold: nil, estimand: .pooledRows, omitted: [],
        result: .written(
          value, Interval(lower: value - half, upper: value + half), method: method,
          scale: ValidationMatrix.solverScale, details: details))
    }
    return [
      entry(.calibrationIntercept, fit.intercept, variance: fit.varianceIntercept),
      entry(.calibrationSlope, fit.slope, variance: fit.varianceSlope),
      logisticIndex(
        (fit.intercept, fit.slope), estimand: .pooledRows, method: "grouped-logistic-index/v1",
        absence: .notConverged),
    ]
  }

  private func written(_ mean: CalibrationFitMeans.Mean, windows: Int) -> MeasureResult {
    guard let mean else { return .notEvaluable(.noVariance) }
    let half = standardNormal975 * mean.standardError
    return .written(
      mean.mean, Interval(lower: mean.mean - half, upper: mean.mean + half),
      method: windows == 1 ? "site-fit/v1" : "site-fit-windows/v1", scale: ValidationMatrix.solverScale)
  }

  private func logisticIndex(
    _ curve: (intercept: Double, slope: Double)?, estimand: Estimand, method: String, absence: NotEvaluable
  ) -> Measure {
    let errors = curve.flatMap {
      try? logisticCalibrationErrors(calibrationBins(), intercept: $0.intercept, slope: $0.slope)
    }
    return Measure(
      metric: .logisticCalibrationIndex, threshold: nil, estimand: estimand, omitted: [],
      result: errors.map {
        .written($0.logisticICI, nil, method: method, scale: ValidationMatrix.solverScale)
      } ?? .notEvaluable(absence))
  }
}

extension NotEvaluable {
  /// Why a fit of grouped rows has no result.
  fileprivate init(_ error: StatisticsError) {
    switch error {
    case .noTrials: self = .noRows
    case .noEvents, .tooFewObservations: self = .tooFewEvents
    case .constantScore: self = .constantScore
    case .separation: self = .separation
    case .countExceedsTrials, .noVariance, .noConvergence, .tooFewStudies, .inconsistentSums,
      .invalidArgument:
      self = .notConverged
    }
  }
}

extension SiteFit {
  fileprivate var notEvaluable: NotEvaluable? {
    guard case .notEvaluable(let reason) = self else { return nil }
    return switch reason {
    case .tooFewEvents: .tooFewEvents
    case .constantScore: .constantScore
    case .separation: .separation
    case .notConverged: .notConverged
    }
  }
}
