/// The cells of one column of a chunk as they were written, for whoever counts them; to be used only while it is lent.
package struct EncodedCells {
  private let cells: ChunkColumn
  private let hashes: UnsafeBufferPointer<UInt64>
  /// Nil where every cell is its own text.
  private let texts: TextPlaces?
  /// The cells that are plain decimals; nil in a block without any.
  package let numbers: NumberCells?

  init(
    cells: ChunkColumn, hashes: UnsafeBufferPointer<UInt64>, texts: TextPlaces?, numbers: NumberCells?
  ) {
    self.cells = cells
    self.hashes = hashes
    self.texts = texts
    self.numbers = numbers
  }

  /// Whether the block has more different cells than a block of codes can.
  package var hasManyTexts: Bool { texts == nil || numbers != nil }

  /// Shows all cells that are not among `numbers`: each different one with how often it comes or, where there are many,
  /// one by one.
  package func forEachText(
    _ body: (_ bytes: UnsafeBufferPointer<UInt8>, _ hash: UInt64, _ times: Int) -> Void
  ) {
    if let texts {
      for (index, count) in texts.counts.enumerated() {
        body(cells.cell(texts.places[index]), texts.hashes[index], count)
      }
    } else {
      for row in cells.rows { body(cells.cell(cells.places[row]), hashes[row], 1) }
    }
  }
}

/// Cells that are plain decimals, by row, among others that are not.
public struct NumberCells {
  /// A `DecimalWord` a row.
  @usableFromInline let words: UnsafeBufferPointer<Int64>
  @usableFromInline let hashes: UnsafeBufferPointer<UInt64>
  @usableFromInline let places: UnsafeBufferPointer<UInt64>
  private let cells: ChunkColumn

  init(words: UnsafeBufferPointer<Int64>, hashes: UnsafeBufferPointer<UInt64>, of cells: ChunkColumn) {
    self.words = words
    self.hashes = hashes
    self.cells = cells
    places = cells.places
  }

  /// Shows each number: its row, its hash, how many bytes its text has, its mantissa, and its digits behind the point.
  @inlinable @inline(__always)
  public func forEach(
    _ body: (_ row: Int, _ hash: UInt64, _ size: Int, _ mantissa: Int64, _ scale: Int) -> Void
  ) {
    for row in words.indices {
      let word = words[row]
      let scale = Int(truncatingIfNeeded: word & 15)
      if scale == DecimalWord.textMark { continue }
      let place = places[row]
      body(row, hashes[row], Int(place & 0xFFFF_FFFF) &- Int(place >> 32), word >> 4, scale)
    }
  }

  /// The text of a number.
  package func text(_ row: Int) -> UnsafeBufferPointer<UInt8> { cells.cell(cells.places[row]) }
}
