import Glibc

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
  guard current.count == reference.count else {
    throw .invalidArgument("histograms with different numbers of bins")
  }
  guard current.count >= 2, current.count <= 100_000 else {
    throw .invalidArgument("fewer than 2 or more than 100000 bins")
  }
  let currentRows = try total(current)
  let referenceRows = try total(reference)
  guard currentRows > 0, referenceRows > 0 else { throw .noTrials }
  let bins = Double(current.count)
  let index = neumaierSum(zip(current, reference)) { pair in
    let now = (Double(pair.0) + 0.5) / (Double(currentRows) + bins / 2)
    let then = (Double(pair.1) + 0.5) / (Double(referenceRows) + bins / 2)
    return (now - then) * log(now / then)
  }
  let quantile = try chiSquaredQuantile(0.99, degreesOfFreedom: bins - 1)
  return (index, (1 / Double(currentRows) + 1 / Double(referenceRows)) * quantile)
}

private func total(_ counts: [Int]) throws(StatisticsError) -> Int {
  var sum = 0
  for count in counts { sum = try checkedSum(sum, count) }
  return sum
}
