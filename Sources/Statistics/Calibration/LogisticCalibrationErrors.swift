/// How far a logistic recalibration curve lies from the scores, over the rows: not the loess indices of that name.
package struct LogisticCalibrationErrors: Sendable, Equatable {
  /// The mean distance, the integrated calibration index of the logistic curve.
  package let logisticICI: Double
  /// The median distance.
  package let logisticE50: Double
  /// The distance that 90 % of the rows do not exceed.
  package let logisticE90: Double
  /// The largest distance.
  package let logisticEMax: Double
}

/// Distances between a logistic recalibration curve and the scores, from bins.
///
/// Shape: bins and a recalibration in; four numbers in 0...1 out. Units: probability. Every row of a bin counts at
/// the bin's mean score. Austin and Steyerberg define these indices with a loess curve on raw rows, which
/// cannot be merged: a logistic curve sees no bend, so these are smaller where there is one.
///
/// - Throws: as `murphyDecomposition`; `.invalidArgument` when the intercept or slope is not finite.
/// - Source: Austin & Steyerberg (2019), Statist. Med. 38, 4051–4065, with the curve of Cox (1958).
package func logisticCalibrationErrors(
  _ bins: [CalibrationBin], intercept: Double, slope: Double
) throws(StatisticsError) -> LogisticCalibrationErrors {
  guard intercept.isFinite, slope.isFinite else { throw .invalidArgument("recalibration not finite") }
  let checked = try CheckedBins(bins)
  let clip = CalibrationGroups.clip
  let errors = checked.bins.map { bin in
    let score = min(max(bin.meanScore, clip), 1 - clip)
    return (error: abs(expit(intercept + slope * logit(score)) - bin.meanScore), rows: bin.rows)
  }.sorted { $0.error < $1.error }
  let all = checked.total.rows
  /// The smallest distance that at least this many tenths of the rows do not exceed.
  func quantile(tenths: Int) -> Double {
    var below = 0
    var reached = 0.0
    for (error, rows) in errors where 10 * below < tenths * all {
      below += rows
      reached = error
    }
    return reached
  }
  return LogisticCalibrationErrors(
    logisticICI: neumaierSum(errors) { $0.error * (Double($0.rows) / Double(all)) },
    logisticE50: quantile(tenths: 5), logisticE90: quantile(tenths: 9), logisticEMax: quantile(tenths: 10))
}
