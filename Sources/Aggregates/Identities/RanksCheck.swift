import Statistics

/// The rank integers of one released stratum: AUROC's own identities, and the score intervals.
///
/// With c and d doubled, so that a tie is 1. All products fit: a slice has fewer than 2³¹ rows.
struct RanksCheck {
  let stratum: ReleasedStratum
  let place: String

  // Σc = Σd ≤ 2mn, and Cauchy–Schwarz bounds the sums of squares.
  func run() throws(BrokenRule) {
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
    let positives = RankBounds(zip(stratum.positive, stratum.negative))
    try require(
      positives.sum.contains(ranks.sumPositive), "rank sums contradict the score intervals")
    // A negative row counts the positives above it, so its intervals are walked from the top.
    let negatives = RankBounds(zip(stratum.negative.reversed(), stratum.positive.reversed()))
    try require(
      positives.squares.contains(ranks.sumSquaredPositive)
        && negatives.squares.contains(ranks.sumSquaredNegative),
      "sums of squared ranks contradict the score intervals")
  }

  private func require(_ holds: Bool, _ rule: String) throws(BrokenRule) {
    if !holds { throw BrokenRule(place: place, rule: rule) }
  }
}

/// What the intervals guarantee and allow of a class's rank sums.
private struct RankBounds {
  let sum: ClosedRange<Int128>
  let squares: ClosedRange<Int128>

  /// Shape: rows of the class and of the other one, interval by interval; a row beats all others of earlier
  /// intervals, and of its own some, all or none.
  init(_ intervals: some Sequence<(Int, Int)>) {
    var least: (sum: Int128, squares: Int128) = (0, 0)
    var most = least
    var beaten: Int128 = 0
    for (rows, others) in intervals {
      least.sum += Int128(rows) * 2 * beaten
      least.squares += Int128(rows) * 4 * beaten * beaten
      beaten += Int128(others)
      most.sum += Int128(rows) * 2 * beaten
      most.squares += Int128(rows) * 4 * beaten * beaten
    }
    sum = least.sum...most.sum
    squares = least.squares...most.squares
  }
}
