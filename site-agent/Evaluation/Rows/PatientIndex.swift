import Models

/// Numbers patients in order of appearance, so that a row carries four bytes instead of an identifier.
///
/// The numbers mean nothing and are never written: only whether two rows have the same one. Identifiers lie
/// one behind the other in one array; the table is open-addressed and at most half full.
struct PatientIndex {
  private var bytes: [UInt8] = []
  private var ends: [Int] = []
  private var table: [UInt32] = Array(repeating: .max, count: 1024)

  /// The patients seen so far.
  var count: Int { ends.count }

  /// The number of a patient; nil beyond four billion patients.
  ///
  /// - Parameter hash: what `hash` gives for the identifier.
  mutating func number(of identifier: Cell, hash: Int) -> UInt32? {
    if 2 * (count + 1) > table.count { grow() }
    let slot = slot(of: identifier, hash: hash)
    if table[slot] != .max { return table[slot] }
    guard let number = UInt32(exactly: count), number != .max else { return nil }
    table[slot] = number
    bytes += identifier
    ends.append(bytes.count)
    return number
  }

  private func identifier(_ number: UInt32) -> Cell {
    let index = Int(number)
    return bytes[(index == 0 ? 0 : ends[index - 1])..<ends[index]]
  }

  /// The hash of an identifier. The standard library's is keyed anew in each process, so no choice of identifiers makes
  /// the index slow.
  static func hash(_ identifier: Cell) -> Int {
    var hasher = Hasher()
    identifier.withUnsafeBytes { hasher.combine(bytes: $0) }
    return hasher.finalize()
  }

  // The place where the identifier stands, or the free one where it belongs.
  private func slot(of identifier: Cell, hash: Int) -> Int {
    let mask = table.count - 1
    var slot = hash & mask
    while table[slot] != .max, self.identifier(table[slot]) != identifier { slot = (slot + 1) & mask }
    return slot
  }

  private mutating func grow() {
    table = Array(repeating: .max, count: 2 * table.count)
    for index in ends.indices {
      let number = UInt32(truncatingIfNeeded: index)
      let identifier = self.identifier(number)
      table[slot(of: identifier, hash: Self.hash(identifier))] = number
    }
  }
}

/// A set of patient numbers: one bit each.
struct PatientSet {
  private var words: [UInt64] = []
  private(set) var count = 0

  /// Adds a patient; false when it was there before.
  @discardableResult mutating func insert(_ number: UInt32) -> Bool {
    let word = Int(number / 64)
    let bit = UInt64(1) << UInt64(number % 64)
    if word >= words.count { words += repeatElement(0, count: max(word + 1 - words.count, words.count)) }
    guard words[word] & bit == 0 else { return false }
    words[word] |= bit
    count += 1
    return true
  }
}
