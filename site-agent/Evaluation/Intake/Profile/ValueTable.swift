import CanonicalJSON

/// The different texts of a column and how often each comes, while there are few.
struct ValueTable: Sendable {
  /// The most different texts that are kept; a protocol lists at most 200 levels.
  static let capacity = 256
  /// The longest text that is kept; a longer one is no code.
  static let longestText = 100

  /// Whether there were too many, or one too long. Then nothing is kept.
  private(set) var isGivenUp = false
  private var slots: [UInt16] = []
  private var hashes: [UInt64] = []
  private var texts: [[UInt8]] = []
  private var counts: [Int] = []

  /// Counts a text with its hash, so many times.
  mutating func add(_ bytes: UnsafeBufferPointer<UInt8>, hash: UInt64, times: Int) {
    if isGivenUp { return }
    if slots.isEmpty { slots = Array(repeating: .max, count: 4 * Self.capacity) }
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: hash) & mask
    while slots[slot] != .max {
      let index = Int(slots[slot])
      if hashes[index] == hash {
        counts[index] += times
        return
      }
      slot = (slot + 1) & mask
    }
    guard texts.count < Self.capacity, bytes.count <= Self.longestText else { return giveUp() }
    slots[slot] = UInt16(texts.count)
    hashes.append(hash)
    texts.append(Array(bytes))
    counts.append(times)
  }

  /// Keeps nothing: there are more texts than its capacity.
  mutating func giveUp() {
    self = ValueTable()
    isGivenUp = true
  }

  var count: Int { texts.count }

  /// The texts with their counts, sorted by bytes.
  var values: [ColumnProfile.Value] {
    zip(texts, counts).map { ColumnProfile.Value(text: String(decoding: $0, as: UTF8.self), count: $1) }
      .sorted { $0.text.precedesInBytes($1.text) }
  }
}
