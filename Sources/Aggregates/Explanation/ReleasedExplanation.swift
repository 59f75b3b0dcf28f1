/// How far the score leans on each input in one window, as it leaves the site.
package struct ReleasedExplanation: Sendable, Equatable {
  package let overall: Contributions
  /// One entry an attribute, in protocol order; each holds one entry a level, `missing` last.
  package let attributes: [[Disclosed<Contributions>]]

  /// What is shown of one slice.
  package struct Contributions: Sendable, Equatable {
    /// Sampled patients, one row each.
    package let rows: Int
    /// Whole steps in each sum of absolute contributions, in protocol order; a step is what so many patients as the
    /// minimum cell add at `largest`.
    package let steps: [Int]
  }
}

extension ReleasedExplanation.Contributions {
  /// Bounds of a sum, in units of `largest`: it is at least `lower`, and below `upper` where that is less than `rows`.
  package func bounds(of feature: Int, minimumCell: Int) -> (lower: Int, upper: Int) {
    let lower = steps[feature] * minimumCell
    return (lower, min(lower + minimumCell, rows))
  }
}
