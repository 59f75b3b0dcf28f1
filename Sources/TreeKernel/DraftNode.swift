/// Where a row goes whose value is missing at a split, and what counts as missing there.
package enum MissingRule: UInt8, Sendable {
  /// Not-a-number is missing.
  case nanLeft, nanRight
  /// Not-a-number and zero are missing.
  case zeroLeft, zeroRight
  /// Not-a-number is read as zero; nothing is missing.
  case nanIsZero
}

/// A node of one tree as its file gives it, before anything is checked.
package struct DraftNode: Sendable {
  /// What a node does with a row.
  package enum Role: Sendable {
    /// Ends there with this value.
    case leaf(Double)
    /// Goes left when the value is below the threshold.
    case below(Double)
    /// Asks whether the truncated value is in a set of categories; the set is a number that the builder gave.
    case categories(Int)
  }

  package var role: Role
  /// Indexes in the draft; nothing at a leaf.
  package var left: Int32
  package var right: Int32
  package var feature: Int32
  package var missing: MissingRule
  /// How much of the training data came here; nothing when the file does not say it.
  package var cover: Double

  package init(leaf value: Double, cover: Double) {
    role = .leaf(value)
    left = -1
    right = -1
    feature = 0
    missing = .nanRight
    self.cover = cover
  }

  package init(
    _ role: Role, left: Int32, right: Int32, feature: Int32, missing: MissingRule, cover: Double
  ) {
    self.role = role
    self.left = left
    self.right = right
    self.feature = feature
    self.missing = missing
    self.cover = cover
  }
}
