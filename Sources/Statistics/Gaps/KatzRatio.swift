import Glibc

/// Ratio of two independent proportions with Katz's log interval.
///
/// Shape: two pairs of counts in; the ratio p1/p2 > 0 and its interval out. Units: ratio; 1 is no gap.
/// se² = (1 − p1)/x1 + (1 − p2)/x2, on the log scale.
///
/// - Throws: `StatisticsError.noVariance` when a group has no success, or both have nothing else:
///   `koopmanRatio` is for those; `.noTrials`, `.countExceedsTrials` and `.invalidArgument` as
///   `wilsonInterval`.
/// - Source: Katz, Baptista, Azen & Pike (1978), Biometrics 34, 469–474.
package func katzRatio(
  successes1: Int, trials1: Int, successes2: Int, trials2: Int, z: Double = standardNormal975
) throws(StatisticsError) -> (ratio: Double, interval: Interval) {
  try checkProportion(successes1, trials1)
  try checkProportion(successes2, trials2)
  try checkMultiplier(z)
  guard successes1 > 0, successes2 > 0 else { throw .noVariance }
  let variance = logVariance(successes1, trials1) + logVariance(successes2, trials2)
  guard variance > 0 else { throw .noVariance }
  let ratio = Double(successes1) / Double(trials1) / (Double(successes2) / Double(trials2))
  let factor = exp(z * variance.squareRoot())
  return (ratio, Interval(lower: ratio / factor, upper: ratio * factor))
}

/// 1/x − 1/n as one fraction, so that it does not cancel.
func logVariance(_ successes: Int, _ trials: Int) -> Double {
  Double(trials - successes) / (Double(successes) * Double(trials))
}
