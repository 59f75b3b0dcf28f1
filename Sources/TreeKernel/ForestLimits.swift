/// What a forest may hold at most (`models.md`, section "Tree ensembles").
package enum ForestLimits {
  package static let trees = 10_000
  package static let nodes = 1_000_000
  package static let depth = 64
  package static let features = 10_000
  /// Words of 32 categories, over all sets.
  package static let setWords = 4_194_304
}
