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
