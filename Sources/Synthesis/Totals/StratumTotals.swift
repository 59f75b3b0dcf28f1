import Aggregates
import EvaluationProtocols

/// Everything that released strata of one slice add up to.
struct StratumTotals {
  let grid: ScoreGrid
  var sums: StratumSums
  var intervals: IntervalTotals

  /// Nothing yet.
  init(_ evaluationProtocol: EvaluationProtocol) {
    grid = evaluationProtocol.grid
    sums = StratumSums(evaluationProtocol)
    intervals = IntervalTotals(edges: grid.edges.count)
  }
}
