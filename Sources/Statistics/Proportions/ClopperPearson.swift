/// Clopper–Pearson interval for a binomial proportion: conservative at every sample size.
///
/// Shape: scalar counts in, one interval out. Units: proportion.
///
/// - Throws: `StatisticsError.noTrials`, `.countExceedsTrials`.
/// - Source: Clopper and Pearson (1934), Biometrika 26, 404–413, by beta quantiles.
package func clopperPearson(
  successes: Int, trials: Int, confidence: Double = 0.95
) throws(StatisticsError) -> Interval {
  guard trials > 0 else { throw .noTrials }
  guard (0...trials).contains(successes) else { throw .countExceedsTrials }
  let alpha = 1 - confidence
  let x = Double(successes)
  let n = Double(trials)
  return Interval(
    lower: successes == 0 ? 0 : betaQuantile(alpha / 2, a: x, b: n - x + 1),
    upper: successes == trials ? 1 : betaQuantile(1 - alpha / 2, a: x + 1, b: n - x))
}
