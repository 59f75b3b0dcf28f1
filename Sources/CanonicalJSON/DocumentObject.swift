/// An object being read: each key is asked for by name, and what nobody asked for is refused.
package struct DocumentObject {
  /// The path of the object.
  package let path: String
  private let object: JSONObject
  private var isRead: [Bool]

  init(_ object: JSONObject, path: String) {
    self.object = object
    self.path = path
    isRead = Array(repeating: false, count: object.members.count)
  }

  /// The value under a key.
  ///
  /// - Throws: `DocumentError` when the key is absent.
  package mutating func required(_ key: String) throws(DocumentError) -> DocumentField {
    guard let field = optional(key) else {
      throw DocumentError(
        path: path, problem: "key \(key) is missing", remedy: "add \(key); its format page says what it holds"
      )
    }
    return field
  }

  /// The value under a key that may be absent.
  package mutating func optional(_ key: String) -> DocumentField? {
    guard let index = object.index(of: key) else { return nil }
    isRead[index] = true
    return DocumentField(object.members[index].value, path: path.isEmpty ? key : "\(path).\(key)")
  }

  /// Refuses keys that were not asked for: a document may not say more than its reader understands.
  ///
  /// - Throws: `DocumentError` naming up to five of them.
  package func finish() throws(DocumentError) {
    let unknown = zip(object.members, isRead).filter { !$0.1 }.map(\.0.key)
    guard !unknown.isEmpty else { return }
    let names = unknown.prefix(5).joined(separator: ", ") + (unknown.count > 5 ? ", …" : "")
    throw DocumentError(
      path: path, problem: "unknown \(unknown.count == 1 ? "key" : "keys") \(names)",
      remedy: "remove what the format does not define, or check the spelling")
  }
}
