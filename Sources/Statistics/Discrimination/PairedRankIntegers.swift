/// The integers that determine the difference of two AUROCs on the same rows and its variance exactly.
package struct PairedRankIntegers: Sendable, Equatable {
  /// The rank integers of the candidate's scores.
  package var candidate: RankIntegers
  /// The rank integers of the baseline's scores.
  package var baseline: RankIntegers
  /// Σ c^A c^B over the rows with the outcome.
  package var crossPositive: Int128
  /// Σ d^A d^B over the rows without it.
  package var crossNegative: Int128

  /// Makes the integers from their parts; `check` says whether rows with these integers can exist.
  package init(
    candidate: RankIntegers, baseline: RankIntegers, crossPositive: Int128, crossNegative: Int128
  ) {
    self.candidate = candidate
    self.baseline = baseline
    self.crossPositive = crossPositive
    self.crossNegative = crossNegative
  }
}

/// The paired rank integers of one site, from its rows.
///
/// Shape: one element a row, in any order, in; two sets of six integers and two cross sums out. O(n log n).
///
/// - Throws: `StatisticsError.invalidArgument` when a score is outside 0...1 or a class has more than
///   `maximumRowCount` rows.
/// - Source: DeLong, DeLong & Clarke-Pearson (1988), Biometrics 44, 837–845.
package func pairedRankIntegers(
  _ rows: [(candidate: Double, baseline: Double, hasOutcome: Bool)]
) throws(StatisticsError) -> PairedRankIntegers {
  let outcomes = rows.map(\.hasOutcome)
  let candidate = try placements(rows.map(\.candidate), outcomes)
  let baseline = try placements(rows.map(\.baseline), outcomes)
  var crossPositive: Int128 = 0
  var crossNegative: Int128 = 0
  for row in rows.indices {
    let product = Int128(candidate[row]) * Int128(baseline[row])
    if outcomes[row] { crossPositive += product } else { crossNegative += product }
  }
  return PairedRankIntegers(
    candidate: rankIntegers(candidate, outcomes), baseline: rankIntegers(baseline, outcomes),
    crossPositive: crossPositive, crossNegative: crossNegative)
}

/// The doubled placement of every row among the rows of the other class: c_i or d_j of `RankIntegers`.
private func placements(_ scores: [Double], _ outcomes: [Bool]) throws(StatisticsError) -> [Int] {
  try checkCount(scores.count)
  guard scores.allSatisfy({ $0 >= 0 && $0 <= 1 }) else { throw .invalidArgument("score outside 0...1") }
  let order = scores.indices.sorted { scores[$0] < scores[$1] }
  let positives = outcomes.count(where: { $0 })
  var result = Array(repeating: 0, count: scores.count)
  var positivesBelow = 0
  var negativesBelow = 0
  var start = 0
  while start < order.count {
    var end = start
    var positivesHere = 0
    while end < order.count, scores[order[end]] == scores[order[start]] {
      if outcomes[order[end]] { positivesHere += 1 }
      end += 1
    }
    let negativesHere = end - start - positivesHere
    for row in order[start..<end] {
      result[row] =
        outcomes[row]
        ? 2 * negativesBelow + negativesHere : 2 * (positives - positivesBelow) - positivesHere
    }
    positivesBelow += positivesHere
    negativesBelow += negativesHere
    start = end
  }
  return result
}

private func rankIntegers(_ placements: [Int], _ outcomes: [Bool]) -> RankIntegers {
  var result = RankIntegers(
    positives: 0, negatives: 0, sumPositive: 0, sumSquaredPositive: 0, sumNegative: 0, sumSquaredNegative: 0)
  for (placement, hasOutcome) in zip(placements, outcomes) {
    let value = Int128(placement)
    if hasOutcome {
      result.positives += 1
      result.sumPositive += value
      result.sumSquaredPositive += value * value
    } else {
      result.negatives += 1
      result.sumNegative += value
      result.sumSquaredNegative += value * value
    }
  }
  return result
}

extension PairedRankIntegers {
  /// Refuses integers that no rows have.
  ///
  /// Exact, in integers: both sets of rank integers agree with m and n; placements c^A and c^B lie in 0...2n, which
  /// bounds their products on both sides; and the covariance matrix of (c^A, c^B), and that of (d^A, d^B), is
  /// positive semidefinite.
  ///
  /// - Throws: `StatisticsError.inconsistentSums` that names the relation; `.tooFewObservations` when a class has
  ///   fewer than 2 rows.
  package func check() throws(StatisticsError) {
    try candidate.check()
    try baseline.check()
    guard candidate.positives == baseline.positives, candidate.negatives == baseline.negatives else {
      throw .inconsistentSums("paired models with different rows")
    }
    try check(
      crossPositive, rows: candidate.positives, others: candidate.negatives,
      sums: (candidate.sumPositive, baseline.sumPositive),
      squares: (candidate.sumSquaredPositive, baseline.sumSquaredPositive))
    try check(
      crossNegative, rows: candidate.negatives, others: candidate.positives,
      sums: (candidate.sumNegative, baseline.sumNegative),
      squares: (candidate.sumSquaredNegative, baseline.sumSquaredNegative))
  }

  private func check(
    _ cross: Int128, rows: Int, others: Int, sums: (Int128, Int128), squares: (Int128, Int128)
  ) throws(StatisticsError) {
    let count = Int128(rows)
    let most = 2 * Int128(others)
    // Σ(2n − c^A)(2n − c^B) ≥ 0 is the second of these.
    guard
      cross >= 0, cross >= most * (sums.0 + sums.1 - most * count), cross <= most * min(sums.0, sums.1)
    else { throw .inconsistentSums("paired placements out of range") }
    let covariance = count * cross - sums.0 * sums.1
    let first = count * squares.0 - sums.0 * sums.0
    let second = count * squares.1 - sums.1 * sums.1
    let product = first.magnitude.multipliedFullWidth(by: second.magnitude)
    let square = covariance.magnitude.multipliedFullWidth(by: covariance.magnitude)
    guard square.high < product.high || (square.high == product.high && square.low <= product.low) else {
      throw .inconsistentSums("paired placements not positive semidefinite")
    }
  }
}
