import Glibc

/// A predictive value of two models on the same rows, with a test that it is one.
package struct PredictiveValueDifference: Sendable, Equatable {
  /// The candidate's predictive value.
  package let candidate: Double
  /// The baseline's.
  package let baseline: Double
  /// Candidate minus baseline.
  package let difference: Double
  /// The weighted generalised score statistic, chi-squared with one degree of freedom.
  package let chiSquared: Double
  /// Its p value, two-sided.
  package let pValue: Double
}

/// The difference in positive predictive value of two models on the same rows.
///
/// Shape: eight counts in; two proportions, their difference and a p value out. Models flag different rows, so
/// this is no paired proportion; the weighted generalised score statistic allows for the rows that both flag.
///
/// - Throws: `StatisticsError.noTrials` when a model flags no row; `.noVariance` when the flags are the same or
///   only one class is flagged; `.countExceedsTrials` for a negative count; `.invalidArgument` for too many rows.
/// - Source: Kosinski (2013), Statist. Med. 32, 964–977, after Leisenring, Alonzo & Pepe (2000), Biometrics
///   56, 345–351.
package func positivePredictiveValueDifference(
  _ counts: PairedCounts
) throws(StatisticsError) -> PredictiveValueDifference {
  try predictiveValueDifference(right: counts.events, wrong: counts.nonEvents)
}

/// The difference in negative predictive value of two models on the same rows.
///
/// Shape and errors as `positivePredictiveValueDifference`, with the rows that a model does not flag.
package func negativePredictiveValueDifference(
  _ counts: PairedCounts
) throws(StatisticsError) -> PredictiveValueDifference {
  try predictiveValueDifference(right: counts.nonEvents.complement, wrong: counts.events.complement)
}

private func predictiveValueDifference(
  right: PairedTable, wrong: PairedTable
) throws(StatisticsError) -> PredictiveValueDifference {
  _ = try checkedSum(try right.rows(), try wrong.rows())
  let right1 = Int128(right.both + right.candidateOnly)
  let right2 = Int128(right.both + right.baselineOnly)
  let flagged1 = right1 + Int128(wrong.both + wrong.candidateOnly)
  let flagged2 = right2 + Int128(wrong.both + wrong.baselineOnly)
  guard flagged1 > 0, flagged2 > 0 else { throw .noTrials }
  // Pooled predictive value s/t. All of p(1 − p)(1/n₁ + 1/n₂) − 2Σ(y − p)²/(n₁n₂), the sum over rows that both
  // flag, times t² n₁n₂, as an integer: the subtraction cancels where the models flag nearly the same rows.
  let s = right1 + right2
  let t = flagged1 + flagged2
  let shared = Int128(right.both) * (t - s) * (t - s) + Int128(wrong.both) * s * s
  let spread = s * (t - s) * t - 2 * shared
  guard spread > 0 else { throw .noVariance }
  let n1 = Double(flagged1)
  let n2 = Double(flagged2)
  let cross = Double(right1 * flagged2 - right2 * flagged1)
  let statistic = cross / n1 * (cross / n2) * (Double(t) * Double(t) / Double(spread))
  return PredictiveValueDifference(
    candidate: Double(right1) / n1, baseline: Double(right2) / n2, difference: cross / n1 / n2,
    chiSquared: statistic, pValue: erfc((statistic / 2).squareRoot()))
}
