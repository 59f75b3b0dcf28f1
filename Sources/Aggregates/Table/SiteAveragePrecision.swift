package import CanonicalJSON
import Statistics

/// The average precision of a site's rows in one slice: the step sum of scikit-learn (statistics.md C11).
package enum SiteAveragePrecision: Sendable, Equatable {
  /// With `scale` decimals.
  case evaluated(FixedDecimal)
  /// Fewer events or non-events than a fit needs.
  case tooFewEvents

  /// Decimals of the number.
  package static let scale = 12

  /// The average precision of labelled rows.
  ///
  /// Shape: one element a distinct score, ascending. Rows without an event are `tooFewEvents`.
  package init(sortedGroups groups: [(positives: Int, negatives: Int)]) {
    self.init(try? Statistics.averagePrecision(sortedGroups: groups))
  }

  /// The average precision as given, or none for rows without an event.
  package init(_ value: Double?) {
    if let value, let written = try? FixedDecimal(value, scale: Self.scale) {
      self = .evaluated(written)
    } else {
      self = .tooFewEvents
    }
  }
}
