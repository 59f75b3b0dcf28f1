/// The rows of one score interval, as the sums that calibration needs.
package struct CalibrationBin: Sendable, Equatable {
  /// Rows in the bin.
  package var rows: Int
  /// Rows with the outcome.
  package var events: Int
  /// Σp in units of 2⁻³².
  package var sumScores: Int128
  /// Σp² in units of 2⁻³².
  package var sumSquares: Int128
  /// Σpy, the sum of the scores of the events, in units of 2⁻³².
  package var sumEventScores: Int128

  /// Makes a bin from its sums; the functions that use it check that they agree.
  package init(rows: Int, events: Int, sumScores: Int128, sumSquares: Int128, sumEventScores: Int128) {
    self.rows = rows
    self.events = events
    self.sumScores = sumScores
    self.sumSquares = sumSquares
    self.sumEventScores = sumEventScores
  }

  /// Makes a bin from the power sums of its two classes.
  ///
  /// - Throws: `StatisticsError.invalidArgument` or `.countExceedsTrials` when a sum is no sum of this many rows.
  package init(positive: PowerSums, negative: PowerSums) throws(StatisticsError) {
    let all = try positive.merging(negative)
    self.init(
      rows: all.count, events: positive.count, sumScores: all.m1, sumSquares: all.m2,
      sumEventScores: positive.m1)
  }
}

extension CalibrationBin {
  /// The mean score.
  var meanScore: Double { sumScores.nearestDouble / (Double(rows) * fixedPointScale) }

  /// The share of events.
  var eventRate: Double { Double(events) / Double(rows) }

  /// Refuses sums that no rows have.
  func check() throws(StatisticsError) {
    try checkCount(rows)
    guard events >= 0, events <= rows else { throw .countExceedsTrials }
    let one: Int128 = 1 << Int128(fixedPointBits)
    guard sumSquares >= 0, sumSquares <= sumScores, sumScores <= Int128(rows) * one else {
      throw .inconsistentSums("power sums of a calibration bin")
    }
    guard sumEventScores >= 0, sumEventScores <= Int128(events) * one, sumEventScores <= sumScores,
      sumScores - sumEventScores <= Int128(rows - events) * one
    else { throw .inconsistentSums("event scores of a calibration bin") }
  }
}

/// The bins with rows in them, checked, and the totals of all.
struct CheckedBins {
  var bins: [CalibrationBin] = []
  var total = CalibrationBin(rows: 0, events: 0, sumScores: 0, sumSquares: 0, sumEventScores: 0)

  init(_ given: [CalibrationBin]) throws(StatisticsError) {
    for bin in given {
      try bin.check()
      if bin.rows == 0 { continue }
      total.rows = try checkedSum(total.rows, bin.rows)
      total.events += bin.events
      total.sumScores += bin.sumScores
      total.sumSquares += bin.sumSquares
      total.sumEventScores += bin.sumEventScores
      bins.append(bin)
    }
    guard total.rows > 0 else { throw .noTrials }
  }
}
