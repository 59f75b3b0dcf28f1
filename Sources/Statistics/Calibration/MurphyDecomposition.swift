/// The five terms that a Brier score is made of when its rows are grouped into bins.
package struct MurphyDecomposition: Sendable, Equatable {
  /// How far bins' event rates are from their mean scores; 0 is calibrated.
  package let reliability: Double
  /// How far bins' event rates are from the overall rate; more is better.
  package let resolution: Double
  /// The Brier score of the overall rate, ȳ(1 − ȳ).
  package let uncertainty: Double
  /// The variance of the scores inside bins.
  package let withinBinVariance: Double
  /// Twice the covariance of score and outcome inside bins.
  package let withinBinCovariance: Double
  /// The Brier score: reliability − resolution + uncertainty + variance − covariance.
  package let brierScore: Double
}

/// Murphy's decomposition of the Brier score with the terms inside bins.
///
/// Shape: bins in any edges, ascending, in; five terms and their total out. Units: squared probability.
/// The identity is exact for the sums given: `brierScore` comes from them and not from the terms. Without the
/// two terms inside bins it holds only where every bin has one score.
///
/// - Throws: `StatisticsError.noTrials` when there is no row; `.countExceedsTrials` for impossible counts;
///   `.inconsistentSums` when no rows have these sums; `.invalidArgument` for too many rows.
/// - Source: Murphy (1973), J. Appl. Meteorol. 12, 595–600; Stephenson, Coelho & Jolliffe (2008), Weather
///   Forecast. 23, 752–757.
package func murphyDecomposition(_ bins: [CalibrationBin]) throws(StatisticsError) -> MurphyDecomposition {
  let checked = try CheckedBins(bins)
  let total = checked.total
  let n = Double(total.rows)
  let one: Int128 = 1 << Int128(fixedPointBits)
  let reliability = neumaierSum(checked.bins) { bin in
    let excess = (bin.sumScores - Int128(bin.events) * one).nearestDouble / fixedPointScale
    return excess * (excess / Double(bin.rows))
  }
  let resolution = neumaierSum(checked.bins) { bin in
    let excess =
      (Int128(bin.events) * Int128(total.rows) - Int128(total.events) * Int128(bin.rows)).nearestDouble / n
    return excess * (excess / Double(bin.rows))
  }
  let variance = neumaierSum(checked.bins) { bin in
    let spread = Int128(bin.rows) * bin.sumSquares * one - bin.sumScores * bin.sumScores
    return spread.nearestDouble / Double(bin.rows) / (fixedPointScale * fixedPointScale)
  }
  let covariance = neumaierSum(checked.bins) { bin in
    let spread = Int128(bin.rows) * bin.sumEventScores - bin.sumScores * Int128(bin.events)
    return 2 * spread.nearestDouble / Double(bin.rows) / fixedPointScale
  }
  let errors = total.sumSquares - 2 * total.sumEventScores + Int128(total.events) * one
  return MurphyDecomposition(
    reliability: reliability / n, resolution: resolution / n,
    uncertainty: Double(total.events) / n * (Double(total.rows - total.events) / n),
    withinBinVariance: variance / n, withinBinCovariance: covariance / n,
    brierScore: Double(errors) / fixedPointScale / n)
}
