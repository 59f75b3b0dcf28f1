import Aggregates
import CanonicalJSON
import EvaluationProtocols
import Statistics

/// Prevalence, Brier score, observed / expected, reliability bins and the sites' own recalibration fits
/// (statistics.md §4, §5).
struct CalibrationMeasures {
  let set: StratumSet
  let estimand: Estimand

  /// Measures that are exact from counts and power sums.
  func sumMeasures() -> [Measure] {
    let powers = MergedPowers(set.contributions)
    return [
      entry(.prevalence, proportion(set.events, set.labelled, empty: .noRows)),
      entry(.brierScore, brier(powers)),
      entry(.observedExpectedRatio, observedExpected(powers)),
    ]
  }

  /// Intercepts and slope of one site: its own fit, or the inverse-variance mean over its windows.
  func fitMeasures() -> [Measure] {
    guard let values = fits else {
      let reason = set.contributions.lazy.compactMap(\.stratum.fit.notEvaluable).first ?? .tooFewEvents
      return [Metric.calibrationInTheLarge, .calibrationIntercept, .calibrationSlope].map {
        entry($0, .notEvaluable(reason))
      }
    }
    let method = values.count == 1 ? "site-fit/v1" : "site-fit-windows/v1"
    return [
      entry(
        .calibrationInTheLarge,
        mean(
          values.map(\.calibrationInTheLarge.value), errors: values.map(\.calibrationInTheLargeError.value),
          method)),
      entry(
        .calibrationIntercept,
        mean(
          values.map(\.intercept.value), errors: values.map { $0.interceptVariance.value.squareRoot() },
          method)),
      entry(
        .calibrationSlope,
        mean(values.map(\.slope.value), errors: values.map { $0.slopeVariance.value.squareRoot() }, method)),
    ]
  }

  /// The slope with its standard error, not rounded to what is written.
  func slope() -> (mean: Double, standardError: Double)? {
    guard let values = fits else { return nil }
    return try? inverseVarianceMean(
      values.map(\.slope.value), standardErrors: values.map { $0.slopeVariance.value.squareRoot() })
  }

  // The fits of all contributions, or nil where one has none.
  private var fits: [SiteFit.Values]? {
    let values = set.contributions.compactMap { contribution -> SiteFit.Values? in
      guard case .fitted(let values) = contribution.stratum.fit else { return nil }
      return values
    }
    return values.count == set.contributions.count && !values.isEmpty ? values : nil
  }

  /// Bins between calibration edges that every contribution keeps.
  func reliability() -> [ReliabilityBin] {
    let edges = set.commonEdges.filter { set.grid.dividesBins[$0] }
    return zip(edges, edges.dropFirst()).compactMap { bin(from: $0, to: $1) }
  }

  private func entry(_ metric: Metric, _ result: MeasureResult) -> Measure {
    Measure(metric: metric, threshold: nil, estimand: estimand, omitted: [], result: result)
  }

  private func brier(_ powers: MergedPowers) -> MeasureResult {
    guard let score = try? brierScore(positive: powers.positive, negative: powers.negative) else {
      return .notEvaluable(.noRows)
    }
    return .written(score.value, score.interval, method: "brier/v1")
  }

  private func observedExpected(_ powers: MergedPowers) -> MeasureResult {
    let expected = expectedEvents(powers)
    guard
      let result = try? observedExpectedRatio(
        observed: set.events, trials: set.labelled, expected: expected, z: standardNormal975)
    else { return .notEvaluable(set.labelled == 0 ? .noRows : .noVariance) }
    return .written(result.ratio, result.interval, method: "observed-expected-log/v1")
  }

  private func mean(_ values: [Double], errors: [Double], _ method: String) -> MeasureResult {
    guard let mean = try? inverseVarianceMean(values, standardErrors: errors) else {
      return .notEvaluable(.noVariance)
    }
    let half = standardNormal975 * mean.standardError
    return .written(
      mean.mean, Interval(lower: mean.mean - half, upper: mean.mean + half), method: method,
      scale: ValidationMatrix.solverScale)
  }

  private func bin(from lower: Int, to upper: Int) -> ReliabilityBin? {
    var rows = 0
    var events = 0
    var score: Int128 = 0
    for contribution in set.contributions {
      let partition = contribution.partition
      for (index, edge) in partition.edges.dropLast().enumerated() where edge >= lower && edge < upper {
        rows += contribution.stratum.positive[index] + contribution.stratum.negative[index]
        events += contribution.stratum.positive[index]
      }
      for (range, sums) in zip(partition.bins(of: set.grid), contribution.stratum.bins) {
        let edge = partition.edges[range.lowerBound]
        if edge >= lower && edge < upper { score += sums.positive.first + sums.negative.first }
      }
    }
    let scale = ValidationMatrix.scale
    guard rows > 0, let interval = try? wilsonInterval(successes: events, trials: rows, z: standardNormal975),
      let mean = try? FixedDecimal(Double(score) / fixedPointScale / Double(rows), scale: scale),
      let observed = try? FixedDecimal(Double(events) / Double(rows), scale: scale),
      let observedLower = try? FixedDecimal(interval.lower, scale: scale),
      let observedUpper = try? FixedDecimal(interval.upper, scale: scale)
    else { return nil }
    return ReliabilityBin(
      lower: set.grid.edges[lower], upper: set.grid.edges[upper], rows: rows, events: events, meanScore: mean,
      observed: observed, observedLower: observedLower, observedUpper: observedUpper)
  }
}

/// Σp over all labelled rows.
func expectedEvents(_ powers: MergedPowers) -> Double {
  Double(powers.positive.m1 + powers.negative.m1) / fixedPointScale
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
