import Aggregates
import CanonicalJSON
import EvaluationProtocols
import Statistics

/// The sites' own recalibration fits over the strata of a row: one fit, or the mean over windows with the
/// inverse of the variances as weights (statistics.md §5).
struct CalibrationFits {
  typealias Mean = (mean: Double, standardError: Double)

  private(set) var count = 0
  /// Why the first stratum without a fit has none.
  private var absence: NotEvaluable?
  private var inTheLarge = InverseVarianceMean()
  private var intercepts = InverseVarianceMean()
  private var slopes = InverseVarianceMean()

  /// Adds the fit of a stratum.
  mutating func add(_ fit: SiteFit) {
    count += 1
    switch fit {
    case .fitted(let values):
      inTheLarge.add(
        values.calibrationInTheLarge.value, standardError: values.calibrationInTheLargeError.value)
      intercepts.add(values.intercept.value, standardError: values.interceptVariance.value.squareRoot())
      slopes.add(values.slope.value, standardError: values.slopeVariance.value.squareRoot())
    case .notEvaluable(let reason): absence = absence ?? NotEvaluable(reason)
    }
  }

  /// Why there are no means: a stratum has no fit, or there is no stratum.
  var missing: NotEvaluable? { count == 0 ? .tooFewEvents : absence }

  // A mean does not exist either where an error is not positive.
  var calibrationInTheLarge: Mean? { missing == nil ? try? inTheLarge.mean() : nil }
  var intercept: Mean? { missing == nil ? try? intercepts.mean() : nil }
  var slope: Mean? { missing == nil ? try? slopes.mean() : nil }
}

extension StratumTotals {
  /// Intercepts and slope of one site, as it fitted its own rows.
  func siteFitMeasures(_ fits: CalibrationFits) -> [Measure] {
    func entry(_ metric: Metric, _ mean: CalibrationFits.Mean?) -> Measure {
      Measure(
        metric: metric, threshold: nil, estimand: .site, omitted: [],
        result: fits.missing.map { .notEvaluable($0) } ?? written(mean, windows: fits.count))
    }
    return [
      entry(.calibrationInTheLarge, fits.calibrationInTheLarge),
      entry(.calibrationIntercept, fits.intercept), entry(.calibrationSlope, fits.slope),
      logisticIndex(
        fits.intercept.flatMap { intercept in fits.slope.map { (intercept.mean, $0.mean) } },
        estimand: .site, method: "site-fit-logistic-index/v1", absence: fits.missing ?? .tooFewEvents),
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

  private func written(_ mean: CalibrationFits.Mean?, windows: Int) -> MeasureResult {
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

extension NotEvaluable {
  /// Why a site has no fit.
  fileprivate init(_ reason: SiteFit.Reason) {
    switch reason {
    case .tooFewEvents: self = .tooFewEvents
    case .constantScore: self = .constantScore
    case .separation: self = .separation
    case .notConverged: self = .notConverged
    }
  }
}
