import Glibc

/// Beta-binomial confidence sequence for a proportion: an interval that holds at every look together.
///
/// Shape: scalar counts in, one interval out. `lower` and `upper` lie in 0...1.
/// Units: proportion. With probability 1 − `alpha` the true proportion lies in the intervals of all looks at
/// growing data, however many there are and whenever they are taken; the rows have to be independent and
/// of one proportion.
///
/// - Throws: `StatisticsError.noTrials` when `trials` is 0;
///   `.countExceedsTrials` when `successes` is outside `0...trials`;
///   `.invalidArgument` when `alpha` is outside 1e-12...0.5.
/// - Source: Robbins (1970), Ann. Math. Stat. 41, 1397–1409; Howard, Ramdas, McAuliffe & Sekhon (2021), Ann. Stat.
///   49, 1055–1080. The mixture over a uniform prior is M(p) = B(1+S, 1+n−S) / (p^S (1−p)^(n−S)), and
///   the interval is {p: M(p) < 1/α}: where the density of Beta(1+S, 1+n−S) is above α.
package func confidenceSequence(
  successes: Int, trials: Int, alpha: Double = 0.05
) throws(StatisticsError) -> Interval {
  try checkProportion(successes, trials)
  return try sequence(successes: Double(successes), failures: Double(trials - successes), alpha: alpha)
}

/// The confidence sequence of a proportion known from a possibly fractional number of trials.
///
/// Shape: a proportion in 0...1 and a trial count in, one interval in 0...1 out. Units: proportion. Used with the
/// effective sample size of clustered rows (Rao–Scott), where it is an approximation as Wilson's is.
///
/// - Throws: `StatisticsError.noTrials` unless `effectiveTrials` is positive; `.invalidArgument` when
///   `proportion` is outside 0...1, `effectiveTrials` is above the largest row count, or `alpha` is outside
///   1e-12...0.5.
/// - Source: as `confidenceSequence(successes:trials:alpha:)`, on Rao & Scott (1992), Biometrics 48, 577–585.
package func confidenceSequence(
  proportion: Double, effectiveTrials: Double, alpha: Double = 0.05
) throws(StatisticsError) -> Interval {
  guard proportion >= 0, proportion <= 1 else { throw .invalidArgument("proportion outside 0...1") }
  guard effectiveTrials <= Double(maximumRowCount) else {
    throw .invalidArgument("effective trials not a row count")
  }
  guard effectiveTrials >= 1e-6 else { throw .noTrials }
  return try sequence(
    successes: proportion * effectiveTrials, failures: (1 - proportion) * effectiveTrials, alpha: alpha)
}

private func sequence(
  successes: Double, failures: Double, alpha: Double
) throws(StatisticsError) -> Interval {
  guard alpha >= 1e-12, alpha <= 0.5 else { throw .invalidArgument("alpha outside 1e-12...0.5") }
  // The upper end is the lower one with the outcomes changed about.
  return Interval(
    lower: lowerEnd(successes: successes, failures: failures, alpha: alpha),
    upper: failures == 0
      ? 1
      : successes == 0
        ? -expm1(log(alpha / (failures + 1)) / failures)
        : 1 - lowerEnd(successes: failures, failures: successes, alpha: alpha))
}

/// The smallest p at which the density of Beta(1+S, 1+F) is `alpha`.
private func lowerEnd(successes: Double, failures: Double, alpha: Double) -> Double {
  if successes == 0 { return 0 }
  let trials = successes + failures
  // Without failures the density is (n + 1) pⁿ.
  if failures == 0 { return exp(log(alpha / (trials + 1)) / trials) }
  // At its mode a density on 0...1 is at least 1, hence above alpha; below the mode it rises.
  let limit = log(alpha)
  return bisect(in: Interval(lower: 0, upper: successes / trials)) {
    logBetaDensity($0, successes: successes, failures: failures) < limit
  }
}

/// log of the density of Beta(1+S, 1+F) at `p`, which is n + 1 times the binomial probability of S in n.
private func logBetaDensity(_ p: Double, successes: Double, failures: Double) -> Double {
  let trials = successes + failures
  return log1p(trials) + stirlingError(trials) - stirlingError(successes) - stirlingError(failures)
    - devianceTerm(successes, trials * p) - devianceTerm(failures, trials * (1 - p))
    + 0.5 * log(trials / successes / failures / (2 * Double.pi))
}
