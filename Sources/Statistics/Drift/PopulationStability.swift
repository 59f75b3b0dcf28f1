/// Population stability index of current against reference counts, with the size that noise alone reaches.
///
/// Shape: two lists of counts on the same cells. Proportions are smoothed: (count + ½)/(n + B/2).
/// `noiseQuantile99` is the 99 % quantile of the index when nothing has drifted.
///
/// - Throws: `StatisticsError.invalidArgument` for lists of different length, fewer than two cells or a
///   negative count; `.noTrials` when one list has no row.
/// - Source: statistics.md §9; Yurdakul and Naranjo (2020), J. Risk Model Validation 14: under no drift
///   about (1/n + 1/m)·χ² with B − 1 degrees of freedom.
package func populationStabilityIndex(
  current: [Int], reference: [Int]
) throws(StatisticsError) -> (index: Double, noiseQuantile99: Double) {
  guard current.count == reference.count, current.count >= 2, (current + reference).allSatisfy({ $0 >= 0 }) else {
    throw .invalidArgument("cells")
  }
  let n = Double(current.reduce(0, +))
  let m = Double(reference.reduce(0, +))
  guard n > 0, m > 0 else { throw .noTrials }
  let cells = Double(current.count)
  var index = NeumaierSum()
  for (now, before) in zip(current, reference) {
    let a = (Double(now) + 0.5) / (n + cells / 2)
    let e = (Double(before) + 0.5) / (m + cells / 2)
    index.add((a - e) * logarithm(a / e))
  }
  let quantile = try chiSquaredQuantile(0.99, degreesOfFreedom: cells - 1)
  return (index.total, (1 / n + 1 / m) * quantile)
}
