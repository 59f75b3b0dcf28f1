/// A value of JSON that other programs wrote: model artifacts, feature definitions.
package enum ForeignJSONValue: Sendable {
  /// An object in document order; no key appears twice.
  case object([(key: String, value: ForeignJSONValue)])
  /// An array.
  case array([ForeignJSONValue])
  /// Any valid text.
  case string(String)
  /// A number as it was written, at most 64 characters; the reader of the format decides what it means.
  case number(String)
  /// `true` or `false`.
  case boolean(Bool)
  /// `null`.
  case null
}

/// Reads JSON of other programs: any key, any valid text, numbers kept as text; a repeated key, a lone
/// surrogate, a byte order mark and anything beyond the limits are refused.
///
/// - Throws: `JSONError` with the first place that breaks a rule of `protocols/json.md`, section 5.
/// - Source: RFC 8259 grammar.
package func parseForeignJSON(_ bytes: [UInt8], limits: JSONLimits) throws(JSONError) -> ForeignJSONValue {
  var lexer = try JSONLexer(bytes, limits: limits, dialect: .foreign)
  let value = try lexer.foreignValue()
  try lexer.end()
  return value
}

extension JSONLexer {
  // Recursive, but never deeper than `JSONLimits.deepestNesting`.
  fileprivate mutating func foreignValue() throws(JSONError) -> ForeignJSONValue {
    let byte = try peek()
    try countValue()
    switch byte {
    case 0x7B: return .object(try foreignObject())
    case 0x5B: return .array(try foreignArray())
    case 0x22: return .string(try string())
    case 0x2D, 0x30...0x39: return .number(try numberText())
    case 0x74:
      try literal("true")
      return .boolean(true)
    case 0x66:
      try literal("false")
      return .boolean(false)
    case 0x6E:
      try literal("null")
      return .null
    default: throw error(.unexpectedByte(byte, expected: "a value"))
    }
  }

  private mutating func foreignArray() throws(JSONError) -> [ForeignJSONValue] {
    try open()
    defer { close() }
    var elements: [ForeignJSONValue] = []
    if try peek() == 0x5D {
      position += 1
      return elements
    }
    repeat { elements.append(try foreignValue()) } while try continues(until: 0x5D, "a comma or ]")
    return elements
  }

  private mutating func foreignObject() throws(JSONError) -> [(key: String, value: ForeignJSONValue)] {
    try open()
    defer { close() }
    var members: [(key: String, value: ForeignJSONValue)] = []
    var places: [Int] = []
    if try peek() == 0x7D {
      position += 1
      return members
    }
    repeat {
      let byte = try peek()
      guard byte == 0x22 else { throw error(.unexpectedByte(byte, expected: "a key")) }
      places.append(position)
      let key = try string()
      try expect(0x3A, "a colon")
      members.append((key, try foreignValue()))
    } while try continues(until: 0x7D, "a comma or }")
    try refuseRepeatedKeys(of: members, at: places)
    return members
  }

  /// Keys are compared as decoded bytes, so `"a"` and `"\u0061"` are the same key, and two normalisation
  /// forms of one letter are not.
  private func refuseRepeatedKeys(
    of members: [(key: String, value: ForeignJSONValue)], at places: [Int]
  ) throws(JSONError) {
    let order = members.indices.sorted { members[$0].key.precedesInBytes(members[$1].key) }
    for (left, right) in zip(order, order.dropFirst())
    where members[left].key.hasSameBytes(as: members[right].key) {
      throw error(.duplicateKey, at: max(places[left], places[right]))
    }
  }
}
