import Glibc

extension String {
  /// Whether both strings are the same UTF-8 bytes. `==` on `String` is canonical equivalence, which would take two
  /// spellings for one.
  package func hasSameBytes(as other: String) -> Bool {
    guard utf8.count == other.utf8.count else { return false }
    return withBytes(of: other) { memcmp($0, $1, $2) == 0 } ?? utf8.elementsEqual(other.utf8)
  }

  /// Whether this string's UTF-8 bytes sort before the other's.
  package func precedesInBytes(_ other: String) -> Bool {
    let shorter = utf8.count < other.utf8.count
    return withBytes(of: other) { mine, theirs, count in
      let order = memcmp(mine, theirs, count)
      return order < 0 || (order == 0 && shorter)
    } ?? utf8.lexicographicallyPrecedes(other.utf8)
  }

  // Both strings' bytes and the number that both have; nil where a string does not hold its bytes in one place. Members of
  // documents are found by comparing keys, so this is where reading spends its time.
  private func withBytes(
    of other: String, _ body: (UnsafePointer<UInt8>, UnsafePointer<UInt8>, Int) -> Bool
  ) -> Bool? {
    let result = utf8.withContiguousStorageIfAvailable { mine -> Bool? in
      other.utf8.withContiguousStorageIfAvailable { theirs -> Bool? in
        guard let first = mine.baseAddress, let second = theirs.baseAddress else { return nil }
        return body(first, second, min(mine.count, theirs.count))
      } ?? nil
    }
    return result ?? nil
  }
}
