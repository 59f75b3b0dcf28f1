import Glibc

/// Tests that two histograms come from one distribution.
package struct HomogeneityTest: Sendable, Equatable {
  /// Cells left after those with a small expected count were merged.
  package let cells: Int
  /// Pearson's statistic, without continuity correction.
  package let chiSquared: Double
  /// The p value of `chiSquared` on `cells` − 1 degrees of freedom.
  package let chiSquaredP: Double
  /// The likelihood-ratio statistic.
  package let g: Double
  /// The p value of `g` on the same degrees of freedom.
  package let gP: Double
  /// Cramér's V = √(χ²/N), in 0...1: the size of the difference, not its certainty.
  package let cramersV: Double
}

/// Pearson's and the likelihood-ratio test on two histograms over the same categories.
///
/// Shape: two lists of counts of equal length in; six numbers out. The order of the categories does not matter.
///
/// A category whose expected count is below 5 in either histogram joins one rest cell, rarest first, and then the
/// next rarest while the rest cell itself expects fewer than 5. An unseen category is one more place in both lists.
///
/// - Throws: `StatisticsError.noVariance` when all rows are of one category; `.tooFewObservations` when merging
///   leaves one cell; otherwise as `populationStabilityIndex`.
/// - Source: Pearson (1900), Philos. Mag. 50, 157–175; Cramér (1946), Mathematical Methods of Statistics, 21.9;
///   the rule of 5 as in Cochran (1954), Biometrics 10, 417–451.
package func homogeneityTest(current: [Int], reference: [Int]) throws(StatisticsError) -> HomogeneityTest {
  let pair = try HistogramPair(current: current, reference: reference)
  let filled = zip(current, reference).filter { $0 + $1 > 0 }
  guard filled.count >= 2 else { throw .noVariance }
  let cells = mergingRareCells(filled, pair)
  guard cells.count >= 2 else { throw .tooFewObservations(required: 5) }
  let n = Double(pair.currentRows)
  let m = Double(pair.referenceRows)
  let chiSquared = neumaierSum(cells) { now, then in
    let excess = Double(
      Int128(now) * Int128(pair.referenceRows) - Int128(then) * Int128(pair.currentRows))
    return excess / n * (excess / m) / Double(now + then)
  }
  let g = neumaierSum(cells) { now, then in
    let all = Double(now + then)
    // Half deviances about the expected counts, whose linear parts add to zero in either histogram.
    return 2 * (deviance(now, all * (n / (n + m))) + deviance(then, all * (m / (n + m))))
  }
  let degrees = Double(cells.count - 1)
  return HomogeneityTest(
    cells: cells.count, chiSquared: chiSquared,
    chiSquaredP: try chiSquaredSurvival(chiSquared, degreesOfFreedom: degrees), g: g,
    gP: try chiSquaredSurvival(max(0, g), degreesOfFreedom: degrees),
    cramersV: (chiSquared / (n + m)).squareRoot())
}

private func deviance(_ count: Int, _ expected: Double) -> Double {
  count == 0 ? expected : devianceTerm(Double(count), expected)
}

private func mergingRareCells(_ filled: [(Int, Int)], _ pair: HistogramPair) -> [(Int, Int)] {
  let fewer = Int128(min(pair.currentRows, pair.referenceRows))
  let all = Int128(pair.currentRows) + Int128(pair.referenceRows)
  func isRare(_ cell: (Int, Int)) -> Bool { fewer * Int128(cell.0 + cell.1) < 5 * all }
  var cells: [(Int, Int)] = []
  var rest = (0, 0)
  // Equal totals go by the current count, so that cells that tie in both are the same cell.
  for cell in filled.sorted(by: { ($0.0 + $0.1, $0.0) < ($1.0 + $1.1, $1.0) }) {
    if isRare(cell) || (rest != (0, 0) && isRare(rest)) {
      rest = (rest.0 + cell.0, rest.1 + cell.1)
    } else {
      cells.append(cell)
    }
  }
  return rest == (0, 0) ? cells : [rest] + cells
}
