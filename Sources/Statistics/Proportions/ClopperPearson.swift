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

/// Clopper–Pearson interval for a proportion known from a possibly fractional number of trials.
///
/// Shape: a proportion in 0...1 and a trial count in, one interval in 0...1 out. Units: proportion. Used with the
/// effective sample size of clustered rows (Rao–Scott), where its coverage is close to `confidence`, no longer
/// guaranteed.
///
/// - Throws: `StatisticsError.noTrials` unless `effectiveTrials` is positive; `.invalidArgument` when
///   `proportion` is outside 0...1, `effectiveTrials` is above the largest row count, or `confidence` is not
///   strictly between 0 and 1; as `betaQuantile` for less than 1e-6 effective successes or failures.
/// - Source: Korn & Graubard (1998), Survey Methodology 24, 193–201, on Rao & Scott (1992), Biometrics 48, 577–585.
package func clopperPearson(
  proportion: Double, effectiveTrials: Double, confidence: Double = 0.95
) throws(StatisticsError) -> Interval {
  guard confidence > 0, confidence < 1 else { throw .invalidArgument("confidence outside 0...1") }
  guard proportion >= 0, proportion <= 1 else { throw .invalidArgument("proportion outside 0...1") }
  guard effectiveTrials <= Double(maximumRowCount) else {
    throw .invalidArgument("effective trials not a row count")
  }
  guard effectiveTrials > 0 else { throw .noTrials }
  let successes = proportion * effectiveTrials
  let failures = (1 - proportion) * effectiveTrials
  let tail = (1 - confidence) / 2
  return Interval(
    lower: proportion == 0 ? 0 : try betaQuantile(tail, tail: .lower, successes, failures + 1),
    upper: proportion == 1 ? 1 : try betaQuantile(tail, tail: .upper, successes + 1, failures))
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
