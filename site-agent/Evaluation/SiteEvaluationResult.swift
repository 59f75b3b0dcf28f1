package import Aggregates

/// What an evaluation gives.
package struct SiteEvaluationResult: Sendable {
  /// Everything that was counted. It never leaves the site.
  package let local: LocalAggregate
  /// What disclosure control lets out.
  package let releasable: ReleasableAggregate
  /// The rule that was applied: the stricter of the site's policy and the protocol's request.
  package let policy: DisclosurePolicy
  /// Rows counted whose label is neither empty nor listed in the protocol, for the site's own eyes.
  package let invalidLabels: Int
  /// Rows scored a second time, in another order, that gave the same bits; 0 where the score is recorded, not
  /// computed. For the site's own eyes.
  package let rescored: Int
}

/// How far an evaluation is.
package enum SiteEvaluationProgress: Sendable, Equatable {
  case reading(bytes: Int, of: Int)
  /// Rows of a query, of which nobody knows how many there will be.
  case readingRows(Int)
  case scoring(group: Int, of: Int)
  case counting(window: Int, of: Int)
  /// Groups of rows read again to find what the score leans on.
  case explaining(group: Int, of: Int)
}
