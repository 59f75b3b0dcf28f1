import Aggregates
import CanonicalJSON
import EvaluationProtocols
import Statistics

/// The trends of one slice over the windows of the protocol: at one site, or of the pooled rows.
struct SliceTrends {
  let slice: SliceID
  /// One entry a window, in order.
  let windows: [StratumSums]
  /// What each window says of each random-effects model.
  let estimates: [[SiteEstimate]]
  let evaluationProtocol: EvaluationProtocol

  /// Every measure in order; shares of rows with the last window less the first.
  func rows(_ estimand: Estimand) -> [TrendRow] {
    TrendMeasure.all(under: evaluationProtocol).map { measure in
      TrendRow(
        slice: slice, metric: measure.model.metric, threshold: measure.model.threshold, estimand: estimand,
        result: result(measure))
    }
  }

  private func result(_ measure: TrendMeasure) -> TrendRow.Result {
    let estimates = measure.estimates(estimates)
    guard let slope = estimates.slope else { return .notEvaluable(.tooFewWindows) }
    let shares = windows.map { share(measure.model, $0) }
    // The trend of a share has its own test, from the counts.
    let test =
      measure.model.threshold == nil
      ? nil
      : try? cochranArmitageTrend(
        successes: shares.map { $0?.successes ?? 0 }, trials: shares.map { $0?.trials ?? 0 })
    return TrendRow.Result(
      slope, windows: estimates.windows.count, pValue: test?.pValue, change: change(shares),
      method: test == nil ? "window-slope/v1" : "window-slope-cochran-armitage/v1")
  }

  private func share(_ model: RandomEffectsModel, _ totals: StratumSums) -> (successes: Int, trials: Int)? {
    guard let threshold = model.threshold, let measure = ClusterMeasure(rawValue: model.metric.rawValue),
      let place = evaluationProtocol.model.thresholds.firstIndex(where: { $0.value == threshold }),
      totals.thresholds[place].strata > 0
    else { return nil }
    let found = totals.thresholds[place].counts.ratio(measure)
    return (found.successes, found.trials)
  }

  private func change(_ shares: [(successes: Int, trials: Int)?]) -> GapNumbers? {
    let counted = shares.compactMap { $0 }.filter { $0.trials > 0 }
    guard counted.count > 1, let first = counted.first, let last = counted.last,
      let gap = try? newcombeDifference(
        successes1: last.successes, trials1: last.trials, successes2: first.successes,
        trials2: first.trials),
      case .estimated(let numbers) = Gap(
        gap.difference, gap.interval, pValue: nil, method: "newcombe-difference-95/v1"
      ).result
    else { return nil }
    return numbers
  }
}

extension TrendRow.Result {
  /// A slope as written; its p-value is the normal one unless another test is given.
  init(_ slope: Estimate, windows: Int, pValue: Double?, change: GapNumbers?, method: String) {
    func written(_ value: Double) -> FixedDecimal? { try? FixedDecimal(value, scale: ValidationMatrix.scale) }
    guard let error = slope.standardError, error > 0, let value = written(slope.value),
      let bounds = slope.interval.flatMap({ MeasureDetails.Bounds($0) }),
      let pValue = written(pValue ?? 2 * normalSurvival(abs(slope.value) / error))
    else {
      self = .notEvaluable(.noVariance)
      return
    }
    self = .estimated(
      TrendNumbers(
        windows: windows, slope: value, lower: bounds.lower, upper: bounds.upper, pValue: pValue,
        change: change, method: method))
  }
}
