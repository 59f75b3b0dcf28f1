/// The name of a column as words: `ptLastName`, `PT_LAST_NAME` and `pt last name` are the same.
struct ColumnWords {
  let words: [String]
  /// All words in one, for names without separators such as `dateofbirth`.
  let joined: String

  init(_ name: String) {
    var words: [String] = []
    var word: [UInt8] = []
    var previous: UInt8 = 0
    let bytes = Array(name.utf8)
    for (index, byte) in bytes.enumerated() {
      let isUpper = (0x41...0x5A).contains(byte)
      let startsWord =
        isUpper
        && ((0x61...0x7A).contains(previous)
          || ((0x41...0x5A).contains(previous) && index + 1 < bytes.count
            && (0x61...0x7A).contains(bytes[index + 1])))
      let changesKind = isDigit(byte) != isDigit(previous)
      if !isAlphanumeric(byte) || startsWord || changesKind, !word.isEmpty {
        words.append(String(decoding: word, as: UTF8.self))
        word = []
      }
      if isAlphanumeric(byte) { word.append(lower(byte)) }
      previous = byte
    }
    if !word.isEmpty { words.append(String(decoding: word, as: UTF8.self)) }
    self.words = words
    joined = words.joined()
  }

  /// Whether the words of `phrase` stand next to each other, or the name is the phrase without spaces, with or
  /// without a word for the patient before it.
  func contains(_ phrase: [String]) -> Bool {
    guard !phrase.isEmpty else { return false }
    if words.count >= phrase.count {
      for start in 0...(words.count - phrase.count)
      where Array(words[start..<(start + phrase.count)]) == phrase {
        return true
      }
    }
    let text = phrase.joined()
    return joined == text || ["patient", "pt", "pat"].contains { joined == $0 + text }
  }

  /// Whether any of the phrases is there.
  func containsAny(_ phrases: [[String]]) -> Bool { phrases.contains(where: contains) }

  /// Whether all words are among these.
  func consists(of allowed: Set<String>) -> Bool { words.allSatisfy { allowed.contains($0) || isNumber($0) } }

  private func isNumber(_ word: String) -> Bool { word.utf8.allSatisfy(isDigit) }
}

/// Splits lines of phrases, divided by commas, into words.
func phrases(_ text: String) -> [[String]] {
  text.split(whereSeparator: { $0 == "," || $0 == "\n" }).map { phrase in
    phrase.split(separator: " ").map(String.init)
  }.filter { !$0.isEmpty }
}
