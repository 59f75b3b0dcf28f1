import Glibc

/// The log odds of a proportion with its variance, the form in which sites are averaged.
///
/// Shape: two counts in; a log odds and a variance > 0 out. The variance is 1/x + 1/(n − x); where x is 0 or
/// n, and only there, one half is added to both counts first.
///
/// - Throws: `StatisticsError.noTrials` when `trials` is 0; `.countExceedsTrials` when `successes` is outside
///   `0...trials`.
/// - Source: Haldane (1956), Ann. Hum. Genet. 20, 309–311 (the correction); metafor's `escalc(measure =
///   "PLO")`.
package func logitProportion(
  successes: Int, trials: Int
) throws(StatisticsError) -> (estimate: Double, variance: Double) {
  try checkProportion(successes, trials)
  let correction = successes == 0 || successes == trials ? 0.5 : 0
  let x = Double(successes) + correction
  let failures = Double(trials - successes) + correction
  return (log(x / failures), 1 / x + 1 / failures)
}
