/// Reads XGBoost's JSON: standard JSON, and the bare words `NaN`, `Infinity` and `-Infinity` as numbers.
struct JSONCursor: FieldCursor {
  private let bytes: UnsafeBufferPointer<UInt8>
  private(set) var offset = 0
  /// For each open container, whether nothing of it has been read.
  private var isFirst: [Bool] = []

  /// The bytes must outlive the cursor.
  init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  func peek() throws(Failure) -> FieldKind {
    var index = offset
    while index < bytes.count, Self.isSpace(bytes[index]) { index += 1 }
    guard index < bytes.count else { throw .truncated(.xgboostJSON) }
    return switch bytes[index] {
    case UInt8(ascii: "{"): .object
    case UInt8(ascii: "["): .array
    case UInt8(ascii: "\""): .string
    case UInt8(ascii: "-"), 0x30...0x39, UInt8(ascii: "N"), UInt8(ascii: "I"): .number
    default: .other
    }
  }

  mutating func beginObject() throws(Failure) { try begin(UInt8(ascii: "{"), "an object") }

  mutating func nextKey() throws(Failure) -> String? {
    guard try next(before: UInt8(ascii: "}")) else { return nil }
    let key = try string()
    try take(UInt8(ascii: ":"), "a colon")
    return key
  }

  mutating func beginArray() throws(Failure) { try begin(UInt8(ascii: "["), "a list") }

  mutating func nextElement() throws(Failure) -> Bool { try next(before: UInt8(ascii: "]")) }

  mutating func string() throws(Failure) -> String {
    try take(UInt8(ascii: "\""), "a text")
    let start = offset
    while offset < bytes.count, bytes[offset] != UInt8(ascii: "\""), bytes[offset] != UInt8(ascii: "\\"),
      bytes[offset] >= 0x20
    {
      offset += 1
    }
    var text = Array(bytes[start..<offset])
    while true {
      guard offset < bytes.count else { throw .truncated(.xgboostJSON) }
      let byte = bytes[offset]
      offset += 1
      if byte == UInt8(ascii: "\"") { break }
      guard byte >= 0x20 else { throw malformed("no control character", at: offset - 1) }
      if byte == UInt8(ascii: "\\") { try escape(&text) } else { text.append(byte) }
    }
    guard let string = String(validating: text, as: UTF8.self) else {
      throw malformed("UTF-8", at: start)
    }
    return string
  }

  mutating func float() throws(Failure) -> Float {
    let start = try number()
    let text = bytes[start..<offset]
    if let value = DecimalText.float(UnsafeBufferPointer(rebasing: text)) { return value }
    if text.elementsEqual("NaN".utf8) { return .nan }
    if text.elementsEqual("Infinity".utf8) { return .infinity }
    if text.elementsEqual("-Infinity".utf8) { return -.infinity }
    throw malformed("a number", at: start)
  }

  mutating func integer() throws(Failure) -> Int64 {
    if try peek() == .other {
      if take(word: "true") { return 1 }
      if take(word: "false") { return 0 }
    }
    let start = try number()
    var index = start
    let isNegative = index < offset && bytes[index] == UInt8(ascii: "-")
    if isNegative { index += 1 }
    guard index < offset, offset - index <= 18 else { throw malformed("a whole number", at: start) }
    guard bytes[index] != 0x30 || offset - index == 1 else { throw malformed("a whole number", at: start) }
    var value: Int64 = 0
    while index < offset {
      guard (0x30...0x39).contains(bytes[index]) else { throw malformed("a whole number", at: start) }
      value = value * 10 + Int64(bytes[index] - 0x30)
      index += 1
    }
    return isNegative ? -value : value
  }

  mutating func skipScalar() throws(Failure) {
    switch try peek() {
    case .string: _ = try string()
    case .number: _ = try float()
    default:
      for word in ["true", "false", "null"] where take(word: word) { return }
      throw malformed("a value", at: offset)
    }
  }

  mutating func end() throws(Failure) {
    skipSpace()
    guard offset == bytes.count else { throw .bytesAfterEnd(.xgboostJSON, at: offset) }
  }

  // MARK: Parts

  private func malformed(_ expected: String, at offset: Int) -> Failure {
    .malformed(.xgboostJSON, at: offset, expected: expected)
  }

  @inline(__always)
  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
  }

  private mutating func skipSpace() {
    while offset < bytes.count, Self.isSpace(bytes[offset]) { offset += 1 }
  }

  private mutating func take(_ byte: UInt8, _ expected: String) throws(Failure) {
    skipSpace()
    guard offset < bytes.count else { throw .truncated(.xgboostJSON) }
    guard bytes[offset] == byte else { throw malformed(expected, at: offset) }
    offset += 1
  }

  private mutating func begin(_ byte: UInt8, _ expected: String) throws(Failure) {
    try take(byte, expected)
    guard isFirst.count < nestingLimit else { throw .nestedTooDeep(at: offset) }
    isFirst.append(true)
  }

  private mutating func next(before close: UInt8) throws(Failure) -> Bool {
    skipSpace()
    guard offset < bytes.count, let last = isFirst.indices.last else { throw .truncated(.xgboostJSON) }
    if bytes[offset] == close {
      offset += 1
      isFirst.removeLast()
      return false
    }
    if !isFirst[last] { try take(UInt8(ascii: ","), "a comma or the end") }
    isFirst[last] = false
    return true
  }

  /// Passes the bytes of a number, and gives where they begin.
  private mutating func number() throws(Failure) -> Int {
    skipSpace()
    let start = offset
    while offset < bytes.count {
      switch bytes[offset] {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2B, 0x2D, 0x2E: offset += 1
      default:
        guard offset > start else { throw malformed("a number", at: start) }
        return start
      }
    }
    throw .truncated(.xgboostJSON)
  }

  private mutating func take(word: String) -> Bool {
    skipSpace()
    guard bytes[offset...].starts(with: word.utf8) else { return false }
    offset += word.utf8.count
    return true
  }

  private mutating func escape(_ text: inout [UInt8]) throws(Failure) {
    guard offset < bytes.count else { throw .truncated(.xgboostJSON) }
    let byte = bytes[offset]
    offset += 1
    switch byte {
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "u"): try unicodeEscape(&text)
    default: throw malformed("an escape of JSON", at: offset - 1)
    }
  }

  private mutating func unicodeEscape(_ text: inout [UInt8]) throws(Failure) {
    let start = offset
    var units = [try codeUnit()]
    if UTF16.isLeadSurrogate(units[0]), bytes[offset...].starts(with: "\\u".utf8) {
      offset += 2
      units.append(try codeUnit())
    }
    guard let part = String(validating: units, as: UTF16.self), units != [0] else {
      throw malformed("a character other than NUL", at: start)
    }
    text.append(contentsOf: part.utf8)
  }

  private mutating func codeUnit() throws(Failure) -> UInt16 {
    guard offset + 4 <= bytes.count else { throw .truncated(.xgboostJSON) }
    var unit: UInt16 = 0
    for byte in bytes[offset..<offset + 4] {
      guard let digit = Character(UnicodeScalar(byte)).hexDigitValue else {
        throw malformed("four hexadecimal digits", at: offset)
      }
      unit = unit << 4 | UInt16(digit)
    }
    offset += 4
    return unit
  }
}
