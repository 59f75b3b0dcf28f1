internal import Glibc

/// At most 256 different texts of a column of a chunk in the order in which they come first, and how often each comes.
struct TextPlaces: Sendable {
  private(set) var texts: [Text] = []
  private var slots: [UInt16] = []

  /// One of the texts.
  struct Text {
    /// Of the first cell that has it, as `ChunkColumn.places`.
    let place: UInt64
    /// As `ChunkColumn.words`.
    let word: UInt64
    let hash: UInt64
    /// How many cells have it.
    var times: Int
  }

  private static let slotCount = 4 * BlockEncoding.maximumTexts

  /// Takes all texts out.
  mutating func removeAll() {
    texts.removeAll(keepingCapacity: true)
    if slots.isEmpty { slots = Array(repeating: .max, count: Self.slotCount) }
    slots.withUnsafeMutableBufferPointer { $0.update(repeating: .max) }
  }

  /// The place of every cell's text, counted, from the first row on; false where there are too many texts.
  ///
  /// - Parameter codes: one a row.
  mutating func place(
    all cells: ChunkColumn, hashes: UnsafeBufferPointer<UInt64>, into codes: UnsafeMutableBufferPointer<UInt8>
  ) -> Bool {
    removeAll()
    var row = 0
    while true {
      row = placeKnown(cells, hashes, from: row, into: codes)
      guard row < hashes.count else { return true }
      guard let place = place(of: cells, row: row, hash: hashes[row]) else { return false }
      codes[row] = UInt8(truncatingIfNeeded: place)
      row += 1
    }
  }

  /// Goes on while texts are short, known and where they are looked for first, as nearly all are; the row at which
  /// one is not.
  private mutating func placeKnown(
    _ cells: ChunkColumn, _ hashes: UnsafeBufferPointer<UInt64>, from start: Int,
    into codes: UnsafeMutableBufferPointer<UInt8>
  ) -> Int {
    slots.withUnsafeBufferPointer { slots in
      texts.withUnsafeMutableBufferPointer { texts in
        for row in start..<hashes.count {
          let index = Int(slots[Int(truncatingIfNeeded: hashes[row]) & (Self.slotCount - 1)])
          let count = cells.count(row)
          guard index < texts.count, texts[index].word == cells.words[row], count <= 8,
            size(texts[index].place) == count
          else { return row }
          texts[index].times &+= 1
          codes[row] = UInt8(truncatingIfNeeded: index)
        }
        return hashes.count
      }
    }
  }

  /// The place of a cell's text, counted; nil where it would be one too many.
  mutating func place(of cells: ChunkColumn, row: Int, hash: UInt64) -> Int? {
    let mask = Self.slotCount - 1
    var slot = Int(truncatingIfNeeded: hash) & mask
    while slots[slot] != .max {
      let index = Int(slots[slot])
      if texts[index].hash == hash, isSame(texts[index], cells, row) {
        texts[index].times += 1
        return index
      }
      slot = (slot + 1) & mask
    }
    guard texts.count < BlockEncoding.maximumTexts else { return nil }
    slots[slot] = UInt16(texts.count)
    texts.append(Text(place: cells.places[row], word: cells.words[row], hash: hash, times: 1))
    return texts.count - 1
  }

  private func isSame(_ text: Text, _ cells: ChunkColumn, _ row: Int) -> Bool {
    let count = cells.count(row)
    guard size(text.place) == count, text.word == cells.words[row] else { return false }
    return count <= 8 || memcmp(cells.bytes + Int(text.place >> 32), cells.start(row), count) == 0
  }
}
