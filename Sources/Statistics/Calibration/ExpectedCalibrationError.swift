/// An expected calibration error with what chance alone would make of it.
package struct ExpectedCalibrationError: Sendable, Equatable {
  /// Σ (n_b/n)|ȳ_b − p̄_b|.
  package let value: Double
  /// What `value` would be on average if the scores were the true probabilities; it is never 0.
  package let expectedIfCalibrated: Double
  /// Σ (n_b/n)[(ȳ_b − p̄_b)² − ȳ_b(1 − ȳ_b)/(n_b − 1)], without bias and possibly negative; nil where a bin has
  /// a single row.
  package let debiasedSquare: Double?
}

/// The expected calibration error over bins, its value under calibration and the debiased square.
///
/// Shape: bins in, three numbers out. Units: probability and, for the square, its square. Descriptive: the value
/// depends on the bins, and merging sites hides errors of opposite sign.
///
/// Under calibration ȳ_b − p̄_b has mean 0 and the variance Σp(1 − p)/n_b² given the scores, hence about the mean
/// size √(2 Σp(1 − p)/π)/n_b. The scores are known, so this is used rather than ȳ_b(1 − ȳ_b)/n_b, which is 0
/// in every bin without an event.
///
/// - Throws: as `murphyDecomposition`.
/// - Source: Bröcker (2012), Clim. Dyn. 39, 655–667; Kumar, Liang & Ma (2019), NeurIPS 32.
package func expectedCalibrationError(
  _ bins: [CalibrationBin]
) throws(StatisticsError) -> ExpectedCalibrationError {
  let checked = try CheckedBins(bins)
  let n = Double(checked.total.rows)
  let one: Int128 = 1 << Int128(fixedPointBits)
  func gap(_ bin: CalibrationBin) -> Double {
    abs((bin.sumScores - Int128(bin.events) * one).nearestDouble) / fixedPointScale
  }
  let value = neumaierSum(checked.bins, gap) / n
  let expected = neumaierSum(checked.bins) { bin in
    (2 / Double.pi * (bin.sumScores - bin.sumSquares).nearestDouble / fixedPointScale).squareRoot()
  }
  var square: Double?
  if checked.bins.allSatisfy({ $0.rows >= 2 }) {
    square =
      neumaierSum(checked.bins) { bin in
        let rows = Double(bin.rows)
        let noise = Double(bin.events) * Double(bin.rows - bin.events) / rows / (rows - 1)
        return gap(bin) * (gap(bin) / rows) - noise
      } / n
  }
  return ExpectedCalibrationError(
    value: value, expectedIfCalibrated: expected / n, debiasedSquare: square)
}
