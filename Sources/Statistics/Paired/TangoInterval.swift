/// Tango's score interval for the difference of two proportions of the same rows.
///
/// Shape: one table in; an interval in −1...1 for (b − c)/n out. Units: proportion. It holds the differences Δ
/// with |b − c − nΔ| ≤ z √(n(2q + Δ(1 − Δ))), q being the most likely probability of the baseline alone flagging
/// when the difference is Δ. It does not collapse where b = c = 0: the limits are then ±z²/(n + z²).
///
/// - Throws: as `newcombePairedInterval`.
/// - Source: Tango (1998), Statist. Med. 17, 891–908.
package func tangoInterval(
  _ table: PairedTable, z: Double = standardNormal975
) throws(StatisticsError) -> Interval {
  try checkMultiplier(z)
  let rows = try table.rows()
  guard rows > 0 else { throw .noTrials }
  let b = Double(table.candidateOnly)
  let c = Double(table.baselineOnly)
  let n = Double(rows)
  // The lower limit is the upper one with the models changed about.
  return Interval(lower: -upperLimit(c, b, n, z), upper: upperLimit(b, c, n, z))
}

private func upperLimit(_ b: Double, _ c: Double, _ n: Double, _ z: Double) -> Double {
  let difference = (b - c) / n
  // At a difference of 1 all rows are the candidate's, and nothing is above it.
  return bisect(in: Interval(lower: difference, upper: 1)) { delta in
    n * delta - (b - c) <= z * standardDeviation(b, c, n, delta)
  }
}

/// The standard deviation of b − c where the true difference is `delta`.
private func standardDeviation(_ b: Double, _ c: Double, _ n: Double, _ delta: Double) -> Double {
  // For a negative difference the same with the models changed about: then nothing below cancels.
  let size = abs(delta)
  let (more, fewer) = delta < 0 ? (c, b) : (b, c)
  let linear = -more - fewer + (2 * n - more + fewer) * size
  let constant = fewer * size * (1 - size)
  let root = (linear * linear + 8 * n * constant).squareRoot()
  // The positive root of 2n q² + B q − cΔ(1 − Δ) = 0.
  let q = linear > 0 ? 2 * constant / (root + linear) : (root - linear) / (4 * n)
  return (n * (2 * q + size * (1 - size))).squareRoot()
}
