import Aggregates
import CanonicalJSON
import EvaluationProtocols
import Statistics

/// Sensitivity, specificity, predictive values, flag rate and net benefit at each threshold.
///
/// Exact from counts; intervals by Wilson, on the effective sample size where patients repeat
/// (statistics.md §2).
struct ThresholdMeasures {
  let set: StratumSet
  let estimand: Estimand

  func measures(at thresholds: [ExactDecimal]) -> [Measure] {
    thresholds.flatMap { threshold -> [Measure] in
      guard let edge = set.grid.index(of: threshold) else { return [] }
      return measures(at: threshold, edge: edge)
    }
  }

  private static let metrics: [Metric] = [
    .sensitivity, .specificity, .positivePredictiveValue, .negativePredictiveValue, .flagRate, .netBenefit,
    .netBenefitGain,
  ]

  private func measures(at threshold: ExactDecimal, edge: Int) -> [Measure] {
    let (contributions, omitted) = set.keeping(edge: edge)
    func entry(_ metric: Metric, _ result: MeasureResult) -> Measure {
      Measure(metric: metric, threshold: threshold, estimand: estimand, omitted: omitted, result: result)
    }
    guard !contributions.isEmpty else {
      return ThresholdMeasures.metrics.map { entry($0, .withheld) }
    }
    let counts = Confusion(contributions, edge: edge)
    func ratio(
      _ measure: ClusterMeasure, _ successes: Int, _ trials: Int, empty: NotEvaluable
    ) -> MeasureResult {
      proportion(
        successes, trials, empty: empty,
        clusters: mergedClusters(contributions, threshold: threshold, measure: measure))
    }
    let benefit = netBenefitResults(counts, threshold: threshold)
    return [
      entry(
        .sensitivity,
        ratio(
          .sensitivity, counts.truePositives, counts.truePositives + counts.falseNegatives, empty: .noEvents)),
      entry(
        .specificity,
        ratio(
          .specificity, counts.trueNegatives, counts.trueNegatives + counts.falsePositives,
          empty: .noNonEvents)),
      entry(
        .positivePredictiveValue,
        ratio(
          .positivePredictiveValue, counts.truePositives, counts.truePositives + counts.falsePositives,
          empty: .noFlagged)),
      entry(
        .negativePredictiveValue,
        ratio(
          .negativePredictiveValue, counts.trueNegatives, counts.trueNegatives + counts.falseNegatives,
          empty: .noUnflagged)),
      entry(
        .flagRate,
        ratio(.flagRate, counts.truePositives + counts.falsePositives, counts.total, empty: .noRows)),
      entry(.netBenefit, benefit.netBenefit),
      entry(.netBenefitGain, benefit.gain),
    ]
  }

  private func netBenefitResults(
    _ counts: Confusion, threshold: ExactDecimal
  ) -> (netBenefit: MeasureResult, gain: MeasureResult) {
    guard
      let result = try? Statistics.netBenefit(
        truePositives: counts.truePositives, falsePositives: counts.falsePositives,
        falseNegatives: counts.falseNegatives, trueNegatives: counts.trueNegatives,
        threshold: threshold.value)
    else { return (.notEvaluable(.noRows), .notEvaluable(.noRows)) }
    func written(_ estimate: Estimate) -> MeasureResult {
      .written(estimate.value, estimate.interval, method: "net-benefit-wald/v1")
    }
    return (written(result.netBenefit), written(result.gainOverTreatAll))
  }
}

/// A proportion with its Wilson interval, on the effective sample size where patients repeat.
func proportion(
  _ successes: Int, _ trials: Int, empty: NotEvaluable, clusters: ClusterSums? = nil
) -> MeasureResult {
  guard trials > 0 else { return .notEvaluable(empty) }
  let share = Double(successes) / Double(trials)
  if let clusters, clusters.sumSquaredTrials > clusters.sumTrials {
    guard let size = try? effectiveSampleSize(clusters),
      let interval = try? wilsonInterval(
        proportion: share, effectiveTrials: size.effectiveTrials, z: standardNormal975)
    else { return .notEvaluable(.noVariance) }
    return .written(
      share, interval, successes: successes, trials: trials, method: MeasureNumbers.effectiveMethod)
  }
  guard let interval = try? wilsonInterval(successes: successes, trials: trials, z: standardNormal975) else {
    return .notEvaluable(empty)
  }
  return .written(share, interval, successes: successes, trials: trials, method: "wilson-95/v1")
}

/// Patient-level sums over strata; nil unless every stratum has them. A patient who is seen at two sites
/// counts as two clusters.
private func mergedClusters(
  _ contributions: [Contribution], threshold: ExactDecimal, measure: ClusterMeasure
) -> ClusterSums? {
  var total: ClusterSums?
  for contribution in contributions {
    guard
      let record = contribution.stratum.clusters.first(where: {
        $0.threshold == threshold && $0.measure == measure
      })
    else { return nil }
    total = total.map { $0.adding(record.sums) } ?? record.sums
  }
  return total
}

extension ClusterSums {
  fileprivate func adding(_ other: ClusterSums) -> ClusterSums {
    ClusterSums(
      clusters: clusters + other.clusters, sumSuccesses: sumSuccesses + other.sumSuccesses,
      sumTrials: sumTrials + other.sumTrials,
      sumSquaredSuccesses: sumSquaredSuccesses + other.sumSquaredSuccesses,
      sumProducts: sumProducts + other.sumProducts,
      sumSquaredTrials: sumSquaredTrials + other.sumSquaredTrials)
  }
}
