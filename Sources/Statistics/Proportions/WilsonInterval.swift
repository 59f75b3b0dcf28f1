/// Wilson score interval for a binomial proportion, without continuity correction.
///
/// Shape: scalar counts in, one interval out. `lower` and `upper` lie in 0...1.
/// Units: proportion, not percent. `z` is the standard normal quantile, 1.96 for 95 %.
///
/// - Throws: `StatisticsError.noTrials` when `trials` is 0;
///   `.countExceedsTrials` when `successes` is outside `0...trials`;
///   `.invalidArgument` when `z` is outside 0.001...40.
/// - Source: Wilson (1927), J. Am. Stat. Assoc. 22, 209–212; form as in
///   Newcombe (1998), Statist. Med. 17, 857–872, method 3.
package func wilsonInterval(
  successes: Int, trials: Int, z: Double = standardNormal975
) throws(StatisticsError) -> Interval {
  try checkProportion(successes, trials)
  // From both counts, so that neither tail of the interval inherits the rounding of 1 − p.
  return try wilson(
    successes: Double(successes), failures: Double(trials - successes), trials: Double(trials), z: z)
}

/// Wilson score interval for a proportion known from a possibly fractional number of trials.
///
/// Shape: a proportion in 0...1 and a trial count in, one interval in 0...1 out.
/// Units: proportion. Used with the effective sample size of clustered rows (Rao–Scott).
///
/// - Throws: `StatisticsError.noTrials` unless `effectiveTrials` is positive; `.invalidArgument` when
///   `proportion` is outside 0...1, a number is not finite, or `z` is outside 0.001...40.
/// - Source: Rao & Scott (1992), Biometrics 48, 577–585, applied to Wilson (1927).
package func wilsonInterval(
  proportion: Double, effectiveTrials: Double, z: Double = standardNormal975
) throws(StatisticsError) -> Interval {
  guard proportion >= 0, proportion <= 1 else { throw .invalidArgument("proportion outside 0...1") }
  guard effectiveTrials.isFinite else { throw .invalidArgument("effective trials not finite") }
  guard effectiveTrials > 0 else { throw .noTrials }
  return try wilson(
    successes: proportion * effectiveTrials, failures: (1 - proportion) * effectiveTrials,
    trials: effectiveTrials, z: z)
}

private func wilson(
  successes: Double, failures: Double, trials: Double, z: Double
) throws(StatisticsError) -> Interval {
  try checkMultiplier(z)
  let square = z * z
  let root = z * (square / 4 + successes * (failures / trials)).squareRoot()
  // The lower root from the product of both, since their difference cancels near zero.
  let lower = successes / trials * successes / (successes + square / 2 + root)
  let upper = (successes + square / 2 + root) / (trials + square)
  return Interval(lower: lower, upper: failures == 0 ? 1 : min(1, upper))
}

/// Refuses counts that are no proportion.
func checkProportion(_ successes: Int, _ trials: Int) throws(StatisticsError) {
  try checkCount(trials)
  guard trials > 0 else { throw .noTrials }
  guard successes >= 0, successes <= trials else { throw .countExceedsTrials }
}
