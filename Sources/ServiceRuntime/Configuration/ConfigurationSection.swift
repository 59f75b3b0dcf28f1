package import CanonicalJSON

/// An object of a configuration file being read. Like `DocumentObject`, and it also knows the keys it was
/// asked for, so that a mistyped one is answered with the right one.
package struct ConfigurationSection {
  private var object: DocumentObject
  private let keys: [String]
  private var known: [String] = []

  fileprivate init(_ field: DocumentField) throws(DocumentError) {
    object = try field.object()
    keys = if case .object(let object) = field.value { object.members.map(\.key) } else { [] }
  }

  /// Where it stands; empty for the whole file.
  package var path: String { object.path }

  /// The value under a key.
  ///
  /// - Throws: `DocumentError` when the key is absent.
  package mutating func required(_ key: String) throws(DocumentError) -> DocumentField {
    known.append(key)
    if let field = object.optional(key) { return field }
    if let mistyped = nearest(to: key, among: keys.filter { !known.contains($0) }) {
      throw DocumentError(
        path: path, problem: "unknown key \(mistyped)", remedy: "did you mean \(key)?")
    }
    return try object.required(key)
  }

  /// The value under a key that may be absent.
  package mutating func optional(_ key: String) -> DocumentField? {
    known.append(key)
    return object.optional(key)
  }

  /// Refuses keys that were not asked for.
  fileprivate func finish() throws(DocumentError) {
    do throws(DocumentError) {
      try object.finish()
    } catch {
      let unknown = keys.first { !known.contains($0) }
      guard let unknown, let likely = nearest(to: unknown, among: known) else { throw error }
      throw DocumentError(
        path: error.path, problem: error.problem, remedy: "did you mean \(likely)?")
    }
  }
}

extension DocumentField {
  /// Reads the value as an object whose keys `body` asks for; a key that nobody asked for is refused, and a
  /// mistyped required key is reported as that and not as missing.
  package func section<Settings>(
    _ body: (inout ConfigurationSection) throws -> Settings
  ) throws -> Settings {
    var section = try ConfigurationSection(self)
    let settings = try body(&section)
    try section.finish()
    return settings
  }
}
