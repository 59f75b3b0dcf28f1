package import CanonicalJSON
package import Cryptography
import EvaluationProtocols

/// Why bytes left, or were about to leave, the hospital.
package enum EgressKind: String, CaseIterable, Sendable {
  /// A signed submission.
  case submission
  /// The request that uses an invitation.
  case join
  /// The request for a new certificate.
  case renewal
  /// The answer that an assignment is not carried out, with its code.
  case refusal
  /// A signed statement how far the site goes with a study.
  case consent
  /// A signed statement that a word arrived, or that the model was switched off or on here.
  case acknowledgement
}

/// One line of the egress log, written before the bytes that it names leave.
///
/// Each entry holds the digest of the one before it, so that nothing can be changed, taken out or put in
/// without changing every later entry. Format: `protocols/egress-log.md`.
package struct EgressEntry: Sendable, Equatable {
  /// The value of the document's `format` member.
  package static let format = "urn:equipoise:egress-entry:v1"

  /// 1 for the first, then growing by one.
  package let sequence: Int
  /// The digest of the previous entry's bytes; of the tenant's id for the first.
  package let previous: Digest
  package let time: UTCTime
  package let kind: EgressKind
  /// Method and URL, as sent.
  package let destination: String
  /// The assignment that is answered, for submissions and refusals.
  package let assignment: String?
  /// SHA-256 of the body.
  package let digest: Digest
  /// How many bytes the body has.
  package let bytes: Int

  /// An entry after another one.
  package init(
    sequence: Int, previous: Digest, time: UTCTime, kind: EgressKind, destination: String,
    assignment: String?, digest: Digest, bytes: Int
  ) {
    self.sequence = sequence
    self.previous = previous
    self.time = time
    self.kind = kind
    self.destination = destination
    self.assignment = assignment
    self.digest = digest
    self.bytes = bytes
  }

  /// Reads the bytes of an entry.
  ///
  /// - Throws: `EgressLogError.malformed`.
  package init(parsing content: [UInt8], at position: Int) throws(EgressLogError) {
    do {
      var object = try DocumentField(parseCanonicalJSON(content, limits: .small)).object()
      try object.expectFormat(Self.format)
      sequence = try object.required("sequence").integer(in: 1...Int(JSONValue.maximumInteger))
      previous = try object.required("previous").digest()
      time = try object.required("time").time()
      kind = try object.required("kind").choice(of: EgressKind.self)
      destination = try object.required("destination").string(maximum: 2000)
      assignment = try object.optional("assignment")?.identifier()
      digest = try object.required("digest").digest()
      bytes = try object.required("bytes").integer(in: 0...Int(JSONValue.maximumInteger))
      try object.finish()
    } catch {
      throw .malformed(entry: position, problem: "\(error)")
    }
  }

  /// The canonical bytes; their digest is the next entry's `previous`.
  package func encode() -> [UInt8] { encodeCanonicalJSON(.object(json)) }

  /// The entry as an object, for lists.
  package var json: JSONObject {
    var object: JSONObject = [
      "format": .string(Self.format), "sequence": .integer(Int64(sequence)),
      "previous": .string(previous.text), "time": .string(time.text), "kind": .string(kind.rawValue),
      "destination": .string(destination), "digest": .string(digest.text), "bytes": .integer(Int64(bytes)),
    ]
    object["assignment"] = assignment.map(JSONValue.string)
    return object
  }
}
