extension JSONLexer {
  /// A string; the profile's text rules hold in our own documents.
  mutating func string() throws(JSONError) -> String {
    let opening = position
    var cursor = opening + 1
    var isPlain = true
    let furthest = limits.maximumStringBytes
    while true {
      guard cursor < bytes.count else { throw error(.unexpectedEnd, at: cursor) }
      let byte = bytes[cursor]
      if byte == 0x22 { break }
      if byte == 0x5C { return try escapedString(from: opening, firstEscape: cursor) }
      guard byte >= 0x20 else { throw error(.controlCharacter, at: cursor) }
      if byte >= 0x7F { isPlain = false }
      cursor += 1
      guard cursor - opening - 1 <= furthest else {
        throw error(.stringTooLong(limit: furthest), at: opening)
      }
    }
    position = cursor + 1
    return try text(bytes[(opening + 1)..<cursor], isPlain: isPlain, at: opening)
  }

  /// A key of our own documents: its place in the bytes, since it can hold no escape.
  mutating func profileKey() throws(JSONError) -> Range<Int> {
    let opening = position
    var cursor = opening + 1
    // in-toto's `_type` is the one name outside the rule.
    if bytes[cursor...].starts(with: [0x5F, 0x74, 0x79, 0x70, 0x65, 0x22]) {
      position = cursor + 6
      return cursor..<(cursor + 5)
    }
    while true {
      guard cursor < bytes.count else { throw error(.unexpectedEnd, at: cursor) }
      let byte = bytes[cursor]
      if byte == 0x22 { break }
      let isLower = byte >= 0x61 && byte <= 0x7A
      let isUpperOrDigit = (byte >= 0x41 && byte <= 0x5A) || (byte >= 0x30 && byte <= 0x39)
      guard isLower || (isUpperOrDigit && cursor > opening + 1), cursor - opening <= longestKey else {
        throw error(.keyOutsideProfile, at: opening)
      }
      cursor += 1
    }
    guard cursor > opening + 1 else { throw error(.keyOutsideProfile, at: opening) }
    position = cursor + 1
    return (opening + 1)..<cursor
  }

  private func text(
    _ bytes: some Collection<UInt8>, isPlain: Bool, at opening: Int
  ) throws(JSONError) -> String {
    if isPlain { return String(decoding: bytes, as: UTF8.self) }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw error(.invalidUTF8, at: opening)
    }
    if dialect != .foreign, let reason = checkText(text) { throw error(reason, at: opening) }
    return text
  }

  private mutating func escapedString(from opening: Int, firstEscape: Int) throws(JSONError) -> String {
    var decoded = Array(bytes[(opening + 1)..<firstEscape])
    position = firstEscape
    while true {
      guard position < bytes.count else { throw error(.unexpectedEnd) }
      let byte = bytes[position]
      if byte == 0x22 { break }
      if byte == 0x5C {
        try escape(into: &decoded)
      } else {
        guard byte >= 0x20 else { throw error(.controlCharacter) }
        decoded.append(byte)
        position += 1
      }
      guard decoded.count <= limits.maximumStringBytes else {
        throw error(.stringTooLong(limit: limits.maximumStringBytes), at: opening)
      }
    }
    position += 1
    if dialect != .foreign, decoded.contains(where: { $0 < 0x20 }) {
      throw error(.controlCharacter, at: opening)
    }
    return try text(decoded, isPlain: decoded.allSatisfy { $0 < 0x7F }, at: opening)
  }

  private mutating func escape(into decoded: inout [UInt8]) throws(JSONError) {
    guard position + 1 < bytes.count else { throw error(.unexpectedEnd, at: bytes.count) }
    let selector = bytes[position + 1]
    // Quotation mark and backslash are the only characters of the profile that JSON must escape.
    if dialect == .canonical, selector != 0x22, selector != 0x5C { throw error(.needlessEscape) }
    switch selector {
    case 0x22, 0x5C, 0x2F: decoded.append(selector)
    case 0x62: decoded.append(0x08)
    case 0x66: decoded.append(0x0C)
    case 0x6E: decoded.append(0x0A)
    case 0x72: decoded.append(0x0D)
    case 0x74: decoded.append(0x09)
    case 0x75:
      let scalar = try unicodeEscape()
      decoded.append(contentsOf: UTF8.encode(scalar).map(Array.init) ?? [])
      return
    default: throw error(.malformedEscape)
    }
    position += 2
  }

  /// `\uXXXX`, or two of them that form a surrogate pair.
  private mutating func unicodeEscape() throws(JSONError) -> Unicode.Scalar {
    let start = position
    let first = try codeUnit()
    if let scalar = Unicode.Scalar(UInt32(first)) { return scalar }
    guard first < 0xDC00, position + 1 < bytes.count, bytes[position] == 0x5C, bytes[position + 1] == 0x75
    else { throw error(.loneSurrogate, at: start) }
    let second = try codeUnit()
    guard (0xDC00..<0xE000).contains(second) else { throw error(.loneSurrogate, at: start) }
    // Both halves are in range now, so the sum is a scalar.
    let value = 0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00)
    guard let scalar = Unicode.Scalar(value) else { throw error(.loneSurrogate, at: start) }
    return scalar
  }

  private mutating func codeUnit() throws(JSONError) -> UInt16 {
    var unit: UInt16 = 0
    for index in (position + 2)..<(position + 6) {
      guard index < bytes.count else { throw error(.unexpectedEnd, at: bytes.count) }
      let byte = bytes[index]
      switch byte {
      case 0x30...0x39: unit = unit << 4 | UInt16(byte - 0x30)
      case 0x41...0x46: unit = unit << 4 | UInt16(byte - 0x37)
      case 0x61...0x66: unit = unit << 4 | UInt16(byte - 0x57)
      default: throw error(.malformedEscape)
      }
    }
    position += 6
    return unit
  }
}

/// The longest key of a document, in bytes.
private let longestKey = 64
