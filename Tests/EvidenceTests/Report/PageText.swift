extension String {
  /// The text between two marks, the first time they stand there.
  func section(from start: String, to end: String) -> String? {
    components(between: start, and: end).first
  }

  /// Every text between a mark and the next other one.
  func components(between start: String, and end: String) -> [String] {
    var found: [String] = []
    var rest = Array(utf8)[...]
    while let from = rest.place(of: start) {
      rest = rest[from.upperBound...]
      guard let to = rest.place(of: end) else { break }
      found.append(String(decoding: rest[..<to.lowerBound], as: UTF8.self))
      rest = rest[to.upperBound...]
    }
    return found
  }
}

extension ArraySlice<UInt8> {
  /// Where a text stands first.
  func place(of wanted: String) -> Range<Int>? {
    let bytes = Array(wanted.utf8)
    guard let first = bytes.first else { return nil }
    var start = startIndex
    while let candidate = self[start...].firstIndex(of: first) {
      if self[candidate...].starts(with: bytes) { return candidate..<(candidate + bytes.count) }
      start = candidate + 1
    }
    return nil
  }
}
