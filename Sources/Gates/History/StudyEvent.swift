import EvaluationProtocols
package import CanonicalJSON
package import Cryptography
package import PhaseGrants

/// One event of a study's history: what happened, bound to the event before it.
///
/// - Source: `protocols/gates.md`, section 2.
package struct StudyEvent: Equatable, Sendable {
  /// Its number, from 1 without gaps.
  package let sequence: Int
  /// The digest of the event before it; for the first, of the study's id.
  package let previous: Digest
  /// The coordinator's clock. Numbers order events; times do not.
  package let time: UTCTime
  /// `user/<id>`, `site/<site>/agent/<instance>` or `system`.
  package let actor: String
  /// What happened.
  package let fact: StudyFact

  /// The value of the document's `format` member.
  package static let format = "urn:equipoise:study-event:v1"
  static let limits = JSONLimits(maximumBytes: 1 << 20, maximumDepth: 8, maximumValues: 100_000)

  /// An event after `head`.
  package init(after head: HistoryHead, time: UTCTime, actor: String, fact: StudyFact) {
    sequence = head.sequence + 1
    previous = head.digest
    self.time = time
    self.actor = actor
    self.fact = fact
  }

  /// The canonical bytes, which are stored and whose digest the next event carries.
  package func encode() -> [UInt8] { encodeCanonicalJSON(.object(json)) }

  /// The event as it stands in the history's file.
  var json: JSONObject {
    var object = fact.json
    object["format"] = .string(Self.format)
    object["sequence"] = .integer(Int64(sequence))
    object["previous"] = .string(previous.text)
    object["time"] = .string(time.text)
    object["actor"] = .string(actor)
    object["kind"] = .string(fact.kind.rawValue)
    return object
  }

  /// Where the history stands with this event as the newest.
  package var head: HistoryHead { HistoryHead(sequence: sequence, digest: Digest(of: encode())) }

  /// Reads an event's bytes.
  ///
  /// - Throws: `HistoryError.event`.
  package static func parse(_ bytes: [UInt8]) throws(HistoryError) -> StudyEvent {
    let value: JSONValue
    do { value = try parseCanonicalJSON(bytes, limits: limits) } catch { throw .event("\(error)") }
    return try parse(DocumentField(value))
  }

  /// Reads an event that stands in a larger document.
  ///
  /// - Throws: `HistoryError.event`.
  static func parse(_ field: DocumentField) throws(HistoryError) -> StudyEvent {
    // The file may be larger than one event may be.
    guard encodeCanonicalJSON(field.value).count <= limits.maximumBytes else {
      throw .event("an event of more than \(limits.maximumBytes) bytes")
    }
    do { return try StudyEvent(field) } catch { throw .event("\(error)") }
  }

  private init(_ field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    try object.expectFormat(Self.format)
    sequence = try object.required("sequence").integer(in: 1...HistoryHead.mostEvents)
    previous = try object.required("previous").digest()
    time = try object.required("time").time()
    let actor = try object.required("actor")
    self.actor = try actor.string(maximum: 200)
    guard
      self.actor.utf8.allSatisfy({
        (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D || $0 == 0x2F
      })
    else {
      throw actor.error("not an actor", remedy: "write user/<id>, site/<site>/agent/<instance> or system")
    }
    let kind = try object.required("kind").choice(of: StudyFact.Kind.self)
    fact = try StudyFact(kind, &object)
    try object.finish()
  }
}
