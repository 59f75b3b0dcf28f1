import CanonicalJSON
import EvaluationProtocols
import Statistics

/// The sum for the risk-adjusted CUSUM against the score intervals of overall.
struct CUSUMCheck {
  let sum: Disclosed<Int128>
  let plan: CUSUMPlan
  let window: ReleasedWindow
  let grid: ScoreGrid

  func run() throws(BrokenRule) {
    guard let sum = sum.value else { return }
    switch window.overall {
    case .withheld: throw broken("stands where overall is withheld")
    case .empty: if sum != 0 { throw broken("is not 0 in an empty window") }
    case .released(let overall):
      guard overall.patients >= DisclosurePolicy.highPowerFloor else {
        throw broken("stands below its floor")
      }
      try check(sum, against: overall)
    }
  }

  // Each row adds between the term of its interval's lower edge and that of the upper one; one unit a row covers
  // the rounding.
  private func check(_ sum: Int128, against overall: ReleasedStratum) throws(BrokenRule) {
    guard let partition = window.partition else { return }
    var least: Int128 = 0
    var most: Int128 = 0
    for (index, (lower, upper)) in zip(partition.edges, partition.edges.dropFirst()).enumerated() {
      let rows = Int128(overall.positive[index] + overall.negative[index])
      least += rows * (term(grid.edges[lower]) - 1)
      most += rows * (term(grid.edges[upper]) + 1)
    }
    if !(least...most).contains(sum) { throw broken("does not fit the score intervals") }
  }

  private func term(_ edge: ExactDecimal) -> Int128 {
    cusumTerm(edge.value, oddsRatio: plan.oddsRatio.value)
  }

  private func broken(_ rule: String) -> BrokenRule { BrokenRule(place: "cusum", rule: rule) }
}
