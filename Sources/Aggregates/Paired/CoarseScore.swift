/// A score with so few distinct values that rank integers could give how many rows have each.
///
/// Specified in `protocols/disclosure.md`, "Model and baseline on the same rows".
package enum CoarseScore {
  /// A score of at most this many values in a slice is coarse.
  ///
  /// The rank integers of one score are three independent equations, the paired ones a few more, for two counts a
  /// value: with more values than this many solutions are left.
  package static let maximumValues = 10
}
