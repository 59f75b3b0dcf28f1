/// Where the cells of the next rows of a chunk go; to be used only while the chunk lends it.
public struct ChunkRoom {
  @usableFromInline let places: UnsafeMutableBufferPointer<UInt64>
  @usableFromInline let words: UnsafeMutableBufferPointer<UInt64>
  @usableFromInline let stride: Int
  /// Added to the places of cells: what stands in the chunk before them.
  @usableFromInline let offset: Int
  /// How many rows may be added.
  package let rows: Int
  /// After the row with which so many bytes of cells are there, none may be added.
  package let cellBytes: Int

  init(
    places: UnsafeMutableBufferPointer<UInt64>, words: UnsafeMutableBufferPointer<UInt64>, stride: Int,
    offset: Int, rows: Int, cellBytes: Int
  ) {
    self.places = places
    self.words = words
    self.stride = stride
    self.offset = offset
    self.rows = rows
    self.cellBytes = cellBytes
  }

  /// Puts a cell down.
  ///
  /// - Parameters:
  ///   - row: among the rows that are added.
  ///   - start: where the cell begins in the bytes of these rows.
  ///   - end: where it ends.
  ///   - word: `CellHash.word` of the cell.
  @inlinable @inline(__always)
  public func put(column: Int, row: Int, from start: Int, to end: Int, word: UInt64) {
    let place = column &* stride &+ row
    places[place] =
      UInt64(truncatingIfNeeded: start &+ offset) << 32 | UInt64(truncatingIfNeeded: end &+ offset)
    words[place] = word
  }
}

/// What a source put into a chunk at once.
package struct DividedRows {
  /// How many rows.
  package var rows = 0
  /// How many bytes of the source they take, from its beginning.
  package var bytes = 0
  /// Bytes from the first cell of each row to its last.
  package var cellBytes = 0

  /// No rows.
  package init() {}
}
