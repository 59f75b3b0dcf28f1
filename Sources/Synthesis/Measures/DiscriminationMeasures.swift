import Aggregates
import CanonicalJSON
import EvaluationProtocols
import Statistics

/// AUROC: exact within strata, bounds over pooled rows (statistics.md §3).
struct DiscriminationMeasures {
  let totals: StratumTotals

  /// Comparisons inside each contribution only: one stratum gives its own AUROC.
  func withinStrata(estimand: Estimand) -> Measure {
    entry(estimand, withinStrataResult())
  }

  /// What the score intervals guarantee about the pairs across sites.
  func pooledBounds() -> Measure {
    let intervals = totals.intervals
    guard
      let interval = try? pooledAUROCBounds(
        positiveFrom: intervals.positiveFrom, positiveTo: intervals.positiveTo,
        negativeFrom: intervals.negativeFrom, negativeTo: intervals.negativeTo),
      let bounds = MeasureDetails.Bounds(interval)
    else { return entry(.pooledRows, .notEvaluable(.noEvents)) }
    return entry(.pooledRows, .bounded(lower: bounds.lower, upper: bounds.upper))
  }

  /// Average precision: as the site counted it, or what the score intervals guarantee of several strata.
  func averagePrecision(estimand: Estimand) -> Measure {
    Measure(
      metric: .averagePrecision, threshold: nil, estimand: estimand, omitted: [],
      result: estimand == .site && totals.sums.strata == 1 ? ownAveragePrecision : averagePrecisionBounds)
  }

  private var ownAveragePrecision: MeasureResult {
    guard case .evaluated(let value)? = totals.sums.averagePrecision else {
      return .notEvaluable(.tooFewEvents)
    }
    let interval = try? averagePrecisionInterval(value.value, positives: totals.sums.events)
    return .written(value.value, interval, method: "average-precision-logit-95/v1")
  }

  private var averagePrecisionBounds: MeasureResult {
    let counts = totals.distribution().map { (positives: $0.events, negatives: $0.nonEvents) }
    guard let interval = try? Statistics.averagePrecisionBounds(counts),
      let bounds = MeasureDetails.Bounds(interval)
    else { return .notEvaluable(.noEvents) }
    return .bounded(lower: bounds.lower, upper: bounds.upper)
  }

  private func withinStrataResult() -> MeasureResult {
    let result: AUROC
    do { result = try totals.sums.ranks.estimate() } catch {
      // Over several strata there is no interval where all of them separate the classes.
      return .notEvaluable(error == .noVariance ? .noVariance : .tooFewEvents)
    }
    let method =
      switch result.method {
      case .logitDeLong: totals.sums.strata == 1 ? "delong-logit-95/v1" : "delong-within-logit-95/v1"
      case .newcombe5: "newcombe-5-95/v1"
      }
    return .written(result.value, result.interval, method: method)
  }

  private func entry(_ estimand: Estimand, _ result: MeasureResult) -> Measure {
    Measure(metric: .auroc, threshold: nil, estimand: estimand, omitted: [], result: result)
  }
}
