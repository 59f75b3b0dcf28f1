/// Bounds on the Kolmogorov–Smirnov distance of the values that two histograms over the same bins were made of.
///
/// Shape: two lists of counts of equal length B ≥ 2, ascending in value, in; an interval in 0...1 that holds
/// max |F − G| out. Units: probability. The lower end is the largest difference at an edge, the upper end the largest
/// that any places inside the bins allow: with few bins they are far apart.
///
/// - Throws: as `populationStabilityIndex`.
/// - Source: Kolmogorov (1933), Smirnov (1939); the bounds are those of a step function inside a bin.
package func kolmogorovSmirnovBounds(current: [Int], reference: [Int]) throws(StatisticsError) -> Interval {
  let pair = try HistogramPair(current: current, reference: reference)
  var lower: Int128 = 0
  var upper: Int128 = 0
  var before: Int128 = 0
  for (bin, after) in pair.cumulativeDifferences.enumerated() {
    lower = max(lower, after < 0 ? -after : after)
    // All of the current rows of the bin first, or all of the reference's.
    let highest = before + Int128(current[bin]) * Int128(pair.referenceRows)
    let lowest = before - Int128(reference[bin]) * Int128(pair.currentRows)
    upper = max(upper, highest, -lowest)
    before = after
  }
  return Interval(lower: Double(lower) / pair.scale, upper: Double(upper) / pair.scale)
}
