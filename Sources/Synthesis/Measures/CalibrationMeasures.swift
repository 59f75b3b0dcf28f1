import Aggregates
import CanonicalJSON
import EvaluationProtocols
import Statistics

/// Prevalence, Brier score, observed / expected and what follows from power sums (statistics.md §4).
struct CalibrationMeasures {
  let totals: StratumTotals
  let estimand: Estimand

  /// Measures that are exact from counts and power sums.
  func sumMeasures() -> [Measure] {
    let bins = totals.calibrationBins()
    let error = try? expectedCalibrationError(bins)
    return [
      entry(.prevalence, prevalence), entry(.brierScore, brier), entry(.scaledBrierScore, scaledBrier),
      entry(.observedExpectedRatio, observedExpected),
      entry(.expectedCalibrationError, descriptive(error?.value, method: "calibration-error/v1")),
      entry(
        .debiasedSquaredCalibrationError,
        descriptive(error?.debiasedSquare, method: "calibration-error-debiased/v1", absence: .tooFewEvents)),
      entry(.spiegelhalterZ, spiegelhalter),
    ]
  }

  private func entry(_ metric: Metric, _ result: MeasureResult) -> Measure {
    Measure(metric: metric, threshold: nil, estimand: estimand, omitted: [], result: result)
  }

  private var prevalence: MeasureResult {
    var result = ProportionMeasure(
      successes: totals.sums.events, trials: totals.sums.labelled, empty: .noRows)
    result.hidden = totals.sums.hidden.shareOfEvents
    return result.result()
  }

  private var brier: MeasureResult {
    guard
      let score = try? brierScore(positive: totals.sums.positivePowers, negative: totals.sums.negativePowers)
    else {
      return .notEvaluable(.noRows)
    }
    return .written(score.value, score.interval, method: "brier/v1")
  }

  private var scaledBrier: MeasureResult {
    let score = try? scaledBrierScore(
      positive: totals.sums.positivePowers, negative: totals.sums.negativePowers)
    return descriptive(score, method: "scaled-brier/v1", absence: oneClass)
  }

  private var observedExpected: MeasureResult {
    guard
      let result = try? observedExpectedRatio(
        observed: totals.sums.events, trials: totals.sums.labelled, expected: totals.sums.expectedEvents,
        z: standardNormal975)
    else { return .notEvaluable(totals.sums.labelled == 0 ? .noRows : .noVariance) }
    var details = MeasureDetails()
    let test = try? calibrationInTheLargeTest(
      positive: totals.sums.positivePowers, negative: totals.sums.negativePowers)
    details.pValue = test.flatMap { try? FixedDecimal($0.pValue, scale: ValidationMatrix.scale) }
    return .written(result.ratio, result.interval, method: "observed-expected-log/v1", details: details)
  }

  private var spiegelhalter: MeasureResult {
    guard totals.sums.positivePowers.m4 != nil, totals.sums.negativePowers.m4 != nil else {
      return totals.sums.labelled == 0 ? .notEvaluable(.noRows) : .withheld
    }
    guard
      let test = try? spiegelhalterZ(
        positive: totals.sums.positivePowers, negative: totals.sums.negativePowers)
    else { return .notEvaluable(totals.sums.labelled == 0 ? .noRows : .noVariance) }
    var details = MeasureDetails()
    details.pValue = try? FixedDecimal(test.pValue, scale: ValidationMatrix.scale)
    return .written(test.z, nil, method: "spiegelhalter/v1", details: details)
  }

  private var oneClass: NotEvaluable {
    totals.sums.labelled == 0 ? .noRows : totals.sums.events == 0 ? .noEvents : .noNonEvents
  }

  // A number without an interval, which decides nothing.
  private func descriptive(
    _ value: Double?, method: String, absence: NotEvaluable = .noRows
  ) -> MeasureResult {
    guard let value else { return .notEvaluable(totals.sums.labelled == 0 ? .noRows : absence) }
    return .written(value, nil, method: method)
  }
}

extension StratumSums {
  /// Σp over all labelled rows.
  var expectedEvents: Double { (positivePowers.m1 + negativePowers.m1).nearestDouble / fixedPointScale }
}

extension IntervalTotals {
  /// The bins between calibration edges that every stratum keeps, ascending, without those that hold nobody.
  func calibrationBins(of grid: ScoreGrid) -> [CalibrationBin] {
    binRanges(of: grid).map(calibrationBin).filter { $0.rows > 0 }
  }

  fileprivate func binRanges(of grid: ScoreGrid) -> [Range<Int>] {
    let edges = commonEdges.filter { grid.dividesBins[$0] }
    return zip(edges, edges.dropFirst()).map { $0..<$1 }
  }

  fileprivate func calibrationBin(_ range: Range<Int>) -> CalibrationBin {
    let events = positiveFrom[range].reduce(0, +)
    let positive = binSums[range].reduce(ScoreSums.zero) { $0 + $1.positive }
    let negative = binSums[range].reduce(ScoreSums.zero) { $0 + $1.negative }
    return CalibrationBin(
      rows: events + negativeFrom[range].reduce(0, +), events: events,
      sumScores: positive.first + negative.first, sumSquares: positive.second + negative.second,
      sumEventScores: positive.first)
  }
}

extension StratumTotals {
  /// The bins that hold somebody.
  func calibrationBins() -> [CalibrationBin] { intervals.calibrationBins(of: grid) }

  /// The same as the points of a reliability diagram.
  func reliability() -> [ReliabilityBin] {
    intervals.binRanges(of: grid).compactMap { range in
      ReliabilityBin(
        intervals.calibrationBin(range), from: grid.edges[range.lowerBound],
        to: grid.edges[range.upperBound])
    }
  }

  /// What the Brier score is made of, over the bins.
  func brierDecomposition() -> BrierDecomposition? {
    let bins = calibrationBins()
    guard let terms = try? murphyDecomposition(bins), let error = try? expectedCalibrationError(bins),
      let expected = try? expectedBrierScore(positive: sums.positivePowers, negative: sums.negativePowers)
    else { return nil }
    let written = [
      terms.reliability, terms.resolution, terms.uncertainty, terms.withinBinVariance,
      terms.withinBinCovariance, expected, error.expectedIfCalibrated,
    ].compactMap { try? FixedDecimal($0, scale: ValidationMatrix.scale) }
    guard written.count == 7 else { return nil }
    return BrierDecomposition(
      reliability: written[0], resolution: written[1], uncertainty: written[2],
      varianceWithinBins: written[3], covarianceWithinBins: written[4], expectedScore: written[5],
      calibrationErrorByChance: written[6])
  }
}

extension ReliabilityBin {
  fileprivate init?(_ bin: CalibrationBin, from lower: ExactDecimal, to upper: ExactDecimal) {
    let scale = ValidationMatrix.scale
    guard bin.rows > 0,
      let interval = try? wilsonInterval(successes: bin.events, trials: bin.rows, z: standardNormal975),
      let mean = try? FixedDecimal(
        bin.sumScores.nearestDouble / fixedPointScale / Double(bin.rows), scale: scale),
      let observed = try? FixedDecimal(Double(bin.events) / Double(bin.rows), scale: scale),
      let bounds = MeasureDetails.Bounds(interval)
    else { return nil }
    self.init(
      lower: lower, upper: upper, rows: bin.rows, events: bin.events, meanScore: mean, observed: observed,
      observedLower: bounds.lower, observedUpper: bounds.upper)
  }
}
