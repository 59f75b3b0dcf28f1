import Glibc

/// A miscalibration in the large, split into what a changed prevalence explains and what it does not.
package struct PriorShiftSplit: Sendable, Equatable {
  /// log(O/E): positive where more events happened than the scores promise.
  package let logObservedExpected: Double
  /// The part that goes away when the scores are moved to the new prevalence, log(E*/E).
  package let priorShift: Double
  /// The part that stays, log(O/E*): the model itself has decayed, or was never calibrated.
  package let remainder: Double
}

/// Splits log O:E of a window into a shift of the prevalence and a remainder.
///
/// Shape: labelled bins of the window and two prevalences in; three logarithms, the first the sum of the others, out.
/// Units: log ratio. If only the prevalence moved, from π₀ to π₁, the true probability of a row scored p is
/// p* = p r₁/(p r₁ + (1 − p) r₀) with r₁ = π₁/π₀ and r₀ = (1 − π₁)/(1 − π₀), and E* sums these. Approximate: each
/// row of a bin counts at the bin's mean score. π₁ is best the prevalence by likelihood of the window's scores, which
/// does not use its labels; with the observed prevalence the remainder shows only what changed beside it.
///
/// - Throws: `StatisticsError.noEvents` when the window has no event or the scores are all 0; `.invalidArgument`
///   unless both prevalences are strictly between 0 and 1; otherwise as `murphyDecomposition`.
/// - Source: Saerens, Latinne & Decaestecker (2002), Neural Comput. 14, 21–41, equation 2.4.
package func priorShiftSplit(
  _ bins: [CalibrationBin], referencePrevalence: Double, currentPrevalence: Double
) throws(StatisticsError) -> PriorShiftSplit {
  for prevalence in [referencePrevalence, currentPrevalence] {
    guard prevalence > 0, prevalence < 1 else { throw .invalidArgument("prevalence not between 0 and 1") }
  }
  let checked = try CheckedBins(bins)
  let total = checked.total
  guard total.events > 0, total.sumScores > 0 else { throw .noEvents }
  let ratio1 = currentPrevalence / referencePrevalence
  let ratio0 = (1 - currentPrevalence) / (1 - referencePrevalence)
  let moved = neumaierSum(checked.bins) { bin in
    let score = bin.meanScore
    return Double(bin.rows) * (score * ratio1 / (score * ratio1 + (1 - score) * ratio0))
  }
  let expected = Double(total.sumScores) / fixedPointScale
  let observed = Double(total.events)
  guard moved > 0, moved.isFinite else { throw .invalidArgument("prevalences too far apart") }
  return PriorShiftSplit(
    logObservedExpected: log(observed / expected), priorShift: log(moved / expected),
    remainder: log(observed / moved))
}
