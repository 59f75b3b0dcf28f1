import EvaluationProtocols
import Statistics

/// The patient-level sums of one released stratum against its counts.
struct ClustersCheck {
  let stratum: ReleasedStratum
  let partition: Partition
  let grid: ScoreGrid
  let policy: DisclosurePolicy
  let place: String

  // A record that is left out would make an interval narrower than returning patients allow.
  func run() throws(BrokenRule) {
    let thresholds = partition.edges.indices.filter { grid.kinds[partition.edges[$0]] == .threshold }
    let expected = policy.countsPatients ? thresholds : []
    try require(
      stratum.clusters.map(\.threshold)
        == expected.flatMap { position in
          ClusterMeasure.allCases.map { _ in grid.edges[partition.edges[position]] }
        }
        && stratum.clusters.map(\.measure) == expected.flatMap { _ in ClusterMeasure.allCases },
      "patient sums do not stand for each released threshold and measure in order")
    for (index, record) in stratum.clusters.enumerated() {
      try check(record, at: expected[index / ClusterMeasure.allCases.count])
    }
  }

  private func check(_ record: ClusterRecord, at position: Int) throws(BrokenRule) {
    let sums = record.sums
    let flagged = (
      positive: stratum.positive[position...].reduce(0, +),
      negative: stratum.negative[position...].reduce(0, +)
    )
    let expected: (successes: Int, trials: Int) =
      switch record.measure {
      case .sensitivity: (flagged.positive, stratum.events)
      case .specificity: (stratum.nonEvents - flagged.negative, stratum.nonEvents)
      case .positivePredictiveValue: (flagged.positive, flagged.positive + flagged.negative)
      case .negativePredictiveValue:
        (
          stratum.nonEvents - flagged.negative,
          stratum.labelled - flagged.positive - flagged.negative
        )
      case .flagRate: (flagged.positive + flagged.negative, stratum.labelled)
      }
    try require(
      sums.sumSuccesses == expected.successes && sums.sumTrials == expected.trials,
      "patient sums do not agree with the counts")
    try require(
      sums.clusters <= sums.sumTrials && sums.sumSquaredSuccesses >= sums.sumSuccesses
        && sums.sumSquaredTrials >= sums.sumTrials && sums.sumProducts >= sums.sumSquaredSuccesses
        && sums.sumProducts <= sums.sumSquaredTrials, "patient sums are impossible")
    try require(sums.clusters >= policy.minimumCell, "patients are below the minimum cell")
  }

  private func require(_ holds: Bool, _ rule: String) throws(BrokenRule) {
    if !holds { throw BrokenRule(place: place, rule: rule) }
  }
}
