package import CanonicalJSON
package import Cryptography

/// Whether what an entry speaks of was done.
package enum AuditOutcome: String, CaseIterable, Sendable {
  /// The state changed.
  case done
  /// Somebody was told no.
  case refused
}

/// One entry of a tenant's audit log: who did what to which object, bound to the entry before it.
///
/// - Source: `protocols/audit-log.md`, section "Entry".
package struct AuditEntry: Equatable, Sendable {
  /// Its number, from 1 without gaps.
  package let sequence: Int64
  /// The digest of the entry before it; for the first, of the tenant's id.
  package let previous: Digest
  /// The server's clock. Numbers order entries; times do not.
  package let time: UTCTime
  /// `user/<id>`, `site/<site>/agent/<instance>`, `system` or `join`.
  package let actor: String
  /// Such as `round.opened`.
  package let action: String
  /// Such as `site/north`.
  package let object: String
  /// Texts, whole numbers and truth values; never a secret, never anything about a patient.
  package let detail: JSONObject
  /// Done or refused.
  package let outcome: AuditOutcome

  static let format = "urn:equipoise:audit-entry:v1"
  static let limits = JSONLimits(
    maximumBytes: 16_384, maximumDepth: 4, maximumValues: 64, maximumStringBytes: 4096)

  init(
    sequence: Int64, previous: Digest, time: UTCTime, actor: String, action: String, object: String,
    detail: JSONObject, outcome: AuditOutcome
  ) {
    self.sequence = sequence
    self.previous = previous
    self.time = time
    self.actor = actor
    self.action = action
    self.object = object
    self.detail = detail
    self.outcome = outcome
  }

  /// The canonical bytes, which are stored and whose digest the next entry carries.
  package func encode() -> [UInt8] {
    encodeCanonicalJSON([
      "action": .string(action), "actor": .string(actor), "detail": .object(detail),
      "format": .string(Self.format), "object": .string(object), "outcome": .string(outcome.rawValue),
      "previous": .string(previous.text), "sequence": .integer(sequence), "time": .string(time.text),
    ])
  }

  /// Reads an entry's bytes.
  ///
  /// - Throws: `AuditDefect.malformed` or `.notCanonical`.
  package static func parse(_ bytes: [UInt8]) throws(AuditDefect) -> AuditEntry {
    let value: JSONValue
    do { value = try parseCanonicalJSON(bytes, limits: limits) } catch { throw .notCanonical(error) }
    do { return try AuditEntry(DocumentField(value)) } catch { throw .malformed(error) }
  }

  private init(_ field: DocumentField) throws(DocumentError) {
    var root = try field.object()
    let format = try root.required("format")
    guard try format.string().utf8.elementsEqual(Self.format.utf8) else {
      throw format.error("another format", remedy: "give an audit entry")
    }
    sequence = Int64(
      try root.required("sequence").integer(in: 1...Int(JSONValue.maximumInteger)))
    let previous = try root.required("previous")
    guard let digest = try? Digest(parsing: try previous.string()) else {
      throw previous.error("not a digest", remedy: "write sha256: and 64 lower-case hexadecimal digits")
    }
    self.previous = digest
    time = try root.required("time").time()
    actor = try root.required("actor").word(extra: "/-")
    action = try root.required("action").word(extra: ".-")
    object = try root.required("object").string(maximum: 200)
    outcome = try root.required("outcome").choice(of: AuditOutcome.self)
    let detail = try root.required("detail")
    guard case .object(let members) = detail.value else {
      throw detail.error("not an object", remedy: "write an object")
    }
    for member in members.members {
      switch member.value {
      case .string(let text) where text.unicodeScalars.count <= 500: break
      case .integer, .boolean: break
      default:
        throw detail.error(
          "\(member.key) is not a short text, a number or a truth value", remedy: "write one of those")
      }
    }
    self.detail = members
    try root.finish()
  }
}

extension DocumentField {
  /// ASCII letters, digits and a few more characters, 1 to 200 bytes.
  fileprivate func word(extra: String) throws(DocumentError) -> String {
    let text = try string(maximum: 200)
    let isPlain = text.utf8.allSatisfy { byte in
      (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte) || (0x30...0x39).contains(byte)
        || extra.utf8.contains(byte)
    }
    guard isPlain else {
      throw error("a character that has no place here", remedy: "use letters, digits and \(extra)")
    }
    return text
  }
}
