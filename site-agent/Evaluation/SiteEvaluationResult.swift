package import Aggregates
package import Cryptography

/// What an evaluation gives.
package struct SiteEvaluationResult: Sendable {
  /// Everything that was counted. It never leaves the site.
  package let local: LocalAggregate
  /// What disclosure control lets out.
  package let releasable: ReleasableAggregate
  /// The rule that was applied: the stricter of the site's policy and the protocol's request.
  package let policy: DisclosurePolicy
  /// SHA-256 over the digests of the data files, sorted. Small data could be guessed from it: it stays at the
  /// site, and only a keyed digest of it may leave.
  package let rowsDigest: Digest
  /// Rows counted whose label is neither empty nor listed in the protocol, for the site's own eyes.
  package let invalidLabels: Int
  /// What the source of the rows left out on the way, for the site's own eyes.
  package let notes: Set<TableNote>
}

/// How far an evaluation is.
package enum SiteEvaluationProgress: Sendable, Equatable {
  case reading(bytes: Int, of: Int)
  case counting(window: Int, of: Int)
}
