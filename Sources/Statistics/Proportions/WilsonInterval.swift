/// Wilson score interval for a binomial proportion, without continuity correction.
///
/// Shape: scalar counts in, one interval out. `lower` and `upper` lie in 0...1.
/// Units: proportion, not percent. `z` is the standard normal quantile, 1.96 for 95 %.
///
/// - Throws: `StatisticsError.noTrials` when `trials` is 0; `.countExceedsTrials` when `successes` is
///   outside `0...trials`.
/// - Source: Wilson (1927), J. Am. Stat. Assoc. 22, 209–212; form as in Newcombe (1998), Statist. Med. 17,
///   857–872, method 3.
package func wilsonInterval(
  successes: Int, trials: Int, z: Double = standardNormal975
) throws(StatisticsError) -> Interval {
  guard trials > 0 else { throw .noTrials }
  guard (0...trials).contains(successes) else { throw .countExceedsTrials }
  let share = Double(successes) / Double(trials)
  return try wilsonInterval(proportion: share, effectiveTrials: Double(trials), z: z)
}

/// Wilson score interval on an effective number of trials, for clustered rows.
///
/// - Throws: `StatisticsError.noTrials` when `effectiveTrials` is not positive.
/// - Source: as above; Rao and Scott (1992), Biometrics 48, 577–585, for the effective sample size.
package func wilsonInterval(
  proportion: Double, effectiveTrials: Double, z: Double = standardNormal975
) throws(StatisticsError) -> Interval {
  guard effectiveTrials > 0, (0...1).contains(proportion) else { throw .noTrials }
  let n = effectiveTrials
  let scale = 1 + z * z / n
  let centre = proportion + z * z / (2 * n)
  let half = z * (proportion * (1 - proportion) / n + z * z / (4 * n * n)).squareRoot()
  return Interval(
    lower: proportion == 0 ? 0 : max(0, (centre - half) / scale),
    upper: proportion == 1 ? 1 : min(1, (centre + half) / scale))
}
