/// Rate of events over an exposure with Garwood's exact Poisson interval.
///
/// Shape: a count and an exposure in, a rate ≥ 0 and its interval out. Units: events per `unit` of
/// exposure, 100 for alerts per 100 encounters; `confidence` is two-sided. The limits are χ²(α/2; 2a)/2 and
/// χ²(1 − α/2; 2a + 2)/2 events. Coverage is never below `confidence` for a Poisson count; alerts that come
/// in runs for one patient vary more than that, and need the patient's sums.
///
/// - Throws: `StatisticsError.countExceedsTrials` for a negative count; `.noTrials` when the exposure is
///   not positive; `.invalidArgument` for more than `maximumRowCount` events, an exposure or unit that is
///   not finite or positive, or a `confidence` not strictly between 0 and 1.
/// - Source: Garwood (1936), Biometrika 28, 437–442.
package func garwoodRate(
  events: Int, exposure: Double, unit: Double = 1, confidence: Double = 0.95
) throws(StatisticsError) -> (rate: Double, interval: Interval) {
  try checkCount(events)
  guard confidence > 0, confidence < 1 else { throw .invalidArgument("confidence outside 0...1") }
  guard exposure > 0 else { throw .noTrials }
  guard exposure >= 1e-100, exposure <= 1e100, unit >= 1e-100, unit <= 1e100 else {
    throw .invalidArgument("exposure or unit outside 1e-100...1e100")
  }
  let tail = (1 - confidence) / 2
  let scale = unit / exposure
  let count = Double(events)
  let lower = events == 0 ? 0 : try chiSquaredQuantile(tail, degreesOfFreedom: 2 * count) / 2
  let upper = try chiSquaredQuantile(tail, tail: .upper, degreesOfFreedom: 2 * count + 2) / 2
  return (count * scale, Interval(lower: lower * scale, upper: upper * scale))
}
