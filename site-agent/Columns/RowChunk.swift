/// The cells of some consecutive rows of one table, in one buffer of bytes.
///
/// Filled by one thread row after row; afterwards any number of threads may read it, until it is emptied.
// Sendable: what adds rows and `removeAll` are called by the owner alone, while nobody reads; readers only read.
package final class RowChunk: @unchecked Sendable {
  #if FUZZING
    /// As few as a file of scripts/fuzz has.
    package static let maximumRows = 16
  #else
    /// The most rows, those that cannot be read included.
    package static let maximumRows = 16_384
  #endif
  /// The most cells: wide tables have fewer rows a chunk.
  private static let maximumCells = 1 << 20
  /// With so many bytes of cells a chunk is full; the last row may go beyond.
  private static let fullBytes = 256 * maximumRows
  /// Bytes behind the last cell that may be read, so that eight can be loaded at once.
  package static let slack = 8

  /// Columns of the table.
  package let columns: Int
  /// Rows with cells.
  package private(set) var rows = 0
  /// Where rows that cannot be read stood: the number of rows with cells before each.
  package private(set) var gaps: [UInt32] = []
  private let capacity: Int
  // From one column to the next. Columns a power of two apart would push each other out of the processor's caches.
  private let stride: Int
  /// Bytes in use.
  private var used = 0
  /// Bytes from the first cell of each row to its last: what makes a chunk full, however its rows were added.
  private var cellBytes = 0
  private var bytes: [UInt8]
  // Column after column: where the cell begins in the upper half, where it ends in the lower.
  private var places: [UInt64]
  // Column after column: the first eight bytes of the cell as `CellHash.word`.
  private var words: [UInt64]

  /// An empty chunk for a table of so many columns.
  package init(columns: Int) {
    self.columns = columns
    capacity = max(min(Self.maximumRows, Self.maximumCells / max(columns, 1)), 1)
    stride = capacity + 8
    // Rows may come with their line breaks.
    bytes = Array(repeating: 0, count: Self.fullBytes + 2 * capacity + Self.slack)
    places = Array(repeating: 0, count: stride * columns)
    words = places
  }

  /// Whether nothing more should be added.
  package var isFull: Bool { rows + gaps.count >= capacity || cellBytes >= Self.fullBytes }

  /// Whether there is no row of any kind.
  package var isEmpty: Bool { rows == 0 && gaps.isEmpty }

  /// Takes all rows out.
  package func removeAll() {
    rows = 0
    gaps.removeAll(keepingCapacity: true)
    used = 0
    cellBytes = 0
  }

  /// Adds a row: cells as ranges of `source`, one a column, in ascending order.
  package func append(_ cells: [Range<Int>], of source: [UInt8]) {
    guard let first = cells.first?.lowerBound, let last = cells.last?.upperBound else {
      rows += 1
      return
    }
    precondition(cells.count == columns, "a row of another table")
    let shift = used - first
    source.withUnsafeBytes { copy(UnsafeRawBufferPointer(rebasing: $0[first..<last])) }
    bytes.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress else { return }
      withRoom(behind: 0) { room in
        for (column, cell) in cells.enumerated() {
          room.put(
            column: column, row: 0, from: cell.lowerBound + shift, to: cell.upperBound + shift,
            word: CellHash.word(base + cell.lowerBound + shift, count: cell.count))
        }
      }
    }
    rows += 1
    cellBytes += last - first
  }

  /// Adds rows that stand one behind the other in `source`.
  ///
  /// - Parameter divide: is given `source` and where to put the cells, and says what it put there.
  package func appendRows(
    of source: UnsafeRawBufferPointer, _ divide: (UnsafeRawBufferPointer, ChunkRoom) -> DividedRows
  ) -> DividedRows {
    let added = withRoom(behind: used) { divide(source, $0) }
    precondition(
      added.rows <= capacity - rows - gaps.count && added.bytes <= source.count,
      "more rows than there is room for")
    copy(UnsafeRawBufferPointer(rebasing: source[..<added.bytes]))
    rows += added.rows
    cellBytes += added.cellBytes
    return added
  }

  private func copy(_ source: UnsafeRawBufferPointer) {
    let end = used + source.count
    if end + Self.slack > bytes.count {
      bytes += Array(repeating: 0, count: max(end + Self.slack - bytes.count, bytes.count / 2))
    }
    bytes.withUnsafeMutableBytes { target in
      UnsafeMutableRawBufferPointer(rebasing: target[used..<end]).copyMemory(from: source)
    }
    used = end
  }

  private func withRoom<Result>(behind offset: Int, _ body: (ChunkRoom) -> Result) -> Result {
    let (row, stride, rowsLeft) = (rows, stride, capacity - rows - gaps.count)
    let bytesLeft = Self.fullBytes - cellBytes
    precondition(rowsLeft > 0, "a full chunk")
    return places.withUnsafeMutableBufferPointer { places in
      words.withUnsafeMutableBufferPointer { words in
        body(
          ChunkRoom(
            places: UnsafeMutableBufferPointer(rebasing: places[row...]),
            words: UnsafeMutableBufferPointer(rebasing: words[row...]), stride: stride, offset: offset,
            rows: rowsLeft, cellBytes: bytesLeft))
      }
    }
  }

  /// Notes a row that cannot be read.
  package func appendUnreadable() { gaps.append(UInt32(rows)) }

  /// The cells of one column.
  func withColumn<Result>(_ column: Int, _ body: (ChunkColumn) throws -> Result) rethrows -> Result {
    try bytes.withUnsafeBytes { bytes in
      try places.withUnsafeBufferPointer { places in
        try words.withUnsafeBufferPointer { words in
          let range = column * stride..<(column * stride + rows)
          guard let base = bytes.baseAddress else { preconditionFailure("a chunk has room") }
          return try body(
            ChunkColumn(
              bytes: base, places: UnsafeBufferPointer(rebasing: places[range]),
              words: UnsafeBufferPointer(rebasing: words[range])))
        }
      }
    }
  }
}
