import CanonicalJSON
import EvaluationProtocols
import Statistics

/// The arithmetic identities of one released stratum.
struct StratumCheck {
  let stratum: ReleasedStratum
  let partition: Partition
  let grid: ScoreGrid
  let policy: DisclosurePolicy
  let place: String

  func run() throws(BrokenRule) {
    try require(
      (stratum.positive + stratum.negative).allSatisfy { $0 >= policy.minimumCell },
      "a count is below the minimum cell")
    if let unlabelled = stratum.unlabelled.value {
      try require(
        unlabelled.allSatisfy { $0 >= policy.minimumCell } || unlabelled.allSatisfy { $0 == 0 },
        "an unlabelled count is below the minimum cell")
    }
    try checkSums()
    try checkPowers(stratum.positivePowers, count: stratum.events)
    try checkPowers(stratum.negativePowers, count: stratum.nonEvents)
    try checkRanks()
    try checkFit()
    try checkClusters()
  }

  private func require(_ holds: Bool, _ rule: String) throws(BrokenRule) {
    if !holds { throw BrokenRule(place: place, rule: rule) }
  }

  // Each sum lies between count × lower edge and count × upper edge, give or take the rounding of each
  // row to a unit; and the bins add up to the power sums exactly.
  private func checkSums() throws(BrokenRule) {
    let ranges = partition.bins(of: grid)
    for (bin, range) in zip(stratum.bins, ranges) {
      let lower = grid.edges[partition.edges[range.lowerBound]].value
      let upper = grid.edges[partition.edges[range.upperBound]].value
      for (sums, counts) in [(bin.positive, stratum.positive), (bin.negative, stratum.negative)] {
        let rows = counts[range].reduce(0, +)
        try require(
          sums.first.isSum(ofScores: rows, from: lower, to: upper), "a score sum does not fit its bin")
        try require(sums.second <= sums.first + Int128(rows), "a sum of squares is larger than its sum")
      }
    }
    func total(_ part: (ReleasedBin) -> ScoreSums) -> ScoreSums {
      stratum.bins.map(part).reduce(.zero, +)
    }
    let positive = ScoreSums(first: stratum.positivePowers.first, second: stratum.positivePowers.second)
    let negative = ScoreSums(first: stratum.negativePowers.first, second: stratum.negativePowers.second)
    try require(
      total(\.positive) == positive && total(\.negative) == negative,
      "score sums of the bins do not add up to the power sums")
  }

  private func checkPowers(_ powers: ReleasedPowers, count: Int) throws(BrokenRule) {
    let rows = Int128(count)
    try require(powers.second <= powers.first + rows, "power sums do not fall")
    guard let high = powers.high.value else { return }
    try require(count >= DisclosurePolicy.highPowerFloor, "high power sums stand below their floor")
    try require(
      high.third <= powers.second + rows && high.fourth <= high.third + rows, "power sums do not fall")
  }

  // With c_i and d_j doubled: Σc = Σd ≤ 2mn, and Cauchy–Schwarz bounds the sums of squares.
  private func checkRanks() throws(BrokenRule) {
    let ranks = stratum.ranks
    try require(
      ranks.positives == stratum.events && ranks.negatives == stratum.nonEvents,
      "rank integers are of another number of rows")
    let events = Int128(ranks.positives)
    let nonEvents = Int128(ranks.negatives)
    try require(
      ranks.sumPositive == ranks.sumNegative && ranks.sumPositive <= 2 * events * nonEvents,
      "rank sums contradict each other")
    for (sum, squares, count, largest) in [
      (ranks.sumPositive, ranks.sumSquaredPositive, events, 2 * nonEvents),
      (ranks.sumNegative, ranks.sumSquaredNegative, nonEvents, 2 * events),
    ] {
      let (square, overflow) = sum.multipliedReportingOverflow(by: sum)
      let (scaled, scaledOverflow) = squares.multipliedReportingOverflow(by: count)
      try require(
        !overflow && !scaledOverflow && scaled >= square && squares <= largest * sum,
        "sums of squared ranks are impossible")
    }
    try checkAgainstHistogram(events: events, nonEvents: nonEvents)
  }

  // The doubled rank sum lies between what the histogram guarantees and what it allows.
  private func checkAgainstHistogram(events: Int128, nonEvents: Int128) throws(BrokenRule) {
    var least: Int128 = 0
    var most: Int128 = 0
    var below: Int128 = 0
    for (positive, negative) in zip(stratum.positive, stratum.negative) {
      least += 2 * Int128(positive) * below
      below += Int128(negative)
      most += 2 * Int128(positive) * below
    }
    try require(
      (least...most).contains(stratum.ranks.sumPositive), "rank sums contradict the score intervals")
  }

  private func checkFit() throws(BrokenRule) {
    guard case .fitted(let fit) = stratum.fit else { return }
    try require(
      min(stratum.events, stratum.nonEvents) >= policy.minimumFitEvents,
      "a calibration fit stands below its minimum")
    try require(
      fit.calibrationInTheLargeError.units >= 0 && fit.interceptVariance.units >= 0
        && fit.slopeVariance.units >= 0, "a variance is negative")
  }

  // A record that is left out would make an interval narrower than returning patients allow.
  private func checkClusters() throws(BrokenRule) {
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
}

extension Int128 {
  /// Whether so many scores between two edges can have this sum, in units of 2⁻³² with each row rounded.
  func isSum(ofScores rows: Int, from lower: Double, to upper: Double) -> Bool {
    let rows = Int128(rows)
    return self >= rows * Int128(fixedPoint(lower)) - rows && self <= rows * Int128(fixedPoint(upper)) + rows
  }
}
