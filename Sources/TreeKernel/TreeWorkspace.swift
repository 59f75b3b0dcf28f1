/// The scratch memory that one thread needs to run a forest, and the forest.
///
/// Made once, used for any number of rows; nothing is allocated for a row or a block of rows. Not Sendable.
package final class TreeWorkspace {
  /// The forest that is run.
  package let forest: TreeForest
  private let kind: Kind
  let division = Division()

  private enum Kind {
    case single(Forest<Float>, Scratch<Float>, base: Float)
    case double(Forest<Double>, Scratch<Double>, base: Double)
  }

  /// Allocates what the forest needs.
  package init(_ forest: TreeForest) {
    self.forest = forest
    kind =
      switch forest.kind {
      case .single(let forest, let base): .single(forest, Scratch(slots: forest.slots.count), base: base)
      case .double(let forest, let base): .double(forest, Scratch(slots: forest.slots.count), base: base)
      }
  }

  /// Writes the sum of base and trees for each row.
  ///
  /// Shape: `rows` holds rows of `forest.featureCount` numbers, one after the other; `sums` has one place a
  /// row. Not-a-number is a missing input. Sums are made in the forest's own arithmetic, in the order of the
  /// trees; a binary32 sum is widened without loss.
  package func sum(_ rows: Span<Float>, into sums: inout MutableSpan<Double>) {
    rows.withUnsafeBufferPointer { sum($0, into: &sums) }
  }

  /// As above; where the forest computes in binary32, inputs are rounded to it first.
  package func sum(_ rows: Span<Double>, into sums: inout MutableSpan<Double>) {
    rows.withUnsafeBufferPointer { sum($0, into: &sums) }
  }

  @inline(__always)
  private func sum<Input: BinaryFloatingPoint>(
    _ rows: UnsafeBufferPointer<Input>, into sums: inout MutableSpan<Double>
  ) {
    precondition(
      rows.count == sums.count * forest.featureCount, "a place for every row, an input for every feature")
    guard let start = rows.baseAddress else { return }
    sums.withUnsafeMutableBufferPointer { sums in
      guard let place = sums.baseAddress else { return }
      switch kind {
      case .single(let forest, let scratch, let base):
        forest.sum(start, rows: sums.count, base: base, scratch, into: place)
      case .double(let forest, let scratch, let base):
        forest.sum(start, rows: sums.count, base: base, scratch, into: place)
      }
    }
  }

  /// Writes for each row what every input adds to the sum, and last what the model gives without any input.
  ///
  /// Exact Shapley values of the path-dependent game of TreeSHAP, of the sum before any link.
  ///
  /// Shape: `rows` as for `sum(_:into:)`; `contributions` has `forest.featureCount + 1` places a row.
  package func divide(
    _ rows: Span<Float>, into contributions: inout MutableSpan<Double>
  ) throws(ContributionError) {
    try rows.withUnsafeBufferPointer { rows throws(ContributionError) in
      try divide(rows, into: &contributions)
    }
  }

  /// As above; where the forest computes in binary32, inputs are rounded to it first.
  package func divide(
    _ rows: Span<Double>, into contributions: inout MutableSpan<Double>
  ) throws(ContributionError) {
    try rows.withUnsafeBufferPointer { rows throws(ContributionError) in
      try divide(rows, into: &contributions)
    }
  }

  @inline(__always)
  private func divide<Input: BinaryFloatingPoint>(
    _ rows: UnsafeBufferPointer<Input>, into contributions: inout MutableSpan<Double>
  ) throws(ContributionError) {
    let count = rows.count / forest.featureCount
    precondition(
      rows.count == count * forest.featureCount
        && contributions.count == count * (forest.featureCount + 1),
      "a place for every input of every row, and one more a row")
    guard let start = rows.baseAddress else { return }
    try contributions.withUnsafeMutableBufferPointer { places throws(ContributionError) in
      guard let place = places.baseAddress else { return }
      switch kind {
      case .single(let forest, let scratch, let base):
        try division.divide(forest, start, rows: count, base: Double(base), scratch, into: place)
      case .double(let forest, let scratch, let base):
        try division.divide(forest, start, rows: count, base: base, scratch, into: place)
      }
    }
  }
}

/// Columns of a block of rows, and its sums.
final class Scratch<Real: BinaryFloatingPoint> {
  let columns: UnsafeMutablePointer<Real>
  let sums: UnsafeMutablePointer<Real>

  init(slots: Int) {
    columns = .allocate(capacity: slots * Slot.rows)
    columns.initialize(repeating: 0, count: slots * Slot.rows)
    sums = .allocate(capacity: Slot.rows)
    sums.initialize(repeating: 0, count: Slot.rows)
    // The column of the leaves is the same for every block; short blocks leave their last rows as they were.
    columns.update(repeating: .infinity, count: Slot.rows)
  }

  deinit {
    columns.deallocate()
    sums.deallocate()
  }
}
