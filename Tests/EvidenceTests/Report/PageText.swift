import Glibc

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

extension String {
  /// Whether a text stands in it; the standard library's own search takes minutes on a page in a debug build.
  func holds(_ words: String) -> Bool { Array(utf8)[...].place(of: words) != nil }
}

extension ArraySlice<UInt8> {
  /// Where a text stands first.
  func place(of wanted: String) -> Range<Int>? {
    let bytes = Array(wanted.utf8)
    guard let first = bytes.first else { return nil }
    return withUnsafeBytes { all in
      guard let base = all.baseAddress else { return nil }
      var start = 0
      while start + bytes.count <= all.count,
        let hit = memchr(base + start, Int32(first), all.count - start)
      {
        let place = base.distance(to: UnsafeRawPointer(hit))
        guard place + bytes.count <= all.count else { return nil }
        if memcmp(hit, bytes, bytes.count) == 0 {
          return (startIndex + place)..<(startIndex + place + bytes.count)
        }
        start = place + 1
      }
      return nil
    }
  }
}
