import Aggregates
import CanonicalJSON
import EvaluationProtocols
import Statistics

/// AUROC: exact within strata, bounds over pooled rows (statistics.md §3).
struct DiscriminationMeasures {
  let set: StratumSet

  /// Comparisons inside each contribution only: one stratum gives its own AUROC.
  func withinStrata(estimand: Estimand) -> Measure {
    entry(estimand, withinStrataResult())
  }

  /// What the score intervals guarantee about the pairs across sites.
  func pooledBounds() -> Measure {
    let histograms = set.contributions.map { contribution in
      zip(contribution.partition.edges, contribution.partition.edges.dropFirst()).enumerated().map {
        index, edges in
        HistogramBin(
          lower: set.grid.edges[edges.0].value, upper: set.grid.edges[edges.1].value,
          closedAbove: edges.1 == set.grid.intervalCount,
          positives: contribution.stratum.positive[index], negatives: contribution.stratum.negative[index])
      }
    }
    guard let bounds = try? pooledAUROCBounds(histograms),
      case .estimated(let numbers) = MeasureResult.written(bounds.lower, bounds, method: ""),
      let lower = numbers.lower, let upper = numbers.upper
    else { return entry(.pooledRows, .notEvaluable(.noEvents)) }
    return entry(.pooledRows, .bounded(lower: lower, upper: upper))
  }

  /// The estimate at full precision, for the random-effects model.
  func aurocAndVariance() -> (value: Double, variance: Double)? {
    guard let result = try? estimate(), result.value > 0, result.value < 1, result.variance > 0 else {
      return nil
    }
    return (result.value, result.variance)
  }

  private func estimate() throws(StatisticsError) -> AUROC {
    let ranks = set.contributions.map(\.stratum.ranks)
    if ranks.count == 1 { return try auroc(ranks[0], z: standardNormal975) }
    return try withinStrataAUROC(ranks, z: standardNormal975)
  }

  private func withinStrataResult() -> MeasureResult {
    let result: AUROC
    do { result = try estimate() } catch {
      // Over several strata there is no interval where all of them separate the classes.
      return .notEvaluable(error == .noVariance ? .noVariance : .tooFewEvents)
    }
    let method =
      switch result.method {
      case .logitDeLong: set.contributions.count == 1 ? "delong-logit-95/v1" : "delong-within-logit-95/v1"
      case .newcombe5: "newcombe-5-95/v1"
      }
    return .written(result.value, result.interval, method: method)
  }

  private func entry(_ estimand: Estimand, _ result: MeasureResult) -> Measure {
    Measure(metric: .auroc, threshold: nil, estimand: estimand, omitted: [], result: result)
  }
}
