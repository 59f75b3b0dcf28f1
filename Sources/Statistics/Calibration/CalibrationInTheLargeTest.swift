import Glibc

/// The test that as many events happened as the scores promise.
///
/// Shape: the power sums of both classes in; z and its two-sided normal p value out. z = (O − E)/√Σp(1 − p) is
/// about standard normal when the scores are the true probabilities; positive means the scores are too low.
///
/// - Throws: `StatisticsError.noTrials` without rows; `.noVariance` when every score is 0 or 1;
///   `.inconsistentSums` when no rows have these sums; `.invalidArgument` for too many rows.
/// - Source: Cox (1958), Biometrika 45, 562–565; Spiegelhalter (1986), Statist. Med. 5, 421–433.
package func calibrationInTheLargeTest(
  positive: PowerSums, negative: PowerSums
) throws(StatisticsError) -> (z: Double, pValue: Double) {
  try positive.check()
  try negative.check()
  let all = try positive.merging(negative)
  guard all.count > 0 else { throw .noTrials }
  let variance = all.m1 - all.m2
  // Fixed point moves each row's term by up to one unit: no more than that is no variance.
  guard variance > Int128(all.count) else { throw .noVariance }
  let z =
    (positive.m0 - all.m1).nearestDouble / fixedPointScale
    / (variance.nearestDouble / fixedPointScale).squareRoot()
  return (z, erfc(abs(z) * 0.5.squareRoot()))
}
