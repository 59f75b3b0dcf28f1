import Glibc

/// The Brier score, the mean of (p − y)², from power sums.
///
/// Shape: the power sums of both classes in; the score in 0...1, and where the fourth powers are present
/// and there are two rows, a standard error and a Wald interval cut to 0...1, out.
/// Units: squared probability. Subtractions are done in integers.
///
/// - Throws: `StatisticsError.noTrials` when there is no row; `.inconsistentSums` when no rows have these
///   sums; `.invalidArgument` for a bad `z` or more than `maximumRowCount` rows.
/// - Source: Brier (1950), Mon. Weather Rev. 78, 1–3; SE² = (Σ(p−y)⁴/n − BS²)/(n − 1).
package func brierScore(
  positive: PowerSums, negative: PowerSums, z: Double = standardNormal975
) throws(StatisticsError) -> (value: Double, standardError: Double?, interval: Interval?) {
  try checkMultiplier(z)
  let rows = try checkedRows(positive, negative)
  let squares = try sumOfErrors(
    negative.m2 + positive.m0 - 2 * positive.m1 + positive.m2, rows, "squared errors")
  let value = squares.nearestDouble / (Double(rows) * 0x1p32)
  guard rows >= 2, let positive3 = positive.m3, let positive4 = positive.m4, let negative4 = negative.m4
  else { return (value, nil, nil) }
  let fourths = try sumOfErrors(
    negative4 + positive4 - 4 * positive3 + 6 * positive.m2 - 4 * positive.m1 + positive.m0, rows,
    "fourth powers of errors")
  // n Σ(p−y)⁴ − (Σ(p−y)²)², in units of 2⁻⁶⁴. Fixed-point rounding can push a spread of zero below it.
  let spread = max(0, (Int128(rows) * fourths) * (1 << 32) - squares * squares)
  let n = Double(rows)
  let standardError = (spread.nearestDouble * 0x1p-64 / (n * n * (n - 1))).squareRoot()
  let interval = Interval(
    lower: max(0, value - z * standardError), upper: min(1, value + z * standardError))
  return (value, standardError, interval)
}

/// The Brier score a calibrated model with these scores would have: the mean of p(1 − p).
///
/// - Throws: as `brierScore`.
package func expectedBrierScore(
  positive: PowerSums, negative: PowerSums
) throws(StatisticsError) -> Double {
  let rows = try checkedRows(positive, negative)
  return (positive.m1 + negative.m1 - positive.m2 - negative.m2).nearestDouble / (Double(rows) * 0x1p32)
}

/// The scaled Brier score 1 − BS / (π(1 − π)) with the prevalence π of these rows; 0 is no better than it.
///
/// - Throws: `StatisticsError.noEvents` when only one class is present; and as `brierScore`.
package func scaledBrierScore(
  positive: PowerSums, negative: PowerSums
) throws(StatisticsError) -> Double {
  let score = try brierScore(positive: positive, negative: negative).value
  guard positive.count > 0, negative.count > 0 else { throw .noEvents }
  let rows = Double(positive.count + negative.count)
  return 1 - score / (Double(positive.count) / rows * (Double(negative.count) / rows))
}

/// Spiegelhalter's z: standard normal when the scores are the true probabilities.
///
/// Shape: the power sums of both classes, third and fourth powers included, in; z and its two-sided
/// p value out.
///
/// - Throws: `StatisticsError.noVariance` when every score is 0, ½ or 1; `.invalidArgument` when the
///   third or fourth powers are withheld; and as `brierScore`.
/// - Source: Spiegelhalter (1986), Statist. Med. 5, 421–433.
package func spiegelhalterZ(
  positive: PowerSums, negative: PowerSums
) throws(StatisticsError) -> (z: Double, pValue: Double) {
  _ = try checkedRows(positive, negative)
  let all = try positive.merging(negative)
  guard let m3 = all.m3, let m4 = all.m4 else {
    throw .invalidArgument("third and fourth powers are withheld")
  }
  let numerator = positive.m0 - all.m1 - 2 * positive.m1 + 2 * all.m2
  let variance = all.m1 - 5 * all.m2 + 8 * m3 - 4 * m4
  // Fixed point moves each row's term by up to (1 + 5 + 8 + 4)/2 units: no more than that is no variance.
  guard variance > Int128(all.count) * 9 else { throw .noVariance }
  let z = numerator.nearestDouble * 0x1p-32 / (variance.nearestDouble * 0x1p-32).squareRoot()
  return (z, erfc(abs(z) * 0.5.squareRoot()))
}

/// A sum of even powers of p − y, cut to the range that such a sum has.
///
/// Fixed-point rounding moves each row by at most 8 units, so a good model's sum can fall just below zero.
/// Anything farther out cannot come from rows, and would overflow the products made of it.
private func sumOfErrors(
  _ sum: Int128, _ rows: Int, _ name: String
) throws(StatisticsError) -> Int128 {
  let slack = 8 * Int128(rows)
  let most = Int128(rows) << 32
  guard sum >= -slack, sum <= most + slack else { throw .inconsistentSums(name) }
  return min(max(0, sum), most)
}

private func checkedRows(
  _ positive: PowerSums, _ negative: PowerSums
) throws(StatisticsError) -> Int {
  try positive.check()
  try negative.check()
  let rows = try checkedSum(positive.count, negative.count)
  guard rows > 0 else { throw .noTrials }
  return rows
}
