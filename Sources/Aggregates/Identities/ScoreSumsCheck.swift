import CanonicalJSON
import EvaluationProtocols
import Statistics

/// The sums of scores and of their powers in one released stratum: are there scores that have them?
struct ScoreSumsCheck {
  let stratum: ReleasedStratum
  let partition: Partition
  let grid: ScoreGrid
  let place: String

  func run() throws(BrokenRule) {
    for (bin, range) in zip(stratum.bins, partition.bins(of: grid)) {
      let lower = grid.edges[partition.edges[range.lowerBound]].value
      let upper = grid.edges[partition.edges[range.upperBound]].value
      for (sums, counts) in [(bin.positive, stratum.positive), (bin.negative, stratum.negative)] {
        if let rule = sums.ruleBroken(byRows: counts[range].reduce(0, +), from: lower, to: upper) {
          throw BrokenRule(place: place, rule: rule)
        }
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
    try check(stratum.positivePowers, count: stratum.events)
    try check(stratum.negativePowers, count: stratum.nonEvents)
  }

  private func check(_ powers: ReleasedPowers, count: Int) throws(BrokenRule) {
    let rows = Int128(count)
    try require(powers.second <= powers.first + rows, "power sums do not fall")
    guard let high = powers.high.value else { return }
    try require(count >= DisclosurePolicy.highPowerFloor, "high power sums stand below their floor")
    try require(
      high.third <= powers.second + rows && high.fourth <= high.third + rows, "power sums do not fall")
    // (Σp²)² ≤ Σp·Σp³ and (Σp³)² ≤ Σp²·Σp⁴ (Cauchy–Schwarz).
    try require(
      powers.second.squareIsAtMost(powers.first, high.third, rounding: rows)
        && high.third.squareIsAtMost(powers.second, high.fourth, rounding: rows),
      "power sums are of no scores")
  }

  private func require(_ holds: Bool, _ rule: String) throws(BrokenRule) {
    if !holds { throw BrokenRule(place: place, rule: rule) }
  }
}

extension ScoreSums {
  /// The first rule that the two sums break, for so many rows between two edges; nil where there are such scores.
  ///
  /// Every row is rounded to a unit, so each sum is taken give or take one unit a row.
  func ruleBroken(byRows count: Int, from lower: Double, to upper: Double) -> String? {
    let rows = Int128(count)
    guard first.isSum(ofScores: count, from: lower, to: upper) else {
      return "a score sum does not fit its bin"
    }
    guard second >= 0, second <= first + rows else { return "a sum of squares is larger than its sum" }
    // n·Σp² ≥ (Σp)² (Cauchy–Schwarz), where n is a sum too: that of p⁰.
    guard first.squareIsAtMost(rows << Int128(fixedPointBits), second, rounding: rows) else {
      return "a sum of squares is too small for its sum"
    }
    // (p − l)(u − p) ≥ 0, added up: (l + u)Σp − n·l·u ≥ Σp². The edges are rounded too, hence four units a row.
    let (low, high) = (Int128(fixedPoint(lower)), Int128(fixedPoint(upper)))
    let largest = (low + high) * first - rows * low * high
    guard (second - 4 * rows) << Int128(fixedPointBits) <= largest else {
      return "a sum of squares is too large for its bin"
    }
    return nil
  }
}

extension Int128 {
  /// Whether so many scores between two edges can have this sum, in units of 2⁻³² with each row rounded.
  func isSum(ofScores rows: Int, from lower: Double, to upper: Double) -> Bool {
    let rows = Int128(rows)
    return self >= rows * Int128(fixedPoint(lower)) - rows && self <= rows * Int128(fixedPoint(upper)) + rows
  }

  /// Whether the square of a sum is at most a product of two others, each give or take `rounding`.
  ///
  /// Sums of fewer than 2³¹ scores are below 2⁶³ + 2³¹; whatever is larger is no such sum.
  func squareIsAtMost(_ left: Int128, _ right: Int128, rounding: Int128) -> Bool {
    let root = Swift.max(0, self - rounding)
    let (square, overflow) = root.multipliedReportingOverflow(by: root)
    let (product, productOverflow) = (left + rounding).multipliedReportingOverflow(by: right + rounding)
    return !overflow && (productOverflow || square <= product)
  }
}
