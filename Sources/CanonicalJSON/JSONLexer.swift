/// Which of the three readers is at work.
enum JSONDialect {
  /// Our documents in the one form that may be signed.
  case canonical
  /// Our documents as a person writes them: spaces, order and escapes are free.
  case draft
  /// JSON of other programs.
  case foreign
}

/// Walks over the bytes of one document and keeps count of what it has cost.
///
/// It works on an array, not on a raw pointer: a mistake here ends in an error, never outside the buffer.
struct JSONLexer {
  let bytes: [UInt8]
  let limits: JSONLimits
  let dialect: JSONDialect
  var position = 0
  private var valueCount = 0
  private var depth = 0

  init(_ bytes: [UInt8], limits: JSONLimits, dialect: JSONDialect) throws(JSONError) {
    self.bytes = bytes
    self.limits = limits
    self.dialect = dialect
    guard bytes.count <= limits.maximumBytes else {
      throw JSONError(.tooManyBytes(count: bytes.count, limit: limits.maximumBytes), at: 0, in: [])
    }
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) || bytes.starts(with: [0xFE, 0xFF])
      || bytes.starts(with: [0xFF, 0xFE])
    {
      throw JSONError(.byteOrderMark, at: 0, in: bytes)
    }
  }

  func error(_ reason: JSONError.Reason, at offset: Int? = nil) -> JSONError {
    JSONError(reason, at: offset ?? position, in: bytes)
  }

  /// Skips whitespace where the dialect has any and shows the byte that comes next.
  mutating func peek() throws(JSONError) -> UInt8 {
    while position < bytes.count {
      let byte = bytes[position]
      guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return byte }
      if dialect == .canonical { throw error(.whitespace) }
      position += 1
    }
    throw error(.unexpectedEnd)
  }

  mutating func expect(_ byte: UInt8, _ name: String) throws(JSONError) {
    let found = try peek()
    guard found == byte else { throw error(.unexpectedByte(found, expected: name)) }
    position += 1
  }

  /// The byte after a member or an element: `true` for a comma, `false` for the closing bracket.
  mutating func continues(until closing: UInt8, _ expected: String) throws(JSONError) -> Bool {
    let byte = try peek()
    guard byte == 0x2C || byte == closing else { throw error(.unexpectedByte(byte, expected: expected)) }
    position += 1
    return byte == 0x2C
  }

  mutating func end() throws(JSONError) {
    while dialect != .canonical, position < bytes.count,
      [0x20, 0x0A, 0x0D, 0x09].contains(bytes[position])
    {
      position += 1
    }
    guard position == bytes.count else { throw error(.trailingBytes) }
  }

  /// Counts a value before anything is stored for it.
  mutating func countValue() throws(JSONError) {
    valueCount += 1
    guard valueCount <= limits.maximumValues else {
      throw error(.tooManyValues(limit: limits.maximumValues))
    }
  }

  /// Steps over the opening bracket of a container.
  mutating func open() throws(JSONError) {
    depth += 1
    guard depth <= limits.maximumDepth else { throw error(.tooDeep(limit: limits.maximumDepth)) }
    position += 1
  }

  mutating func close() { depth -= 1 }

  /// Steps over `true`, `false` or `null`.
  mutating func literal(_ text: StaticString) throws(JSONError) {
    let length = text.utf8CodeUnitCount
    for index in 0..<length {
      guard position + index < bytes.count else { throw error(.unexpectedEnd, at: bytes.count) }
      let byte = bytes[position + index]
      guard byte == text.utf8Start[index] else {
        throw error(.unexpectedByte(byte, expected: "\(text)"), at: position + index)
      }
    }
    position += length
  }
}
