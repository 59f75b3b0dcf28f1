internal import Glibc

/// At most 256 different texts of a column of a chunk in the order in which they come first, and how often each comes.
struct TextPlaces: Sendable {
  private(set) var places: [UInt64] = []
  private(set) var hashes: [UInt64] = []
  private(set) var counts: [Int] = []
  private var words: [UInt64] = []
  private var slots: [UInt16] = []

  private static let slotCount = 4 * BlockEncoding.maximumTexts

  /// Takes all texts out.
  mutating func removeAll() {
    places.removeAll(keepingCapacity: true)
    hashes.removeAll(keepingCapacity: true)
    counts.removeAll(keepingCapacity: true)
    words.removeAll(keepingCapacity: true)
    if slots.isEmpty { slots = Array(repeating: .max, count: Self.slotCount) }
    slots.withUnsafeMutableBufferPointer { $0.update(repeating: .max) }
  }

  /// The place of every cell's text, counted, from the first row on; false where there are too many texts.
  ///
  /// - Parameter codes: one a row.
  mutating func place(
    all cells: ChunkColumn, hashes given: UnsafeBufferPointer<UInt64>,
    into codes: UnsafeMutableBufferPointer<UInt8>
  ) -> Bool {
    removeAll()
    var row = 0
    while row < given.count {
      // Runs of known texts without a look at anything that can be new.
      row = placeKnown(cells, given, from: row, into: codes)
      guard row < given.count else { break }
      guard let place = place(of: cells, row: row, hash: given[row]) else { return false }
      codes[row] = UInt8(truncatingIfNeeded: place)
      row += 1
    }
    return true
  }

  /// The first row whose text is new, or is longer than eight bytes.
  private mutating func placeKnown(
    _ cells: ChunkColumn, _ given: UnsafeBufferPointer<UInt64>, from start: Int,
    into codes: UnsafeMutableBufferPointer<UInt8>
  ) -> Int {
    hashes.withUnsafeBufferPointer { hashes in
      words.withUnsafeBufferPointer { words in
        slots.withUnsafeBufferPointer { slots in
          places.withUnsafeBufferPointer { places in
            counts.withUnsafeMutableBufferPointer { counts in
              var row = start
              while row < given.count {
                let hash = given[row]
                let index = Int(slots[Int(truncatingIfNeeded: hash) & (Self.slotCount - 1)])
                guard index < hashes.count, hashes[index] == hash, words[index] == cells.words[row] else {
                  break
                }
                let count = cells.count(row)
                guard count <= 8, size(places[index]) == count else { break }
                counts[index] &+= 1
                codes[row] = UInt8(truncatingIfNeeded: index)
                row += 1
              }
              return row
            }
          }
        }
      }
    }
  }

  /// The place of a cell's text, counted; nil where it would be one too many.
  mutating func place(of cells: ChunkColumn, row: Int, hash: UInt64) -> Int? {
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: hash) & mask
    while slots[slot] != .max {
      let index = Int(slots[slot])
      if hashes[index] == hash, isSame(index, cells, row) {
        counts[index] += 1
        return index
      }
      slot = (slot + 1) & mask
    }
    guard places.count < BlockEncoding.maximumTexts else { return nil }
    slots[slot] = UInt16(places.count)
    places.append(cells.places[row])
    words.append(cells.words[row])
    hashes.append(hash)
    counts.append(1)
    return places.count - 1
  }

  private func isSame(_ index: Int, _ cells: ChunkColumn, _ row: Int) -> Bool {
    let count = cells.count(row)
    guard size(places[index]) == count, words[index] == cells.words[row] else { return false }
    return count <= 8 || memcmp(cells.bytes + Int(places[index] >> 32), cells.start(row), count) == 0
  }
}
