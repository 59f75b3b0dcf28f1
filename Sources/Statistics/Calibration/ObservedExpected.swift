/// Observed over expected events with its 95 % interval.
///
/// Shape: scalars in; ratio and interval out. `expected` is Σp over the same rows.
///
/// - Throws: `StatisticsError.noTrials` without rows or expectation, `.countExceedsTrials`.
/// - Source: log scale with variance 1/O − 1/n (Debray et al. 2017, BMJ 356, i6460; metamisc `oecalc`). With
///   no event, or events only, Clopper–Pearson limits of O/n divided by E/n (statistics.md §4).
package func observedExpectedRatio(
  observed: Int, trials: Int, expected: Double, z: Double = standardNormal975
) throws(StatisticsError) -> (ratio: Double, interval: Interval) {
  guard trials > 0, expected > 0 else { throw .noTrials }
  guard (0...trials).contains(observed) else { throw .countExceedsTrials }
  let ratio = Double(observed) / expected
  if observed == 0 || observed == trials {
    let exact = try clopperPearson(successes: observed, trials: trials)
    let share = expected / Double(trials)
    return (ratio, Interval(lower: exact.lower / share, upper: exact.upper / share))
  }
  let error = (1 / Double(observed) - 1 / Double(trials)).squareRoot()
  let factor = exponential(z * error)
  return (ratio, Interval(lower: ratio / factor, upper: ratio * factor))
}
