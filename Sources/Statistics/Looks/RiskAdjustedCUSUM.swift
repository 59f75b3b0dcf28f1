import Glibc

/// What one window adds to a risk-adjusted cumulative sum, as integers.
package struct CUSUMWindow: Sendable, Equatable {
  /// Labelled rows of the window.
  package var rows: Int
  /// Rows with the outcome.
  package var events: Int
  /// Σ ln(1 − p + Rp) in units of 2⁻³².
  package var sumLogs: Int128

  /// Makes a window from its sums; `riskAdjustedCUSUM` checks that they agree.
  package init(rows: Int = 0, events: Int = 0, sumLogs: Int128 = 0) {
    self.rows = rows
    self.events = events
    self.sumLogs = sumLogs
  }
}

extension CUSUMWindow {
  /// Adds one row, at the site.
  ///
  /// Its term is `cusumTerm`.
  ///
  /// - Throws: `StatisticsError.invalidArgument` when the score is outside 0...1, the odds ratio no odds ratio to
  ///   look for, or the window full.
  package mutating func add(
    score: Double, hasOutcome: Bool, oddsRatio: Double
  ) throws(StatisticsError) {
    try checkOddsRatio(oddsRatio)
    guard score >= 0, score <= 1 else { throw .invalidArgument("score outside 0...1") }
    rows = try checkedSum(rows, 1)
    events += hasOutcome ? 1 : 0
    sumLogs = try sumLogs.checkedSum(cusumTerm(score, oddsRatio: oddsRatio))
  }

  /// The window of both sets of rows.
  ///
  /// - Throws: `StatisticsError.countExceedsTrials` for a negative count; `.invalidArgument` when a sum does not fit.
  package func merging(_ other: CUSUMWindow) throws(StatisticsError) -> CUSUMWindow {
    CUSUMWindow(
      rows: try checkedSum(rows, other.rows), events: try checkedSum(events, other.events),
      sumLogs: try sumLogs.checkedSum(other.sumLogs))
  }

  fileprivate func check(_ fixedLogRatio: Int128) throws(StatisticsError) {
    try checkCount(rows)
    guard events >= 0, events <= rows else { throw .countExceedsTrials }
    // Every row's term lies between 0 and ln R, which is rounded as it is.
    let most = Int128(rows) * fixedLogRatio
    guard sumLogs >= min(0, most), sumLogs <= max(0, most) else {
      throw .inconsistentSums("logarithms of a window")
    }
  }
}

extension CUSUMWindow {
  /// What the window adds to the sum before it is cut at 0: O ln R − Σ ln(1 − p + Rp).
  ///
  /// - Throws: as `riskAdjustedCUSUM`.
  package func increment(oddsRatio: Double) throws(StatisticsError) -> Double {
    try checkOddsRatio(oddsRatio)
    let logRatio = Int128(fixedPointOfLog(log1p(oddsRatio - 1)))
    try check(logRatio)
    return Double(Int128(events) * logRatio - sumLogs) / fixedPointScale
  }
}

/// The risk-adjusted cumulative sum over windows in the order of time.
///
/// Shape: one element a window in; the value C after each window, never below 0, out. Units: log likelihood ratio of
/// the odds being R times what the scores say, R = `oddsRatio`, against the scores being right. C = max(0, C + O ln R
/// − Σ ln(1 − p + Rp)); an alarm is a C of at least the limit. A sum over a window cannot cross
/// inside it: the alarm comes at the end of the window, slightly late. R above 1 looks for more events than the scores
/// say, below 1 for fewer. The sums are integers: every implementation gets the same path.
///
/// - Throws: `StatisticsError.countExceedsTrials` for impossible counts; `.inconsistentSums` when no rows have these
///   sums; `.invalidArgument` when R is outside 0.01...100 or within 1e-3 of 1.
/// - Source: Steiner, Cook, Farewell & Treasure (2000), Biostatistics 1, 441–452.
package func riskAdjustedCUSUM(
  _ windows: [CUSUMWindow], oddsRatio: Double
) throws(StatisticsError) -> [Double] {
  try checkOddsRatio(oddsRatio)
  let logRatio = Int128(fixedPointOfLog(log1p(oddsRatio - 1)))
  var path: [Double] = []
  var sum: Int128 = 0
  for window in windows {
    try window.check(logRatio)
    sum = max(0, try sum.checkedSum(Int128(window.events) * logRatio - window.sumLogs))
    path.append(Double(sum) / fixedPointScale)
  }
  return path
}

/// What one labelled row takes off the risk-adjusted cumulative sum: ln(1 − p + Rp), in units of 2⁻³².
///
/// Shape: a score in 0...1 and an odds ratio in 0.01...100 in, a number between 0 and ln R out: log1p((R − 1)p) in
/// binary64, rounded half to even.
///
/// - Source: Steiner, Cook, Farewell & Treasure (2000), Biostatistics 1, 441–452.
package func cusumTerm(_ score: Double, oddsRatio: Double) -> Int128 {
  Int128(fixedPointOfLog(log1p((oddsRatio - 1) * score)))
}

/// Refuses an odds ratio that is no ratio, or too near 1 to be looked for.
func checkOddsRatio(_ ratio: Double) throws(StatisticsError) {
  guard ratio >= 0.01, ratio <= 100, abs(ratio - 1) >= 1e-3 else {
    throw .invalidArgument("odds ratio outside 0.01...100 or too near 1")
  }
}

/// A logarithm of at most log 100 as a multiple of 2⁻³².
private func fixedPointOfLog(_ x: Double) -> Int64 {
  Int64((x * fixedPointScale).rounded(.toNearestOrEven))
}
