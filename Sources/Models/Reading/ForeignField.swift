import CanonicalJSON

/// A value of a vendor's file on its way into a type, with the path that an error will name.
struct ForeignField {
  let value: ForeignJSONValue
  let path: String

  func object() throws(DocumentError) -> ForeignObject {
    guard case .object(let members) = value else { throw error("not an object", "write an object") }
    return ForeignObject(members, path: path)
  }

  func array(maximum: Int) throws(DocumentError) -> [ForeignField] {
    guard case .array(let elements) = value else { throw error("not an array", "write an array") }
    guard elements.count <= maximum else {
      throw error("has \(elements.count) elements", "give at most \(maximum) elements")
    }
    return elements.enumerated().map { ForeignField(value: $0.element, path: "\(path)[\($0.offset)]") }
  }

  /// Text of 1 to 200 characters, or of none where `canBeEmpty`.
  func string(canBeEmpty: Bool = false, maximum: Int = 200) throws(DocumentError) -> String {
    guard case .string(let text) = value else { throw error("not a text", "write a text in quotation marks") }
    guard canBeEmpty || !text.isEmpty, text.unicodeScalars.count <= maximum else {
      throw error("a text of unsuitable length", "write 1 to \(maximum) characters")
    }
    return text
  }

  /// A finite binary64.
  func number() throws(DocumentError) -> Double {
    guard case .number(let text) = value else { throw error("not a number", "write a number") }
    guard let number = parseNumber(Cell(text.utf8)) else {
      throw error("not a finite number", "write a number that a binary64 can hold")
    }
    return number
  }

  /// Refuses any text but one.
  func expect(_ text: String) throws(DocumentError) {
    guard case .string(let found) = value, found.hasSameBytes(as: text) else {
      throw error("this reader does not know that value", "only \(text) is supported")
    }
  }

  /// Refuses any number but one.
  func expect(_ number: Int) throws(DocumentError) {
    guard case .number(let found) = value, found == String(number) else {
      throw error("this reader does not know that value", "only \(number) is supported")
    }
  }

  func error(_ problem: String, _ remedy: String) -> DocumentError {
    DocumentError(path: path, problem: problem, remedy: remedy)
  }
}

/// An object of a vendor's file: what nobody asks for is refused, because it could change what is meant.
struct ForeignObject {
  private let members: [(key: String, value: ForeignJSONValue)]
  private let path: String
  private var unread: Set<Int>

  init(_ members: [(key: String, value: ForeignJSONValue)], path: String) {
    self.members = members
    self.path = path
    unread = Set(members.indices)
  }

  mutating func required(_ key: String) throws(DocumentError) -> ForeignField {
    guard let field = optional(key) else {
      throw DocumentError(path: path, problem: "key \(key) is missing", remedy: "add \(key)")
    }
    return field
  }

  mutating func optional(_ key: String) -> ForeignField? {
    // By bytes: `==` on texts would take two normalisation forms for one key.
    guard let index = members.firstIndex(where: { $0.key.hasSameBytes(as: key) }) else { return nil }
    unread.remove(index)
    return ForeignField(value: members[index].value, path: path.isEmpty ? key : "\(path).\(key)")
  }

  /// Every member, for objects whose keys are data.
  mutating func all() -> [(key: String, field: ForeignField)] {
    unread = []
    return members.map { ($0.key, ForeignField(value: $0.value, path: "\(path).\($0.key)")) }
  }

  func finish() throws(DocumentError) {
    guard let index = unread.min() else { return }
    throw DocumentError(
      path: path, problem: "unknown key \(members[index].key.prefix(60))",
      remedy: "remove it, or update this program if the format has grown")
  }
}
