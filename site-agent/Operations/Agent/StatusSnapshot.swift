import Storage
package import CanonicalJSON
import EvaluationProtocols

/// What the daemon knows about itself, for `status`: kept in the store, so that it can be asked while the
/// daemon works and after it stopped.
package struct StatusSnapshot: Sendable, Equatable {
  private static let format = "urn:equipoise:agent-status:v1"

  /// When the daemon last looked after its work.
  package var aliveAt: UTCTime?
  /// When the coordinator last answered.
  package var lastContact: UTCTime?
  /// A word for the last error, gone after the next success.
  package var errorCode: String?
  package var errorText: String?
  package var errorRemedy: String?
  /// This clock minus the coordinator's, in seconds.
  package var clockSkew: Int?
  /// The site's role with the coordinator: `site`, or `pendingSite` until it is confirmed.
  package var role: String?

  /// Nothing is known.
  package init() {}

  /// More than this is worth a look.
  package static let noticedSkew = 60
  /// With more than this nothing is submitted.
  package static let refusedSkew = 300

  /// Reads a snapshot; one that cannot be read is none.
  package init(parsing text: String) {
    guard let value = try? parseCanonicalJSON(Array(text.utf8), limits: .small),
      var object = try? DocumentField(value).object(), (try? object.expectFormat(Self.format)) != nil
    else { return }
    aliveAt = try? object.optional("aliveAt")?.time()
    lastContact = try? object.optional("lastContact")?.time()
    errorCode = try? object.optional("errorCode")?.string()
    errorText = try? object.optional("errorText")?.string()
    errorRemedy = try? object.optional("errorRemedy")?.string(minimum: 0)
    clockSkew = try? object.optional("clockSkew")?.integer(in: -1_000_000_000...1_000_000_000)
    role = try? object.optional("role")?.string()
  }

  /// The canonical text.
  package var text: String { String(decoding: encodeCanonicalJSON(.object(json)), as: UTF8.self) }

  /// The snapshot as an object, for lists.
  package var json: JSONObject {
    var object: JSONObject = ["format": .string(Self.format)]
    object["aliveAt"] = aliveAt.map { .string($0.text) }
    object["lastContact"] = lastContact.map { .string($0.text) }
    object["errorCode"] = errorCode.map(JSONValue.string)
    object["errorText"] = errorText.map { .string(String($0.prefix(1000))) }
    object["errorRemedy"] = errorRemedy.map { .string(String($0.prefix(1000))) }
    object["clockSkew"] = clockSkew.map { .integer(Int64($0)) }
    object["role"] = role.map(JSONValue.string)
    return object
  }

  /// Whether nothing may be submitted because the clocks differ too much.
  package var isSkewTooLarge: Bool { abs(clockSkew ?? 0) > Self.refusedSkew }
}

extension SiteStore {
  /// What the daemon last wrote about itself.
  package func status() throws -> StatusSnapshot {
    try setting(.status).map(StatusSnapshot.init(parsing:)) ?? StatusSnapshot()
  }

  /// Changes what is written about the daemon.
  package func updateStatus(_ change: @Sendable (inout StatusSnapshot) -> Void) throws {
    try database.transaction {
      var snapshot = try status()
      change(&snapshot)
      try set(.status, to: snapshot.text)
    }
  }
}
