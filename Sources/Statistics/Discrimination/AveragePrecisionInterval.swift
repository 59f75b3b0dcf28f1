/// Confidence interval of an average precision, on the logit scale.
///
/// Shape: an average precision strictly between 0 and 1 and the number of positive rows in; an interval inside
/// 0...1 out. The standard error on the logit scale is 1/√(P·AP·(1 − AP)): it is approximate, and short where
/// positives are few.
///
/// - Throws: `StatisticsError.noEvents` without positive rows; `.noVariance` for an average precision of 1;
///   `.countExceedsTrials` for a negative count; `.invalidArgument` when it is outside 0...1, or for a bad `z`.
/// - Source: Boyd, Eng & Page (2013), ECML PKDD, LNCS 8190, 451–466.
package func averagePrecisionInterval(
  _ value: Double, positives: Int, z: Double = standardNormal975
) throws(StatisticsError) -> Interval {
  try checkMultiplier(z)
  try checkCount(positives)
  guard positives > 0 else { throw .noEvents }
  // Every positive row brings a precision above 0, so 0 is no average precision.
  guard value > 0, value <= 1 else { throw .invalidArgument("average precision outside 0...1") }
  guard value < 1 else { throw .noVariance }
  let halfWidth = z / (Double(positives) * value * (1 - value)).squareRoot()
  let centre = logit(value)
  return Interval(lower: expit(centre - halfWidth), upper: expit(centre + halfWidth))
}
