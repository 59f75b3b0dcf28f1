import Aggregates
import CanonicalJSON
import EvaluationProtocols
import Statistics

/// The gaps of one attribute over the validation sites, while sites come in.
struct PooledGaps {
  private let rows: GapRows
  /// One entry a level of the family: all sites' rows, and each site's counts at each threshold.
  private var sums: [GapSides]
  private var pairs: [[SitePair]]

  /// A site's counts on both sides of a level, by threshold.
  private struct SitePair {
    let level: [ConfusionTable]
    let others: [ConfusionTable]
  }

  /// Gaps without a site.
  init(_ family: GapFamily, plan: RowPlan, under evaluationProtocol: EvaluationProtocol) {
    rows = GapRows(family: family, evaluationProtocol: evaluationProtocol)
    let none = GapSides(thresholds: plan.thresholds.values.count)
    sums = Array(repeating: none, count: family.levels.count)
    pairs = Array(repeating: [], count: family.levels.count)
  }

  /// Adds a site.
  mutating func add(_ site: SiteGaps) {
    for level in sums.indices where site.sides[level].strata > 0 {
      sums[level].add(site: site.sides[level])
      pairs[level].append(
        SitePair(
          level: site.sides[level].level.thresholds, others: site.sides[level].others.thresholds))
    }
  }

  /// The crude gaps of the pooled rows, then those within sites.
  func gapRows() -> [GapRow] {
    rows.rows(.pooledRows) { level, metric, threshold in
      // Areas and slopes are of single sites' rows.
      switch metric {
      case .auroc, .calibrationSlope: nil
      default: sums[level].strata == 0 ? .withheld : sums[level].gap(metric, threshold: threshold)
      }
    }
      + rows.rows(.withinSite) { level, metric, threshold in
        switch metric {
        case .observedExpectedRatio, .calibrationSlope: nil
        case .auroc: sums[level].strata == 0 ? .withheld : sums[level].gap(.auroc, threshold: nil)
        default: mantelHaenszel(level, metric, threshold: threshold)
        }
      }
  }

  private func mantelHaenszel(_ level: Int, _ metric: Metric, threshold: Int?) -> Gap? {
    guard let threshold, let measure = ClusterMeasure(rawValue: metric.rawValue) else { return nil }
    let strata = pairs[level].map { pair in
      let one = pair.level[threshold].ratio(measure)
      let other = pair.others[threshold].ratio(measure)
      return StratumPair(
        successes1: one.successes, trials1: one.trials, successes2: other.successes, trials2: other.trials)
    }
    if strata.isEmpty { return .withheld }
    do {
      return Gap(
        try mantelHaenszelDifference(strata), method: "mantel-haenszel-sato-95/v1")
    } catch {
      return .notEvaluable(error == .noTrials ? .noRows : .noVariance)
    }
  }
}
