import CanonicalJSON
import EvaluationProtocols

/// The score sums of an attribute's levels against those of overall: what the levels leave over has to be the sums
/// of the rows that they leave over.
struct LevelSumsCheck {
  let overall: ReleasedStratum
  let overallPartition: Partition
  let levels: [ReleasedStratum]
  let partition: Partition
  /// Whether every row of the window is in a released level.
  let restIsEmpty: Bool
  let grid: ScoreGrid
  let place: String

  func run() throws(BrokenRule) {
    try checkBins(\.positive, counts: \.positive)
    try checkBins(\.negative, counts: \.negative)
    try checkHighPowers(\.positivePowers, counts: \.positive)
    try checkHighPowers(\.negativePowers, counts: \.negative)
  }

  private func checkBins(
    _ sums: KeyPath<ReleasedBin, ScoreSums>, counts: KeyPath<ReleasedStratum, IntervalCounts>
  ) throws(BrokenRule) {
    // Edges that divide bins here divide them in overall too.
    let dividers = partition.edges.filter { grid.dividesBins[$0] }
    let ranges = partition.bins(of: grid)
    for (bin, (lower, upper)) in zip(dividers, dividers.dropFirst()).enumerated() {
      let whole = zip(overallPartition.bins(of: grid), overall.bins)
        .filter {
          overallPartition.edges[$0.0.lowerBound] >= lower && overallPartition.edges[$0.0.lowerBound] < upper
        }
        .reduce(ScoreSums.zero) { $0 + $1.1[keyPath: sums] }
      let rest = levels.reduce(whole) { $0 - $1.bins[bin][keyPath: sums] }
      let rows = zip(overallPartition.edges, overall[keyPath: counts])
        .reduce(0) { $1.0 >= lower && $1.0 < upper ? $0 + $1.1 : $0 }
      let restRows = levels.reduce(rows) { $0 - $1[keyPath: counts][ranges[bin]].reduce(0, +) }
      let agrees =
        restIsEmpty
        ? rest == .zero
        : rest.ruleBroken(
          byRows: restRows, from: grid.edges[lower].value, to: grid.edges[upper].value) == nil
      if !agrees { throw broken("score sums of the levels do not agree with overall") }
    }
  }

  // Levels without third and fourth powers are what a reader can subtract; they need the higher floor together.
  private func checkHighPowers(
    _ powers: KeyPath<ReleasedStratum, ReleasedPowers>, counts: KeyPath<ReleasedStratum, IntervalCounts>
  ) throws(BrokenRule) {
    let shown = levels.filter { $0[keyPath: powers].high != .withheld }
    if shown.isEmpty { return }
    let rest = shown.reduce(overall[keyPath: counts].reduce(0, +)) { $0 - $1[keyPath: counts].reduce(0, +) }
    let nothingIsLeft = restIsEmpty && shown.count == levels.count
    guard nothingIsLeft || rest >= DisclosurePolicy.highPowerFloor else {
      throw broken("third and fourth power sums leave too few rows over")
    }
    guard nothingIsLeft, let whole = overall[keyPath: powers].high.value else { return }
    let parts = shown.compactMap { $0[keyPath: powers].high.value }
    guard parts.reduce(0, { $0 + $1.third }) == whole.third,
      parts.reduce(0, { $0 + $1.fourth }) == whole.fourth
    else { throw broken("third and fourth power sums of the levels do not add up to overall") }
  }

  private func broken(_ rule: String) -> BrokenRule { BrokenRule(place: place, rule: rule) }
}
