/// Reads a document and refuses every spelling but the canonical one: the bytes equal
/// `encodeCanonicalJSON` of the result.
///
/// - Throws: `JSONError` with the first place that breaks a rule of `protocols/json.md`.
/// - Source: RFC 8785 (JCS), narrowed to integers, ASCII keys and the text rules of the profile.
package func parseCanonicalJSON(_ bytes: [UInt8], limits: JSONLimits) throws(JSONError) -> JSONValue {
  try parse(bytes, limits: limits, dialect: .canonical)
}

/// Reads a document as a person writes it: whitespace, the order of keys and escapes are free, every other
/// rule of the profile holds.
///
/// - Throws: `JSONError` with the first place that breaks a rule of `protocols/json.md`.
package func parseStrictJSON(_ bytes: [UInt8], limits: JSONLimits) throws(JSONError) -> JSONValue {
  try parse(bytes, limits: limits, dialect: .draft)
}

private func parse(
  _ bytes: [UInt8], limits: JSONLimits, dialect: JSONDialect
) throws(JSONError) -> JSONValue {
  var lexer = try JSONLexer(bytes, limits: limits, dialect: dialect)
  let value = try lexer.value()
  try lexer.end()
  return value
}

extension JSONLexer {
  // Recursive, but never deeper than `JSONLimits.deepestNesting`.
  fileprivate mutating func value() throws(JSONError) -> JSONValue {
    let byte = try peek()
    try countValue()
    switch byte {
    case 0x7B: return .object(try object())
    case 0x5B: return .array(try array())
    case 0x22: return .string(try string())
    case 0x2D, 0x30...0x39: return .integer(try integer())
    case 0x74:
      try literal("true")
      return .boolean(true)
    case 0x66:
      try literal("false")
      return .boolean(false)
    case 0x6E:
      let start = position
      try literal("null")
      throw error(.null, at: start)
    default: throw error(.unexpectedByte(byte, expected: "a value"))
    }
  }

  private mutating func array() throws(JSONError) -> [JSONValue] {
    try open()
    defer { close() }
    var elements: [JSONValue] = []
    if try peek() == 0x5D {
      position += 1
      return elements
    }
    repeat { elements.append(try value()) } while try continues(until: 0x5D, "a comma or ]")
    return elements
  }

  private mutating func object() throws(JSONError) -> JSONObject {
    try open()
    defer { close() }
    var members: [(member: JSONObject.Member, place: Int)] = []
    if try peek() == 0x7D {
      position += 1
      return JSONObject()
    }
    var previous: Range<Int>?
    repeat {
      let byte = try peek()
      guard byte == 0x22 else { throw error(.unexpectedByte(byte, expected: "a key")) }
      let start = position
      let range = try profileKey()
      let key = String(decoding: bytes[range], as: UTF8.self)
      if dialect == .canonical, let previous,
        !bytes[previous].lexicographicallyPrecedes(bytes[range])
      {
        let isRepeated = members.contains { $0.member.key == key }
        throw error(isRepeated ? .duplicateKey : .keyOrder(key: key), at: start)
      }
      previous = range
      try expect(0x3A, "a colon")
      members.append((JSONObject.Member(key: key, value: try value()), start))
    } while try continues(until: 0x7D, "a comma or }")
    if dialect != .canonical { try sortUnique(&members) }
    return JSONObject(sortedMembers: members.map(\.member))
  }

  private func sortUnique(_ members: inout [(member: JSONObject.Member, place: Int)]) throws(JSONError) {
    members.sort { $0.member.key.precedesInBytes($1.member.key) }
    for (left, right) in zip(members, members.dropFirst())
    where left.member.key.hasSameBytes(as: right.member.key) {
      throw error(.duplicateKey, at: max(left.place, right.place))
    }
  }
}
