/// The integers from which AUROC and its DeLong variance follow exactly, ties included.
///
/// For positive i, c = 2·#{negatives below} + #{negatives equal}; for negative j, d likewise over the
/// positives above. Source: statistics.md §3; DeLong et al. (1988), Biometrics 44, 837–845.
package struct RankIntegers: Sendable, Equatable {
  package let positives: Int
  package let negatives: Int
  /// Σc, which is twice the Mann–Whitney statistic.
  package let sumPositive: Int128
  package let sumSquaredPositive: Int128
  /// Σd, equal to Σc.
  package let sumNegative: Int128
  package let sumSquaredNegative: Int128

  /// Integers as another party gives them.
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

  /// Counts rows grouped by equal score, in ascending order of the score.
  ///
  /// Shape: one pair of counts a distinct score. Two passes, so the sequence has to be a collection.
  package init(sortedGroups groups: some Collection<(positives: Int, negatives: Int)>) {
    let positives = groups.reduce(0) { $0 + $1.positives }
    let negatives = groups.reduce(0) { $0 + $1.negatives }
    var sums: (c: Int128, cSquared: Int128, d: Int128, dSquared: Int128) = (0, 0, 0, 0)
    var negativesBelow = 0
    var positivesAbove = positives
    for group in groups {
      positivesAbove -= group.positives
      let c = Int128(2 * negativesBelow + group.negatives)
      let d = Int128(2 * positivesAbove + group.positives)
      sums.c += Int128(group.positives) * c
      sums.cSquared += Int128(group.positives) * c * c
      sums.d += Int128(group.negatives) * d
      sums.dSquared += Int128(group.negatives) * d * d
      negativesBelow += group.negatives
    }
    self.init(
      positives: positives, negatives: negatives, sumPositive: sums.c, sumSquaredPositive: sums.cSquared,
      sumNegative: sums.d, sumSquaredNegative: sums.dSquared)
  }
}
