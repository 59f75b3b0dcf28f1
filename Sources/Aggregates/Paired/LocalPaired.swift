package import Statistics

/// One stratum's rows by the model's score and the baseline's at once, on all thresholds of the protocol.
///
/// Shape: (t + 1) × (t + 2) tables, row by row. Rows are the intervals of the model's score between the model's t
/// thresholds; columns are those of the baseline's score between the baseline's, and one more for rows without a
/// baseline score.
package struct LocalPaired: Sendable, Equatable {
  package var rows: ClassTable
  /// Patients, each at the one designated row of the window and class, as in `LocalStratum.patients`.
  package var patients: ClassTable
  /// Over the labelled rows with a baseline score.
  package var ranks: PairedRankIntegers
  /// Over the rows of `ranks`: the fewest distinct patients of a labelled class at one value of a coarse score, be it
  /// the model's or the baseline's; nil where neither is coarse. 0 where a value is of one class alone.
  package var fewestAtAValue: Int?

  /// A stratum without rows, for a protocol with so many thresholds.
  package init(thresholds: Int) {
    rows = ClassTable(intervals: (thresholds + 1) * (thresholds + 2))
    patients = rows
    let zero = RankIntegers(
      positives: 0, negatives: 0, sumPositive: 0, sumSquaredPositive: 0, sumNegative: 0, sumSquaredNegative: 0
    )
    ranks = PairedRankIntegers(candidate: zero, baseline: zero, crossPositive: 0, crossNegative: 0)
  }

  /// What is left of the counts without those of other strata; ranks cannot be subtracted and stay as they are.
  func subtracting(_ other: LocalPaired) -> LocalPaired {
    var rest = self
    rest.rows = rows.subtracting(other.rows)
    rest.patients = patients.subtracting(other.patients)
    return rest
  }
}
