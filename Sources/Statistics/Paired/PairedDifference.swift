/// A difference of two proportions of the same rows, candidate minus baseline.
package struct PairedDifference: Sendable, Equatable {
  /// The difference, in −1...1; positive where the candidate is better.
  package let value: Double
  /// Newcombe's square-and-add interval.
  package let newcombe: Interval
  /// Tango's score interval, the one to judge non-inferiority by.
  package let tango: Interval
  /// McNemar's test that the difference is 0.
  package let mcNemar: McNemarTest
}

/// The difference in sensitivity of two models on the same rows.
///
/// Shape: eight counts in; the difference (b₁ − c₁)/P, two intervals and two p values out. Units: proportion.
///
/// - Throws: `StatisticsError.noTrials` when there is no event; `.countExceedsTrials` for a negative count;
///   `.invalidArgument` for a bad `z` or too many rows.
/// - Source: as `newcombePairedInterval`, `tangoInterval` and `mcNemarTest`.
package func sensitivityDifference(
  _ counts: PairedCounts, z: Double = standardNormal975
) throws(StatisticsError) -> PairedDifference {
  try pairedDifference(counts.events, z: z)
}

/// The difference in specificity of two models on the same rows.
///
/// Shape: eight counts in; the difference (c₀ − b₀)/N, two intervals and two p values out. Units: proportion.
///
/// - Throws: `StatisticsError.noTrials` when there is no non-event; otherwise as `sensitivityDifference`.
package func specificityDifference(
  _ counts: PairedCounts, z: Double = standardNormal975
) throws(StatisticsError) -> PairedDifference {
  try pairedDifference(counts.nonEvents.complement, z: z)
}

/// What one site gives to a random-effects mean of a paired difference: the difference and its variance.
///
/// Shape: one table in; y = (b − c)/n and v = [(b + c) − (b − c)²/n]/n² out. Units: proportion and its square.
/// For specificity give the `complement` of the table of the non-events.
///
/// - Throws: `StatisticsError.noTrials` without rows; `.noVariance` when no row, or every row, tells the models
///   apart in one direction: such a site would have infinite weight; as `sensitivityDifference` else.
package func pairedEffect(_ table: PairedTable) throws(StatisticsError) -> (value: Double, variance: Double) {
  let rows = try table.rows()
  guard rows > 0 else { throw .noTrials }
  let n = Double(rows)
  let excess = Int128(table.candidateOnly - table.baselineOnly)
  let spread = Int128(rows) * Int128(table.candidateOnly + table.baselineOnly) - excess * excess
  guard spread > 0 else { throw .noVariance }
  return (excess.nearestDouble / n, spread.nearestDouble / (n * n * n))
}

private func pairedDifference(
  _ table: PairedTable, z: Double
) throws(StatisticsError) -> PairedDifference {
  let newcombe = try newcombePairedInterval(table, z: z)
  let rows = try table.rows()
  return PairedDifference(
    value: Double(table.candidateOnly - table.baselineOnly) / Double(rows), newcombe: newcombe,
    tango: try tangoInterval(table, z: z), mcNemar: try mcNemarTest(table))
}
