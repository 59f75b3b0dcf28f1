import Glibc

/// Two AUROCs on the same rows and their difference.
package struct PairedAUROC: Sendable, Equatable {
  /// The candidate's area.
  package let candidate: AUROC
  /// The baseline's area.
  package let baseline: AUROC
  /// Candidate minus baseline, with a Wald interval.
  package let difference: Estimate
  /// The variance of the difference; with its value what a site gives to a random-effects mean.
  package let variance: Double
  /// The covariance of the two areas.
  package let covariance: Double
  /// The difference over its standard error.
  package let z: Double
  /// Its two-sided normal p value.
  package let pValue: Double
}

/// The difference of two AUROCs on the same rows by DeLong's method.
///
/// Shape: fourteen integers in; both areas, their difference and a test that it is 0 out. Units: probability.
///
/// - Throws: `StatisticsError.noVariance` when the difference has none, as when both models rank all rows alike;
///   `.tooFewObservations` when a class has fewer than 2 rows; `.inconsistentSums` when no rows have these
///   integers; `.invalidArgument` for a bad `z`.
/// - Source: DeLong, DeLong & Clarke-Pearson (1988), Biometrics 44, 837–845.
package func pairedAUROC(
  _ ranks: PairedRankIntegers, z: Double = standardNormal975
) throws(StatisticsError) -> PairedAUROC {
  try ranks.check()
  let candidate = try auroc(ranks.candidate, z: z)
  let baseline = try auroc(ranks.baseline, z: z)
  let positives = Int128(ranks.candidate.positives)
  let negatives = Int128(ranks.candidate.negatives)
  // Placements of the difference, c^A − c^B: their spread in integers, since both variances can nearly cancel.
  let spreadPositive = try spreadOfDifference(
    rows: positives, ranks.candidate.sumPositive - ranks.baseline.sumPositive,
    ranks.candidate.sumSquaredPositive + ranks.baseline.sumSquaredPositive - 2 * ranks.crossPositive)
  let spreadNegative = try spreadOfDifference(
    rows: negatives, ranks.candidate.sumNegative - ranks.baseline.sumNegative,
    ranks.candidate.sumSquaredNegative + ranks.baseline.sumSquaredNegative - 2 * ranks.crossNegative)
  let scale = 4 * (positives * positives).nearestDouble * (negatives * negatives).nearestDouble
  func perPair(_ positive: Int128, _ negative: Int128) -> Double {
    positive.nearestDouble / ((positives - 1).nearestDouble * scale)
      + negative.nearestDouble / ((negatives - 1).nearestDouble * scale)
  }
  let variance = perPair(spreadPositive, spreadNegative)
  guard variance > 0 else { throw .noVariance }
  let covariance = perPair(
    positives * ranks.crossPositive - ranks.candidate.sumPositive * ranks.baseline.sumPositive,
    negatives * ranks.crossNegative - ranks.candidate.sumNegative * ranks.baseline.sumNegative)
  let value =
    (ranks.candidate.sumPositive - ranks.baseline.sumPositive).nearestDouble
    / (2 * (positives * negatives).nearestDouble)
  let statistic = value / variance.squareRoot()
  return PairedAUROC(
    candidate: candidate, baseline: baseline, difference: Estimate(value: value, variance: variance, z: z),
    variance: variance, covariance: covariance, z: statistic,
    pValue: erfc(abs(statistic) * 0.5.squareRoot()))
}

/// r Σδ² − (Σδ)² over the r rows of a class; not negative once `check` has passed.
private func spreadOfDifference(
  rows: Int128, _ sum: Int128, _ squares: Int128
) throws(StatisticsError) -> Int128 {
  try rows.checkedProduct(squares) - sum * sum
}
