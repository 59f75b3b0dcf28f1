/// The share of rows beyond one end of a feature's signed range, with an exact upper limit.
///
/// Shape: the rows below (or above) the range and all rows with a value in; a share and its one-sided limit out.
/// Units: proportion. With no violation the limit is 1 − (1 − confidence)^(1/n), about 3/n at 95 %.
///
/// - Throws: `StatisticsError.noTrials` without rows; `.countExceedsTrials` when `violations` is outside
///   `0...rows`; `.invalidArgument` unless `confidence` is strictly between 0 and 1.
/// - Source: Clopper & Pearson (1934), Biometrika 26, 404–413.
package func rangeViolationShare(
  violations: Int, rows: Int, confidence: Double = 0.95
) throws(StatisticsError) -> (share: Double, upperLimit: Double) {
  guard confidence > 0, confidence < 1 else { throw .invalidArgument("confidence outside 0...1") }
  let limits = try clopperPearson(successes: violations, trials: rows, tailProbability: 1 - confidence)
  return (Double(violations) / Double(rows), limits.upper)
}
