/// The difference in net benefit of two models on the same rows, candidate minus baseline.
///
/// Shape: eight counts and a threshold in (0, 1) in; an estimate with a Wald interval out.
/// Units: net true positives per row. The weight of a false positive is w = t / (1 − t).
///
/// - Throws: `StatisticsError.noTrials` when there is no row; `.countExceedsTrials` for a negative count;
///   `.invalidArgument` when the threshold is not strictly between 0 and 1, for a bad `z` or too many rows.
/// - Source: Vickers & Elkin (2006), Med. Decis. Making 26, 565–574; the variance is that of the mean of the
///   row values 1, −1 (events) and −w, w (non-events) that one model alone flags.
package func netBenefitDifference(
  _ counts: PairedCounts, threshold: Double, z: Double = standardNormal975
) throws(StatisticsError) -> Estimate {
  guard threshold > 0, threshold < 1 else { throw .invalidArgument("threshold not between 0 and 1") }
  try checkMultiplier(z)
  let rows = try checkedSum(try counts.events.rows(), try counts.nonEvents.rows())
  guard rows > 0 else { throw .noTrials }
  let n = Double(rows)
  let weight = threshold / (1 - threshold)
  let events = counts.events
  let others = counts.nonEvents
  let value =
    (Double(events.candidateOnly - events.baselineOnly)
      - weight * Double(others.candidateOnly - others.baselineOnly)) / n
  let meanSquare =
    (Double(events.candidateOnly + events.baselineOnly)
      + weight * weight * Double(others.candidateOnly + others.baselineOnly)) / n
  return Estimate(value: value, variance: (meanSquare - value * value) / n, z: z)
}
