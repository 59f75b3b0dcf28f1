/// The relative entropy (Kullback–Leibler divergence) of a histogram to a reference over the same bins.
///
/// Shape: two lists of counts of equal length B ≥ 2 in; a number ≥ 0 out. Units: nats. Proportions are smoothed as
/// (count + ½)/(n + B/2).
///
/// - Throws: as `populationStabilityIndex`.
/// - Source: Kullback & Leibler (1951), Ann. Math. Stat. 22, 79–86.
package func kullbackLeiblerDivergence(current: [Int], reference: [Int]) throws(StatisticsError) -> Double {
  DriftIndex.kullbackLeibler.value(try HistogramPair(current: current, reference: reference))
}

/// The Jensen–Shannon divergence of two histograms over the same bins, and its root, the distance.
///
/// Shape: two lists of counts of equal length B ≥ 2 in; two numbers out. Units: nats, at most log 2; the distance is
/// the root of the divergence, which is what scipy's function of that name returns. Both histograms weigh one
/// half, whatever their rows. Smoothed as the relative entropy.
///
/// - Throws: as `populationStabilityIndex`.
/// - Source: Lin (1991), IEEE Trans. Inf. Theory 37, 145–151.
package func jensenShannonDivergence(
  current: [Int], reference: [Int]
) throws(StatisticsError) -> (divergence: Double, distance: Double) {
  let value = DriftIndex.jensenShannon.value(try HistogramPair(current: current, reference: reference))
  return (value, value.squareRoot())
}
