/// One value of the product's JSON profile: no null, no fraction, no exponent (`protocols/json.md`).
package enum JSONValue: Sendable {
  /// An object; its members are unique and sorted by key.
  case object(JSONObject)
  /// An array, in document order.
  case array([JSONValue])
  /// Text. Equality is by UTF-8 bytes, not by canonical equivalence.
  case string(String)
  /// A whole number; documents hold only −(2^53−1)...2^53−1.
  case integer(Int64)
  /// `true` or `false`.
  case boolean(Bool)
}

extension JSONValue {
  /// The largest magnitude of an integer in a document, 2^53−1: the range every JSON reader keeps exact.
  package static let maximumInteger: Int64 = 9_007_199_254_740_991

  /// What the value is, for messages that must not quote it.
  package var kind: String {
    switch self {
    case .object: "an object"
    case .array: "an array"
    case .string: "a string"
    case .integer: "an integer"
    case .boolean: "a boolean"
    }
  }
}

extension JSONValue: Equatable {
  /// Equal trees, strings compared byte by byte.
  package static func == (left: JSONValue, right: JSONValue) -> Bool {
    switch (left, right) {
    case (.object(let left), .object(let right)): left == right
    case (.array(let left), .array(let right)): left == right
    case (.string(let left), .string(let right)): left.hasSameBytes(as: right)
    case (.integer(let left), .integer(let right)): left == right
    case (.boolean(let left), .boolean(let right)): left == right
    default: false
    }
  }
}

extension JSONValue: ExpressibleByDictionaryLiteral {
  /// An object from unique keys in any order.
  package init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(JSONObject(uniqueMembers: elements))
  }
}

extension JSONValue: ExpressibleByArrayLiteral {
  /// An array.
  package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
}

extension JSONValue: ExpressibleByStringLiteral {
  /// A string.
  package init(stringLiteral value: String) { self = .string(value) }
}

extension JSONValue: ExpressibleByIntegerLiteral {
  /// An integer.
  package init(integerLiteral value: Int64) { self = .integer(value) }
}

extension JSONValue: ExpressibleByBooleanLiteral {
  /// A boolean.
  package init(booleanLiteral value: Bool) { self = .boolean(value) }
}
