internal import Glibc

/// Writes the cells of one column of a chunk as a block, and shows them to whoever counts them on the way.
///
/// One is used for all chunks of a column, so that its memory is taken once. What it writes depends on the cells alone.
package struct ColumnEncoder: Sendable {
  /// The hash of every cell of the last chunk.
  package private(set) var hashes: [UInt64] = []
  /// The last block.
  package private(set) var block: [UInt8] = []
  /// The encoding of the last block and its different texts.
  private var encoding = BlockEncoding.texts
  private var texts = TextPlaces()
  private var codes: [UInt8] = []
  private var words: [Int64] = []

  /// An encoder that has seen nothing.
  package init() {}

  /// Hands over the last block and the hashes of its cells; both are gone afterwards.
  package mutating func takeResults() -> (block: [UInt8], hashes: [UInt64]) {
    var results = (block: [UInt8](), hashes: [UInt64]())
    swap(&results.block, &block)
    swap(&results.hashes, &hashes)
    return results
  }

  /// Encodes a column of a chunk.
  package mutating func encode(_ chunk: RowChunk, column: Int) {
    chunk.withColumn(column) { bytes, cells in
      hashCells(bytes, cells)
      if encodeCodes(bytes, cells) {
        encoding = .codes
        beginBlock(texts.places, of: bytes)
        block += codes
      } else if let largest = encodeDecimals(bytes, cells) {
        encoding = largest <= DecimalWord.largestNarrow ? .narrowDecimals : .wideDecimals
        beginBlock(texts.places, of: bytes)
        if encoding == .narrowDecimals {
          words.map { Int32(truncatingIfNeeded: $0).littleEndian }
            .withUnsafeBytes { block += UnsafeRawBufferPointer($0) }
        } else {
          words.map(\.littleEndian).withUnsafeBytes { block += UnsafeRawBufferPointer($0) }
        }
      } else {
        encoding = .texts
        beginBlock(cells, of: bytes)
      }
      block.pad()
    }
  }

  /// Shows the cells that the last call of `encode` wrote, with their hashes: each different text of a block of few
  /// texts once with how often it comes, every other cell by itself.
  ///
  /// - Parameter number: is shown a cell that is a plain decimal, with its mantissa and its digits behind the point.
  package func forEachCell(
    of chunk: RowChunk, column: Int,
    text: (_ bytes: UnsafeBufferPointer<UInt8>, _ hash: UInt64, _ times: Int) -> Void,
    number: (_ bytes: UnsafeBufferPointer<UInt8>, _ hash: UInt64, _ mantissa: Int64, _ scale: Int) -> Void
  ) {
    chunk.withColumn(column) { bytes, cells in
      func cell(_ place: UInt64) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(
          start: (bytes + Int(place >> 32)).assumingMemoryBound(to: UInt8.self),
          count: Int(place & 0xFFFF_FFFF) - Int(place >> 32))
      }
      switch encoding {
      case .codes:
        for (index, count) in texts.counts.enumerated() {
          text(cell(texts.places[index]), texts.hashes[index], count)
        }
      case .narrowDecimals, .wideDecimals:
        for (index, count) in texts.counts.enumerated() {
          text(cell(texts.places[index]), texts.hashes[index], count)
        }
        for row in cells.indices where words[row] & 15 != DecimalWord.textMark {
          number(cell(cells[row]), hashes[row], words[row] >> 4, Int(words[row] & 15))
        }
      case .texts: for row in cells.indices { text(cell(cells[row]), hashes[row], 1) }
      }
    }
  }

  private mutating func hashCells(_ bytes: UnsafeRawPointer, _ cells: UnsafeBufferPointer<UInt64>) {
    if hashes.count != cells.count { hashes = Array(repeating: 0, count: cells.count) }
    hashes.withUnsafeMutableBufferPointer { hashes in
      for row in cells.indices {
        let start = Int(cells[row] >> 32)
        hashes[row] = CellHash.hash(bytes + start, count: Int(cells[row] & 0xFFFF_FFFF) - start)
      }
    }
  }

  /// False where there are too many different texts.
  private mutating func encodeCodes(_ bytes: UnsafeRawPointer, _ cells: UnsafeBufferPointer<UInt64>) -> Bool {
    texts.removeAll()
    codes.removeAll(keepingCapacity: true)
    codes.reserveCapacity(cells.count)
    for row in cells.indices {
      guard let place = texts.place(of: cells[row], in: bytes, hash: hashes[row]) else { return false }
      codes.append(UInt8(truncatingIfNeeded: place))
    }
    return true
  }

  /// The largest magnitude of a mantissa, or of a place of a text; nil where too many texts are no numbers.
  private mutating func encodeDecimals(_ bytes: UnsafeRawPointer, _ cells: UnsafeBufferPointer<UInt64>)
    -> Int64?
  {
    texts.removeAll()
    if words.count != cells.count { words = Array(repeating: 0, count: cells.count) }
    return words.withUnsafeMutableBufferPointer { words in
      var largest: UInt64 = 0
      for row in cells.indices {
        let start = Int(cells[row] >> 32)
        let count = Int(cells[row] & 0xFFFF_FFFF) - start
        let found =
          count <= 8
          ? DecimalWord.word(short: CellHash.word(bytes + start, count: count), count: count)
          : DecimalWord.word(bytes + start, count: count)
        if let word = found {
          words[row] = word
          largest |= (word >> 4).magnitude
        } else {
          guard let place = texts.place(of: cells[row], in: bytes, hash: hashes[row]) else { return nil }
          words[row] = Int64(place) << 4 | DecimalWord.textMark
        }
      }
      return Int64(largest)
    }
  }

  // The encoding, how many texts, where each ends, and the texts one behind the other.
  private mutating func beginBlock(_ places: some Collection<UInt64>, of bytes: UnsafeRawPointer) {
    block.removeAll(keepingCapacity: true)
    block += [encoding.rawValue, 0, 0, 0]
    block.append(UInt32(places.count))
    var end: UInt32 = 0
    for place in places {
      end += UInt32(place & 0xFFFF_FFFF) - UInt32(place >> 32)
      block.append(end)
    }
    block.reserveCapacity(block.count + Int(end) + 8)
    for place in places {
      let start = Int(place >> 32)
      block += UnsafeRawBufferPointer(start: bytes + start, count: Int(place & 0xFFFF_FFFF) - start)
    }
    block.pad()
  }
}

