/// Newcombe's hybrid score interval for the difference of two proportions of the same rows.
///
/// Shape: one table in; an interval in −1...1 for (b − c)/n out. Units: proportion.
/// The Wilson limits of both margins are joined with the correlation φ = (ad − bc)/√(product of the margins). Only
/// where ad − bc is positive is it corrected for continuity, to max(ad − bc − n/2, 0); with an empty margin φ is 0.
///
/// - Throws: `StatisticsError.noTrials` when the table is empty; `.countExceedsTrials` for a negative count;
///   `.invalidArgument` for a bad `z` or too many rows.
/// - Source: Newcombe (1998), Statist. Med. 17, 2635–2650, method 10.
package func newcombePairedInterval(
  _ table: PairedTable, z: Double = standardNormal975
) throws(StatisticsError) -> Interval {
  let rows = try table.rows()
  let flaggedByCandidate = table.both + table.candidateOnly
  let flaggedByBaseline = table.both + table.baselineOnly
  let candidate = try wilsonInterval(successes: flaggedByCandidate, trials: rows, z: z)
  let baseline = try wilsonInterval(successes: flaggedByBaseline, trials: rows, z: z)
  let n = Double(rows)
  let p1 = Double(flaggedByCandidate) / n
  let p2 = Double(flaggedByBaseline) / n
  let difference = Double(table.candidateOnly - table.baselineOnly) / n
  let correlation = correctedCorrelation(table, rows)
  let below = thirdSide(p1 - candidate.lower, baseline.upper - p2, correlation)
  let above = thirdSide(candidate.upper - p1, p2 - baseline.lower, correlation)
  return Interval(lower: max(-1, difference - below), upper: min(1, difference + above))
}

/// √(a² − 2φab + b²), without the cancellation at φ = 1.
private func thirdSide(_ a: Double, _ b: Double, _ correlation: Double) -> Double {
  ((a - b) * (a - b) + 2 * (1 - correlation) * a * b).squareRoot()
}

private func correctedCorrelation(_ table: PairedTable, _ rows: Int) -> Double {
  let margins = [
    table.both + table.candidateOnly, table.baselineOnly + table.neither, table.both + table.baselineOnly,
    table.candidateOnly + table.neither,
  ]
  guard !margins.contains(0) else { return 0 }
  // Twice the determinant, so that n/2 is whole.
  var doubled =
    2 * Int128(table.both) * Int128(table.neither)
    - 2 * Int128(table.candidateOnly) * Int128(table.baselineOnly)
  if doubled > 0 { doubled = max(0, doubled - Int128(rows)) }
  let product = margins.reduce(1) { $0 * Double($1).squareRoot() }
  return min(1, max(-1, Double(doubled) / (2 * product)))
}
