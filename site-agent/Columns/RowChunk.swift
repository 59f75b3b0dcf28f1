/// The cells of some consecutive rows of one table, in one buffer of bytes.
///
/// Filled by one thread row after row; afterwards any number of threads may read it, until it is emptied.
// Sendable: `append` and `removeAll` are called by the owner alone, while nobody reads; readers only read.
package final class RowChunk: @unchecked Sendable {
  /// The most rows, those that cannot be read included.
  package static let maximumRows = 16_384
  /// The most cells: wide tables have fewer rows a chunk.
  private static let maximumCells = 1 << 20
  /// With so many bytes a chunk is full; the last row may go beyond.
  private static let fullBytes = 4 << 20
  /// Bytes behind the last cell that may be read, so that eight can be loaded at once.
  package static let slack = 8

  /// Columns of the table.
  package let columns: Int
  /// Rows with cells.
  package private(set) var rows = 0
  /// Where rows that cannot be read stood: the number of rows with cells before each.
  package private(set) var gaps: [UInt32] = []
  private let capacity: Int
  private var used = 0
  private var bytes: [UInt8]
  // Column after column, `capacity` each: where the cell begins in the upper half, where it ends in the lower.
  private var places: [UInt64]

  /// An empty chunk for a table of so many columns.
  package init(columns: Int) {
    self.columns = columns
    capacity = max(min(Self.maximumRows, Self.maximumCells / max(columns, 1)), 1)
    bytes = Array(repeating: 0, count: Self.fullBytes + Self.slack)
    places = Array(repeating: 0, count: capacity * columns)
  }

  /// Whether nothing more should be added.
  package var isFull: Bool { rows + gaps.count >= capacity || used >= Self.fullBytes }

  /// Whether there is no row of any kind.
  package var isEmpty: Bool { rows == 0 && gaps.isEmpty }

  /// Takes all rows out.
  package func removeAll() {
    rows = 0
    gaps.removeAll(keepingCapacity: true)
    used = 0
  }

  /// Adds a row: cells as ranges of `source`, one a column, in ascending order.
  package func append(_ cells: [Range<Int>], of source: [UInt8]) {
    guard let first = cells.first?.lowerBound, let last = cells.last?.upperBound else {
      rows += 1
      return
    }
    precondition(cells.count == columns && rows < capacity, "a row of another table, or one too many")
    let size = last - first
    if used + size + Self.slack > bytes.count {
      bytes += Array(repeating: 0, count: max(used + size + Self.slack - bytes.count, bytes.count / 2))
    }
    let shift = used - first
    bytes.withUnsafeMutableBytes { target in
      source.withUnsafeBytes { source in
        UnsafeMutableRawBufferPointer(rebasing: target[used..<(used + size)])
          .copyMemory(from: UnsafeRawBufferPointer(rebasing: source[first..<last]))
      }
    }
    let (row, capacity) = (rows, capacity)
    places.withUnsafeMutableBufferPointer { places in
      var place = row
      for cell in cells {
        places[place] = UInt64(cell.lowerBound + shift) << 32 | UInt64(cell.upperBound + shift)
        place += capacity
      }
    }
    used += size
    rows += 1
  }

  /// Notes a row that cannot be read.
  package func appendUnreadable() { gaps.append(UInt32(rows)) }

  /// Shows the cells of one column: the buffer they stand in, and for each row where it begins and ends there.
  func withColumn<Result>(
    _ column: Int, _ body: (UnsafeRawPointer, UnsafeBufferPointer<UInt64>) throws -> Result
  ) rethrows -> Result {
    try bytes.withUnsafeBytes { bytes in
      try places.withUnsafeBufferPointer { places in
        let start = column * capacity
        guard let base = bytes.baseAddress else { preconditionFailure("a chunk has room") }
        return try body(base, UnsafeBufferPointer(rebasing: places[start..<(start + rows)]))
      }
    }
  }
}
