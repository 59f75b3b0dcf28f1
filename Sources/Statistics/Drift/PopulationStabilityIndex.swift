/// Population stability index of two histograms over the same bins, with what chance alone would give.
///
/// Shape: two lists of counts of equal length B ≥ 2 in; the index ≥ 0 and the 99 % quantile of the
/// index without any drift out.
/// Units: nats. Proportions are smoothed as (count + ½)/(n + B/2), so an empty bin is finite. The
/// quantile is (1/n + 1/m)·χ²_{B−1}(0.99): an index below it is no evidence of drift, whatever rule of thumb
/// it passes.
///
/// - Throws: `StatisticsError.noTrials` when a histogram is empty; `.countExceedsTrials` when a count is
///   negative; `.invalidArgument` when the lengths differ, or B < 2 or B > 100 000.
/// - Source: Yurdakul & Naranjo (2020), J. Risk Model Valid. 14(4), 89–100.
package func populationStabilityIndex(
  current: [Int], reference: [Int]
) throws(StatisticsError) -> (index: Double, noiseQuantile99: Double) {
  let pair = try HistogramPair(current: current, reference: reference)
  let quantile = try DriftIndex.populationStability.noiseQuantile(pair, tail: 0.01)
  return (DriftIndex.populationStability.value(pair), quantile)
}
