/// Tells values apart by 64-bit hashes, in memory that does not grow: exact up to its capacity, then on a sample
/// of the values.
///
/// The sample is of hashes, not of occurrences: a value is either in it each time it comes, or never. So a value
/// that comes twice is found twice or not at all, and what is found does not depend on the order of the rows.
/// Beyond the capacity the sampled share is halved as often as needed; at share s, d different repeated values are
/// all missed with probability (1 − s)^d.
///
/// Two different values are taken for one with probability about n² / 2⁶⁵ among n values.
struct HashSample: Sendable {
  private let capacity: Int
  /// How often the share was halved.
  private(set) var halvings = 0
  private var slots: [UInt64] = []
  private var limit = UInt64.max
  private(set) var count = 0

  /// A sample of at most `capacity` values.
  init(capacity: Int) { self.capacity = capacity }

  /// The share of all values that is looked at.
  var share: Double { 1 / Double(sign: .plus, exponent: min(halvings, 64), significand: 1) }

  /// How many different values there were: exact where `share` is 1, else an estimate.
  var distinct: Int { count << min(halvings, 40) }

  /// Whether the sample is of values with such hashes.
  @inline(__always)
  func mayHold(_ hash: UInt64) -> Bool { hash <= limit }

  /// Takes the hash of a value.
  mutating func insert(_ value: UInt64) {
    withUnsafePointer(to: value) { insert(all: UnsafeBufferPointer(start: $0, count: 1)) }
  }

  /// Takes the hashes of many values.
  mutating func insert(all hashes: UnsafeBufferPointer<UInt64>) {
    var start = 0
    while start < hashes.count {
      let end = min(start + Self.batch, hashes.count)
      insert(batch: UnsafeBufferPointer(rebasing: hashes[start..<end]))
      start = end
    }
  }

  private static let batch = 64

  private mutating func insert(batch: UnsafeBufferPointer<UInt64>) {
    while slots.count < 2 * capacity, slots.count < 2 * (count + batch.count) {
      rebuild(max(4 * slots.count, 2 * Self.batch))
    }
    let (mask, limit) = (slots.count - 1, limit)
    count += slots.withUnsafeMutableBufferPointer { slots in
      // Each hash is somewhere else in memory. Looked at together they are waited for together.
      var known = 0
      for value in batch { known &+= slots[Int(truncatingIfNeeded: value) & mask] == value ? 1 : 0 }
      if known == batch.count { return 0 }
      var new = 0
      for value in batch {
        // Zero stands for an empty slot.
        let hash = max(value, 1)
        guard hash <= limit else { continue }
        var slot = Int(truncatingIfNeeded: hash) & mask
        while slots[slot] != 0, slots[slot] != hash { slot = (slot &+ 1) & mask }
        new &+= slots[slot] == 0 ? 1 : 0
        slots[slot] = hash
      }
      return new
    }
    while count > capacity { halve() }
  }

  private mutating func halve() {
    limit >>= 1
    halvings += 1
    rebuild(slots.count)
  }

  private mutating func rebuild(_ size: Int) {
    let mask = size - 1
    var new = [UInt64](repeating: 0, count: size)
    count = 0
    new.withUnsafeMutableBufferPointer { new in
      for hash in slots where hash != 0 && hash <= limit {
        var slot = Int(truncatingIfNeeded: hash) & mask
        while new[slot] != 0 { slot = (slot &+ 1) & mask }
        new[slot] = hash
        count += 1
      }
    }
    slots = new
  }
}

/// A sample that also says how often values came again.
struct RepeatSample: Sendable {
  private(set) var sample: HashSample
  /// Insertions by the leading zero bits of their hashes, which say how small a sample they are in.
  private var insertions = [Int](repeating: 0, count: 65)

  /// As `HashSample`.
  init(capacity: Int) { sample = HashSample(capacity: capacity) }

  /// Insertions of a value that was there before, of the values that the sample still has.
  var repeated: Int { insertions[min(sample.halvings, 64)...].reduce(0, +) - sample.count }

  /// Takes the hashes of many values.
  mutating func insert(all hashes: [UInt64]) {
    insertions.withUnsafeMutableBufferPointer { insertions in
      for hash in hashes { insertions[max(hash, 1).leadingZeroBitCount] &+= 1 }
    }
    hashes.withUnsafeBufferPointer { sample.insert(all: $0) }
  }
}
