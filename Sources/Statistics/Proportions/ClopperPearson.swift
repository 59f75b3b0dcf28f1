/// Clopper–Pearson ("exact") interval for a binomial proportion.
///
/// Shape: scalar counts in, one interval out. `lower` and `upper` lie in 0...1.
/// Units: proportion; `confidence` is the two-sided level, 0.95 for 95 %. Coverage is never below it.
///
/// - Throws: `StatisticsError.noTrials` when `trials` is 0;
///   `.countExceedsTrials` when `successes` is outside `0...trials`;
///   `.invalidArgument` when `confidence` is not strictly between 0 and 1.
/// - Source: Clopper & Pearson (1934), Biometrika 26, 404–413; limits as beta quantiles.
package func clopperPearson(
  successes: Int, trials: Int, confidence: Double = 0.95
) throws(StatisticsError) -> Interval {
  guard confidence > 0, confidence < 1 else { throw .invalidArgument("confidence outside 0...1") }
  return try clopperPearson(successes: successes, trials: trials, tailProbability: (1 - confidence) / 2)
}

/// The interval that leaves `tailProbability` on either side.
func clopperPearson(
  successes: Int, trials: Int, tailProbability: Double
) throws(StatisticsError) -> Interval {
  try checkProportion(successes, trials)
  let x = Double(successes)
  let failures = Double(trials - successes)
  return Interval(
    lower: successes == 0 ? 0 : try betaQuantile(tailProbability, tail: .lower, x, failures + 1),
    upper: successes == trials ? 1 : try betaQuantile(tailProbability, tail: .upper, x + 1, failures))
}
