import Aggregates
import EvaluationProtocols

/// Everything that released strata of one slice add up to.
struct StratumTotals {
  let grid: ScoreGrid
  let sums: StratumSums
  let intervals: IntervalTotals

}
