/// The six integers that determine AUROC and its DeLong variance exactly.
///
/// For positive row i, c_i = 2·(negatives scored lower) + (negatives scored equal); for negative row j, d_j
/// = 2·(positives scored higher) + (positives scored equal). Doubling keeps ties whole.
package struct RankIntegers: Sendable, Equatable {
  /// Rows with the outcome, m.
  package var positives: Int
  /// Rows without the outcome, n.
  package var negatives: Int
  /// Σc_i = Σd_j: twice the Mann–Whitney statistic.
  package var sumPositive: Int128
  /// Σc_i².
  package var sumSquaredPositive: Int128
  /// Σd_j, equal to `sumPositive`.
  package var sumNegative: Int128
  /// Σd_j².
  package var sumSquaredNegative: Int128

  /// Makes the integers from their parts; `auroc` checks that they agree.
  package init(
    positives: Int, negatives: Int, sumPositive: Int128, sumSquaredPositive: Int128, sumNegative: Int128,
    sumSquaredNegative: Int128
  ) {
    self.positives = positives
    self.negatives = negatives
    self.sumPositive = sumPositive
    self.sumSquaredPositive = sumSquaredPositive
    self.sumNegative = sumNegative
    self.sumSquaredNegative = sumSquaredNegative
  }
}

/// The rank integers of one site.
///
/// Shape: one element for every distinct score, in ascending order of score, in; six integers out. One
/// pass, constant memory, exact.
///
/// - Throws: `StatisticsError.countExceedsTrials` when a count is negative; `.invalidArgument` when a class
///   has more than `maximumRowCount` rows.
/// - Source: DeLong, DeLong & Clarke-Pearson (1988), Biometrics 44, 837–845; the rank form is Sun & Xu
///   (2014), IEEE Signal Process. Lett. 21, 1389–1393.
package func rankIntegers(
  sortedGroups: [(positives: Int, negatives: Int)]
) throws(StatisticsError) -> RankIntegers {
  var positives = 0
  var negatives = 0
  var sumC: Int128 = 0
  var sumSquaredC: Int128 = 0
  var sumE: Int128 = 0
  var sumSquaredE: Int128 = 0
  for group in sortedGroups {
    let positivesAfter = try checkedSum(positives, group.positives)
    let negativesAfter = try checkedSum(negatives, group.negatives)
    // 2·below + equal. For a negative row this counts positives from below, e; d = 2m − e.
    let c = Int128(negatives) + Int128(negativesAfter)
    let e = Int128(positives) + Int128(positivesAfter)
    sumC += Int128(group.positives) * c
    sumSquaredC += Int128(group.positives) * c * c
    sumE += Int128(group.negatives) * e
    sumSquaredE += Int128(group.negatives) * e * e
    positives = positivesAfter
    negatives = negativesAfter
  }
  let m = Int128(positives)
  let n = Int128(negatives)
  return RankIntegers(
    positives: positives, negatives: negatives, sumPositive: sumC, sumSquaredPositive: sumSquaredC,
    sumNegative: 2 * m * n - sumE, sumSquaredNegative: 4 * m * m * n - 4 * m * sumE + sumSquaredE)
}

extension RankIntegers {
  /// Refuses integers that no data set has, and classes too small for a variance.
  func check() throws(StatisticsError) {
    try checkCount(positives)
    try checkCount(negatives)
    guard positives >= 2, negatives >= 2 else { throw .tooFewObservations(required: 2) }
    let m = Int128(positives)
    let n = Int128(negatives)
    guard sumPositive == sumNegative else { throw .inconsistentSums("placements of the two classes") }
    guard sumPositive >= 0, sumPositive <= 2 * m * n else {
      throw .inconsistentSums("placements exceed the number of pairs")
    }
    // Each placement lies in 0...2n (or 0...2m), so its square is at most the bound times itself; the
    // other side is the Cauchy–Schwarz inequality.
    guard
      sumSquaredPositive >= 0, sumSquaredPositive <= 2 * n * sumPositive,
      sumSquaredNegative >= 0, sumSquaredNegative <= 2 * m * sumNegative,
      m * sumSquaredPositive >= sumPositive * sumPositive,
      n * sumSquaredNegative >= sumNegative * sumNegative
    else { throw .inconsistentSums("squared placements out of range") }
  }
}
