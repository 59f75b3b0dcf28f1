import CanonicalJSON
import EvaluationProtocols
import Statistics

extension StratumTotals {
  /// Net benefit at every inner edge that all strata keep, beside treating everyone (statistics.md §2).
  func decisionCurve() -> [DecisionPoint] {
    var counts = ConfusionTable(
      truePositives: 0, falsePositives: 0, falseNegatives: sums.events, trueNegatives: sums.nonEvents)
    var points: [DecisionPoint] = []
    let edges = intervals.commonEdges
    let (events, nonEvents) = (intervals.positiveFrom, intervals.negativeFrom)
    // From above: each step flags the rows of one more run of intervals.
    for (edge, next) in zip(edges.dropFirst(), edges.dropFirst(2)).reversed() {
      let found = events[edge..<next].reduce(0, +)
      let alarmed = nonEvents[edge..<next].reduce(0, +)
      counts.truePositives += found
      counts.falseNegatives -= found
      counts.falsePositives += alarmed
      counts.trueNegatives -= alarmed
      if let point = DecisionPoint(counts, at: grid.edges[edge]) { points.append(point) }
    }
    return points.reversed()
  }

  /// How the scores of each class are spread over the intervals between edges that all strata keep.
  func distribution() -> [ScoreInterval] {
    let edges = intervals.commonEdges
    let (events, nonEvents) = (intervals.positiveFrom, intervals.negativeFrom)
    return zip(edges, edges.dropFirst()).map { lower, upper in
      ScoreInterval(
        lower: grid.edges[lower], upper: grid.edges[upper],
        events: events[lower..<upper].reduce(0, +),
        nonEvents: nonEvents[lower..<upper].reduce(0, +))
    }
  }
}

extension DecisionPoint {
  fileprivate init?(_ counts: ConfusionTable, at threshold: ExactDecimal) {
    guard
      let result = try? Statistics.netBenefit(
        truePositives: counts.truePositives, falsePositives: counts.falsePositives,
        falseNegatives: counts.falseNegatives, trueNegatives: counts.trueNegatives,
        threshold: threshold.value),
      let benefit = try? FixedDecimal(result.netBenefit.value, scale: ValidationMatrix.scale),
      let treatAll = try? FixedDecimal(result.treatAll, scale: ValidationMatrix.scale)
    else { return nil }
    self.init(threshold: threshold, netBenefit: benefit, treatAll: treatAll)
  }
}
