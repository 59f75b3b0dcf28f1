/// Rows left out for want of a usable score, in a window or one of its levels.
package struct ReleasedUnscored: Sendable, Equatable {
  package let missing: Int
  package let invalid: Int
}

/// Alerts of a window and what became of them, over the rows that its histograms count.
package struct ReleasedOperations: Sendable, Equatable {
  /// Rows with an alert, and without.
  package let alerts: Int
  package let spared: Int
  /// Runs over [overridden, not overridden]; nil where the protocol does not ask.
  package let responses: Disclosed<[ReleasedHistogram.Cell]>?
  /// Runs over the times until acknowledgement, never last; nil where the protocol does not ask.
  package let acknowledgement: Disclosed<[ReleasedHistogram.Cell]>?
}

/// A listed intersection of levels. Disclosure control of version 1 releases none.
package struct ReleasedIntersection: Sendable, Equatable {
  package let id: String
  package let slice: ReleasedSlice
  /// The division of the slice; `nil` where it is withheld.
  package let partition: Partition?
}
