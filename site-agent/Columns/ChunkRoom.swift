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

/// The cells of one column of a chunk.
struct ChunkColumn {
  /// What the places are offsets of; eight bytes behind every cell may be read.
  let bytes: UnsafeRawPointer
  /// For each row where the cell begins, in the upper half, and where it ends.
  let places: UnsafeBufferPointer<UInt64>
  /// For each row the first eight bytes, as `CellHash.word`.
  let words: UnsafeBufferPointer<UInt64>

  var rows: Range<Int> { places.indices }

  @inline(__always)
  func start(_ row: Int) -> UnsafeRawPointer { bytes + Int(places[row] >> 32) }

  @inline(__always)
  func count(_ row: Int) -> Int { size(places[row]) }

  /// The bytes of a place.
  func cell(_ place: UInt64) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(
      start: (bytes + Int(place >> 32)).assumingMemoryBound(to: UInt8.self),
      count: size(place))
  }
}

/// The bytes of the cell at a place.
@inline(__always)
func size(_ place: UInt64) -> Int { Int(place & 0xFFFF_FFFF) &- Int(place >> 32) }
