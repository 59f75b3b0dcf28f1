// Swift's `==` and `<` on strings use canonical equivalence: "é" in one code point equals "e" followed by
// U+0301. Signed documents are bytes, so every comparison of theirs goes through these.
extension String {
  /// Whether both strings have the same UTF-8 bytes.
  package func hasSameBytes(as other: String) -> Bool {
    utf8.count == other.utf8.count && utf8.elementsEqual(other.utf8)
  }

  /// Whether this string's UTF-8 bytes sort before the other's.
  package func precedesInBytes(_ other: String) -> Bool {
    utf8.lexicographicallyPrecedes(other.utf8)
  }
}
