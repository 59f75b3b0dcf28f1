/// Rows of one class by the flags that two models gave them at one threshold.
package struct PairedTable: Sendable, Equatable {
  /// Rows that both models flag.
  package var both: Int
  /// Rows that only the candidate flags.
  package var candidateOnly: Int
  /// Rows that only the baseline flags.
  package var baselineOnly: Int
  /// Rows that neither model flags.
  package var neither: Int

  /// Makes a table from its four counts; the functions that use it check them.
  package init(both: Int = 0, candidateOnly: Int = 0, baselineOnly: Int = 0, neither: Int = 0) {
    self.both = both
    self.candidateOnly = candidateOnly
    self.baselineOnly = baselineOnly
    self.neither = neither
  }
}

/// The paired tables of the rows with and without the outcome: eight counts.
package struct PairedCounts: Sendable, Equatable {
  /// Rows with the outcome.
  package var events: PairedTable
  /// Rows without the outcome.
  package var nonEvents: PairedTable

  /// Makes the counts from both tables.
  package init(events: PairedTable, nonEvents: PairedTable) {
    self.events = events
    self.nonEvents = nonEvents
  }
}

extension PairedTable {
  /// The table of the same rows with *flagged* and *not flagged* changed about.
  package var complement: PairedTable {
    PairedTable(both: neither, candidateOnly: baselineOnly, baselineOnly: candidateOnly, neither: both)
  }

  /// The rows of both tables.
  ///
  /// - Throws: `StatisticsError.countExceedsTrials` for a negative count; `.invalidArgument` when there are more
  ///   than `maximumRowCount` rows.
  package func merging(_ other: PairedTable) throws(StatisticsError) -> PairedTable {
    let sum = PairedTable(
      both: try checkedSum(both, other.both),
      candidateOnly: try checkedSum(candidateOnly, other.candidateOnly),
      baselineOnly: try checkedSum(baselineOnly, other.baselineOnly),
      neither: try checkedSum(neither, other.neither))
    _ = try sum.rows()
    return sum
  }

  /// All rows of the table, checked.
  func rows() throws(StatisticsError) -> Int {
    try checkedSum(try checkedSum(both, candidateOnly), try checkedSum(baselineOnly, neither))
  }
}

extension PairedCounts {
  /// The rows of both sites or windows.
  ///
  /// - Throws: as `PairedTable.merging`.
  package func merging(_ other: PairedCounts) throws(StatisticsError) -> PairedCounts {
    PairedCounts(
      events: try events.merging(other.events), nonEvents: try nonEvents.merging(other.nonEvents))
  }
}
