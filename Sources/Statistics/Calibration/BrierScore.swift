/// Brier score with its Wald interval where the fourth powers are known.
///
/// Shape: power sums of events and non-events in. Units: squared probability; the interval is cut at 0 and 1.
///
/// - Throws: `StatisticsError.noTrials` without rows.
/// - Source: statistics.md §4: BS = Σ(p−y)²/n; SE² = (Σ(p−y)⁴/n − BS²)/(n−1).
package func brierScore(
  positive: PowerSums, negative: PowerSums, z: Double = standardNormal975
) throws(StatisticsError) -> Estimate {
  let rows = positive.count + negative.count
  guard rows > 0 else { throw .noTrials }
  let n = Double(rows)
  let units = Int128(1) << 32
  // (1−p)² = 1 − 2p + p² on events, p² on non-events; exact in integers.
  let squares = Int128(positive.count) * units - 2 * positive.m1 + positive.m2 + negative.m2
  let score = Double(squares) / fixedPointScale / n
  guard rows > 1, let p3 = positive.m3, let p4 = positive.m4, let n4 = negative.m4 else {
    return Estimate(value: score, interval: nil, standardError: nil)
  }
  let fourth =
    Int128(positive.count) * units - 4 * positive.m1 + 6 * positive.m2 - 4 * p3 + p4 + n4
  let variance = max(0, (Double(fourth) / fixedPointScale / n - score * score) / (n - 1))
  let error = variance.squareRoot()
  return Estimate(
    value: score,
    interval: Interval(lower: max(0, score - z * error), upper: min(1, score + z * error)),
    standardError: error)
}
