/// Cochran–Armitage test for a linear trend of a proportion over ordered windows.
///
/// Shape: successes and trials of each window in time order in; z and a two-sided p-value out. z > 0 is a
/// rising proportion. Windows are scored 0, 1, 2, …, so an empty window must be passed as 0 of 0 to keep
/// its place.
///
/// - Throws: `StatisticsError.noTrials` without rows; `.noVariance` when all rows, or none, are successes,
///   or all lie in one window; `.countExceedsTrials` for counts of no proportion; `.invalidArgument` for
///   lists of different lengths, more than 100 000 windows or `maximumRowCount` rows.
/// - Source: Armitage (1955), Biometrics 11, 375–386; the form of R's `prop.trend.test`.
package func cochranArmitageTrend(
  successes: [Int], trials: [Int]
) throws(StatisticsError) -> (z: Double, pValue: Double) {
  guard successes.count == trials.count, trials.count <= 100_000 else {
    throw .invalidArgument("windows of different lengths or more than 100000")
  }
  var totalSuccesses = 0
  var totalTrials = 0
  var scoredSuccesses: Int128 = 0
  var scoredTrials: Int128 = 0
  var squaredTrials: Int128 = 0
  for (score, (x, n)) in zip(successes, trials).enumerated() {
    guard x >= 0, x <= n else { throw .countExceedsTrials }
    totalSuccesses = try checkedSum(totalSuccesses, x)
    totalTrials = try checkedSum(totalTrials, n)
    scoredSuccesses += Int128(score) * Int128(x)
    scoredTrials += Int128(score) * Int128(n)
    squaredTrials += Int128(score) * Int128(score) * Int128(n)
  }
  guard totalTrials > 0 else { throw .noTrials }
  // N Σs(x − np̂) and N Σn(s − s̄)², in integers: no trend is exactly 0.
  let trend = scoredSuccesses * Int128(totalTrials) - scoredTrials * Int128(totalSuccesses)
  let spread = squaredTrials * Int128(totalTrials) - scoredTrials * scoredTrials
  guard totalSuccesses > 0, totalSuccesses < totalTrials, spread > 0 else { throw .noVariance }
  let binomial = Double(totalSuccesses) / Double(totalTrials) * Double(totalTrials - totalSuccesses)
  let z = trend.nearestDouble / (binomial * spread.nearestDouble).squareRoot()
  return (z, twoSidedPValue(z))
}
