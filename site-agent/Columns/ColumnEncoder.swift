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

  /// Hands over the last block and the hashes of its cells for memory that is used for the next ones.
  package mutating func exchange(block other: inout [UInt8], hashes others: inout [UInt64]) {
    swap(&block, &other)
    swap(&hashes, &others)
  }

  /// Encodes a column of a chunk.
  package mutating func encode(_ chunk: RowChunk, column: Int) {
    chunk.withColumn(column) { cells in
      hashCells(cells)
      if encodeCodes(cells) {
        encoding = .codes
        beginBlock(texts.places, of: cells)
        block += codes
      } else if let largest = encodeDecimals(cells) {
        encoding = largest <= DecimalWord.largestNarrow ? .narrowDecimals : .wideDecimals
        beginBlock(texts.places, of: cells)
        appendWords()
      } else {
        encoding = .texts
        beginBlock(cells.places, of: cells)
      }
      block.pad()
    }
  }

  /// The cells that the last call of `encode` wrote.
  package func withCells(of chunk: RowChunk, column: Int, _ body: (EncodedCells) -> Void) {
    chunk.withColumn(column) { cells in
      hashes.withUnsafeBufferPointer { hashes in
        words.withUnsafeBufferPointer { words in
          let hasNumbers = encoding == .narrowDecimals || encoding == .wideDecimals
          body(
            EncodedCells(
              cells: cells, hashes: hashes, texts: encoding == .texts ? nil : texts,
              numbers: hasNumbers ? NumberCells(words: words, hashes: hashes, of: cells) : nil))
        }
      }
    }
  }

  private mutating func hashCells(_ cells: ChunkColumn) {
    hashes.resize(to: cells.rows.count)
    hashes.withUnsafeMutableBufferPointer { hashes in
      for row in cells.rows {
        let count = cells.count(row)
        hashes[row] =
          count <= 8
          ? CellHash.hash(short: cells.words[row], count: count)
          : CellHash.hash(cells.start(row), count: count)
      }
    }
  }

  /// False where there are too many different texts.
  private mutating func encodeCodes(_ cells: ChunkColumn) -> Bool {
    codes.resize(to: cells.rows.count)
    return hashes.withUnsafeBufferPointer { hashes in
      codes.withUnsafeMutableBufferPointer { texts.place(all: cells, hashes: hashes, into: $0) }
    }
  }

  /// The largest magnitude of a mantissa, or of a place of a text; nil where too many texts are no numbers.
  private mutating func encodeDecimals(_ cells: ChunkColumn) -> Int64? {
    texts.removeAll()
    words.resize(to: cells.rows.count)
    return words.withUnsafeMutableBufferPointer { words in
      var largest: UInt64 = 0
      for row in cells.rows {
        let count = cells.count(row)
        let found =
          count <= 8
          ? DecimalWord.word(short: cells.words[row], count: count)
          : DecimalWord.word(cells.start(row), count: count)
        if let word = found {
          words[row] = word
          largest |= (word >> 4).magnitude
        } else {
          guard let place = texts.place(of: cells, row: row, hash: hashes[row]) else { return nil }
          words[row] = Int64(place) << 4 | DecimalWord.textMark
        }
      }
      return Int64(largest)
    }
  }

  // The encoding, how many texts, where each ends, and the texts one behind the other.
  private mutating func beginBlock(_ places: some Collection<UInt64>, of cells: ChunkColumn) {
    block.removeAll(keepingCapacity: true)
    block += [encoding.rawValue, 0, 0, 0]
    block.append(UInt32(places.count))
    var end: UInt32 = 0
    for place in places {
      end += UInt32(size(place))
      block.append(end)
    }
    block.reserveCapacity(block.count + Int(end) + 8)
    for place in places { block += cells.cell(place) }
    block.pad()
  }

  private mutating func appendWords() {
    let (start, width) = (block.count, encoding.width)
    block += repeatElement(0, count: width * words.count)
    block.withUnsafeMutableBytes { block in
      for (row, word) in words.enumerated() {
        if width == 4 {
          let narrow = Int32(truncatingIfNeeded: word).littleEndian
          block.storeBytes(of: narrow, toByteOffset: start + 4 * row, as: Int32.self)
        } else {
          block.storeBytes(of: word.littleEndian, toByteOffset: start + 8 * row, as: Int64.self)
        }
      }
    }
  }
}

extension [UInt8] {
  mutating func append(_ number: UInt32) {
    Swift.withUnsafeBytes(of: number.littleEndian) { self += $0 }
  }

  /// Zeros up to a multiple of eight bytes.
  mutating func pad() { self += repeatElement(0, count: -count & 7) }
}

extension Array where Element: FixedWidthInteger {
  /// So many elements, whatever they are.
  fileprivate mutating func resize(to size: Int) {
    if count > size { removeLast(count - size) }
    if count < size { self += repeatElement(0, count: size - count) }
  }
}
