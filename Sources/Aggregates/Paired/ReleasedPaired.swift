package import CanonicalJSON
package import Statistics

/// The model and the baseline on the same rows of one released slice.
///
/// Shape: with t thresholds kept, tables of t + 1 rows (intervals of the model's score, ascending) × t + 2 columns
/// (intervals of the baseline's score between its thresholds of the same positions, then rows without a baseline
/// score), row by row.
package struct ReleasedPaired: Sendable, Equatable {
  /// The model's thresholds that were kept, ascending; at least one.
  package let thresholds: [ExactDecimal]
  package let positive: IntervalCounts
  package let negative: IntervalCounts
  package let unlabelled: Disclosed<IntervalCounts>
  /// Over the labelled rows with a baseline score; withheld where there is none.
  package let ranks: Disclosed<PairedRankIntegers>

  /// The columns of a table.
  package var columnCount: Int { thresholds.count + 2 }

  /// Counts the rows with a baseline score by both flags at one threshold.
  ///
  /// - Parameters:
  ///   - counts: one of the tables.
  ///   - position: of the threshold among `thresholds`.
  package func flags(_ counts: IntervalCounts, at position: Int) -> Flags {
    var flags = Flags()
    for (index, count) in counts.enumerated() {
      let (row, column) = index.quotientAndRemainder(dividingBy: columnCount)
      if column == columnCount - 1 { continue }
      switch (row > position, column > position) {
      case (true, true): flags.both += count
      case (true, false): flags.modelOnly += count
      case (false, true): flags.baselineOnly += count
      case (false, false): flags.neither += count
      }
    }
    return flags
  }

  /// Rows by what the model and the baseline say of them at one threshold of each.
  package struct Flags: Sendable, Equatable {
    package var both = 0
    package var modelOnly = 0
    package var baselineOnly = 0
    package var neither = 0
  }

  /// The rows of a table without a baseline score.
  package func withoutBaseline(_ counts: IntervalCounts) -> Int {
    counts.enumerated().reduce(0) { $0 + ($1.offset % columnCount == columnCount - 1 ? $1.element : 0) }
  }
}
