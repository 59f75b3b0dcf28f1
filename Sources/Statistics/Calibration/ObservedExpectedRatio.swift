import Glibc

/// Ratio of observed to expected events with its interval.
///
/// Shape: two counts and Σp in; a ratio ≥ 0 and its interval out.
/// Units: ratio; 1 is calibrated in the large. The interval is formed on the log scale with variance
/// 1/O − 1/n. With no event, or nothing but events, that variance does not exist and the interval is the
/// Clopper–Pearson interval of O/n divided by E/n, at the level of `z`.
///
/// - Throws: `StatisticsError.noTrials` when `trials` is 0; `.countExceedsTrials` when `observed` is outside
///   `0...trials`; `.invalidArgument` unless `expected` is in 1e-10...trials, or for a bad `z`.
/// - Source: Debray et al. (2019), Stat. Methods Med. Res. 28, 2768–2786.
package func observedExpectedRatio(
  observed: Int, trials: Int, expected: Double, z: Double = standardNormal975
) throws(StatisticsError) -> (ratio: Double, interval: Interval) {
  try checkProportion(observed, trials)
  try checkMultiplier(z)
  // A single score of the fixed-point unit is 2e-10; below that the sum is no sum of scores.
  guard expected >= 1e-10, expected <= Double(trials) else {
    throw .invalidArgument("expected events not between 0 and the number of rows")
  }
  let ratio = Double(observed) / expected
  if observed == 0 || observed == trials {
    let share = try clopperPearson(
      successes: observed, trials: trials, tailProbability: normalCumulative(-z))
    let scale = Double(trials) / expected
    return (ratio, Interval(lower: share.lower * scale, upper: share.upper * scale))
  }
  let factor = exp(z * logVariance(observed, trials).squareRoot())
  return (ratio, Interval(lower: ratio / factor, upper: ratio * factor))
}
