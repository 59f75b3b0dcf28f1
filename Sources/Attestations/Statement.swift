package import CanonicalJSON
package import Cryptography

/// A file that a statement speaks of: its path and its digest.
package struct Subject: Hashable, Sendable {
  /// The path, relative to the folder or bundle.
  package let name: String
  /// The digest of the bytes.
  package let digest: Digest

  /// A subject; the name is checked when it goes into a statement.
  package init(name: String, digest: Digest) {
    self.name = name
    self.digest = digest
  }
}

/// An in-toto Statement v1: what is said about which files.
///
/// - Source: in-toto attestation framework, spec v1, "Statement"; narrowed in `protocols/attestations.md`.
package struct Statement: Equatable, Sendable {
  /// The files, sorted by name, at least one.
  package let subjects: [Subject]
  /// The kind of the predicate.
  package let predicateType: PredicateType
  /// What is said; the module of its kind reads it.
  package let predicate: JSONObject

  static let type = "https://in-toto.io/Statement/v1"
  private static let mostSubjects = 20_000

  /// A statement about files, given in any order.
  ///
  /// - Throws: `AttestationError.subjectName`, or `.subjectOrder` for no subject or two with one name.
  package init(
    subjects: [Subject], predicateType: PredicateType, predicate: JSONObject
  ) throws(AttestationError) {
    let sorted = subjects.sorted { $0.name.precedesInBytes($1.name) }
    guard !sorted.isEmpty, sorted.count <= Self.mostSubjects else { throw .subjectOrder }
    guard sorted.allSatisfy({ Self.isPlainPath($0.name) }) else { throw .subjectName }
    for (subject, next) in zip(sorted, sorted.dropFirst()) where subject.name == next.name {
      throw .subjectOrder
    }
    self.subjects = sorted
    self.predicateType = predicateType
    self.predicate = predicate
  }

  /// The canonical bytes, as they are signed.
  package func encode() -> [UInt8] {
    encodeCanonicalJSON([
      "_type": .string(Self.type),
      "predicate": .object(predicate),
      "predicateType": .string(predicateType.rawValue),
      "subject": .array(
        subjects.map { ["digest": ["sha256": .string($0.digest.hex)], "name": .string($0.name)] }),
    ])
  }

  /// Reads the payload of a signed statement.
  ///
  /// - Throws: `AttestationError` naming the rule.
  package static func parse(_ bytes: [UInt8]) throws(AttestationError) -> Statement {
    let value: JSONValue
    do { value = try parseCanonicalJSON(bytes, limits: .attestation) } catch {
      throw .notCanonical(part: "statement", error)
    }
    return try readingDocument { () throws(DocumentError) in try Fields(DocumentField(value)) }.statement()
  }

  /// Parts of ASCII letters, digits, dot, hyphen and underscore, none starting with a dot: no way out of the
  /// folder, no hidden file, the same on every file system.
  private static func isPlainPath(_ name: String) -> Bool {
    guard (1...255).contains(name.utf8.count) else { return false }
    return name.utf8.split(separator: 0x2F, omittingEmptySubsequences: false).allSatisfy { part in
      guard let first = part.first, first != 0x2E, first != 0x2D else { return false }
      return part.allSatisfy { byte in
        (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte) || (0x30...0x39).contains(byte)
          || byte == 0x2E || byte == 0x2D || byte == 0x5F
      }
    }
  }
}

/// The fields of a statement as they stand in the document, before the rules about their values.
private struct Fields {
  private let type: String
  private let predicateType: String
  private let predicate: JSONObject
  private let subjects: [(name: String, digest: DocumentField)]

  init(_ field: DocumentField) throws(DocumentError) {
    var root = try field.object()
    type = try root.required("_type").string()
    predicateType = try root.required("predicateType").string()
    let predicateField = try root.required("predicate")
    guard case .object(let predicate) = predicateField.value else {
      throw predicateField.error("not an object", remedy: "write an object")
    }
    self.predicate = predicate
    var subjects: [(name: String, digest: DocumentField)] = []
    for subjectField in try root.required("subject").array(maximum: 100_000) {
      var subject = try subjectField.object()
      subjects.append((try subject.required("name").string(), try subject.required("digest")))
      try subject.finish()
    }
    self.subjects = subjects
    try root.finish()
  }

  func statement() throws(AttestationError) -> Statement {
    guard type.hasSameBytes(as: Statement.type) else { throw .statementType }
    guard let predicateType = PredicateType(rawValue: predicateType) else { throw .unknownPredicateType }
    var read: [Subject] = []
    for (name, digest) in subjects {
      read.append(Subject(name: name, digest: try sha256(digest, name: name)))
    }
    let statement = try Statement(subjects: read, predicateType: predicateType, predicate: predicate)
    guard statement.subjects == read else { throw .subjectOrder }
    return statement
  }

  /// in-toto allows several algorithms side by side; a verifier that knows one would ignore the others.
  private func sha256(_ field: DocumentField, name: String) throws(AttestationError) -> Digest {
    guard case .object(let object) = field.value, object.members.count == 1,
      case .string(let hex) = object["sha256"], let digest = try? Digest(hex: hex)
    else { throw .subjectDigest(name: name) }
    return digest
  }
}

/// Runs a typed reader and files its error under the attestation's.
func readingDocument<Result>(
  _ body: () throws(DocumentError) -> Result
) throws(AttestationError) -> Result {
  do { return try body() } catch { throw .malformed(error) }
}