extension [UInt8] {
  mutating func append(_ number: UInt32) {
    Swift.withUnsafeBytes(of: number.littleEndian) { self += $0 }
  }

  /// Zeros up to a multiple of eight bytes.
  mutating func pad() { self += repeatElement(0, count: -count & 7) }
}

/// At most 256 different texts of a chunk in the order in which they come first, and how often each comes.
private struct TextPlaces: Sendable {
  private(set) var places: [UInt64] = []
  private(set) var hashes: [UInt64] = []
  private(set) var counts: [Int] = []
  private var slots: [UInt16] = []

  mutating func removeAll() {
    places.removeAll(keepingCapacity: true)
    hashes.removeAll(keepingCapacity: true)
    counts.removeAll(keepingCapacity: true)
    slots = Array(repeating: .max, count: 4 * BlockEncoding.maximumTexts)
  }

  /// The place of a text, counted; nil where it would be one too many.
  mutating func place(of cell: UInt64, in bytes: UnsafeRawPointer, hash: UInt64) -> Int? {
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: hash) & mask
    while slots[slot] != .max {
      let index = Int(slots[slot])
      if hashes[index] == hash, isSame(places[index], cell, in: bytes) {
        counts[index] += 1
        return index
      }
      slot = (slot + 1) & mask
    }
    guard places.count < BlockEncoding.maximumTexts else { return nil }
    slots[slot] = UInt16(places.count)
    places.append(cell)
    hashes.append(hash)
    counts.append(1)
    return places.count - 1
  }

  private func isSame(_ left: UInt64, _ right: UInt64, in bytes: UnsafeRawPointer) -> Bool {
    let (one, other) = (Int(left >> 32), Int(right >> 32))
    let count = Int(left & 0xFFFF_FFFF) - one
    guard count == Int(right & 0xFFFF_FFFF) - other else { return false }
    if count <= 8 {
      return CellHash.word(bytes + one, count: count) == CellHash.word(bytes + other, count: count)
    }
    return memcmp(bytes + one, bytes + other, count) == 0
  }
}
