import Glibc

/// Observed and expected events of one slice.
package struct ObservedExpected: Sendable, Equatable {
  /// Rows with the outcome.
  package var observed: Int
  /// All labelled rows.
  package var trials: Int
  /// Σp over them.
  package var expected: Double

  /// Makes the sums from their parts; the functions that take them check them.
  package init(observed: Int, trials: Int, expected: Double) {
    self.observed = observed
    self.trials = trials
    self.expected = expected
  }
}

/// Difference of log(O:E) between two disjoint slices.
///
/// Shape: the sums of two slices in, one contrast out. Units: log ratio; `exp` of the value and the limits
/// is the ratio of the two O:E ratios. Variances 1/O − 1/n add.
///
/// - Throws: `StatisticsError.noEvents` when a slice has no event, or nothing else; otherwise as
///   `observedExpectedRatio`.
/// - Source: Debray et al. (2019), Stat. Methods Med. Res. 28, 2768–2786 (the variance).
package func logObservedExpectedDifference(
  _ first: ObservedExpected, _ second: ObservedExpected, z: Double = standardNormal975
) throws(StatisticsError) -> Contrast {
  let one = try logRatio(first, z)
  let other = try logRatio(second, z)
  return try independentDifference(
    one.value, standardError: one.standardError, other.value, standardError: other.standardError, z: z)
}

private func logRatio(
  _ sums: ObservedExpected, _ z: Double
) throws(StatisticsError) -> (value: Double, standardError: Double) {
  let ratio = try observedExpectedRatio(
    observed: sums.observed, trials: sums.trials, expected: sums.expected, z: z
  ).ratio
  guard sums.observed > 0, sums.observed < sums.trials else { throw .noEvents }
  return (log(ratio), logVariance(sums.observed, sums.trials).squareRoot())
}
