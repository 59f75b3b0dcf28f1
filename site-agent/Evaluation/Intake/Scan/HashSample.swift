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
  private var slots: [UInt64] = []
  private var limit = UInt64.max
  private var halvings = 0
  private(set) var count = 0
  /// Insertions by the leading zero bits of their hashes, which say how small a sample they are in.
  private var insertions = [Int](repeating: 0, count: 65)

  /// What an insertion found.
  enum Outcome { case new, seen, outsideSample }

  /// A sample of at most `capacity` values.
  init(capacity: Int) { self.capacity = capacity }

  /// The share of all values that is looked at.
  var share: Double { 1 / Double(sign: .plus, exponent: min(halvings, 64), significand: 1) }

  /// Insertions of a value that was there before, of the values that the sample still has.
  var repeated: Int { insertions[min(halvings, 64)...].reduce(0, +) - count }

  /// How many different values there were: exact where `share` is 1, else an estimate.
  var distinct: Int { count << min(halvings, 40) }

  /// Takes the hash of a value that comes so many times.
  mutating func insert(_ value: UInt64, times: Int = 1) -> Outcome {
    let hash = value == 0 ? 1 : value
    insertions[hash.leadingZeroBitCount] += times
    guard hash <= limit else { return .outsideSample }
    if slots.isEmpty { slots = Array(repeating: 0, count: 64) }
    guard place(hash) else { return .seen }
    count += 1
    while count > capacity { halve() }
    if count * 2 > slots.count { rebuild(slots.count * 2) }
    return .new
  }

  /// Puts a hash into its slot; false when it is there already.
  private mutating func place(_ hash: UInt64) -> Bool {
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: hash) & mask
    while slots[slot] != 0 {
      if slots[slot] == hash { return false }
      slot = (slot + 1) & mask
    }
    slots[slot] = hash
    return true
  }

  private mutating func halve() {
    limit >>= 1
    halvings += 1
    rebuild(slots.count)
  }

  private mutating func rebuild(_ size: Int) {
    let old = slots
    slots = Array(repeating: 0, count: size)
    count = 0
    for hash in old where hash != 0 && hash <= limit {
      _ = place(hash)
      count += 1
    }
  }
}
