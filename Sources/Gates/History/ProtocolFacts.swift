import EvaluationProtocols
import PhaseGrants
package import CanonicalJSON
package import Cryptography

extension StudyFact {
  /// A version of the protocol came into force.
  package struct ProtocolPublished: Equatable, Sendable {
    package let version: Int
    package let protocolDigest: Digest
    package let model: Digest
    package let features: Digest?
    /// Why the protocol was amended; nil for version 1.
    package let reason: String?
    /// The sections that differ from the version before.
    package let changes: [String]
    package let returnsToSilent: Bool

    /// The fact.
    package init(
      version: Int, protocolDigest: Digest, model: Digest, features: Digest?, reason: String?,
      changes: [String], returnsToSilent: Bool
    ) {
      self.version = version
      self.protocolDigest = protocolDigest
      self.model = model
      self.features = features
      self.reason = reason
      self.changes = changes
      self.returnsToSilent = returnsToSilent
    }

    init(_ object: inout DocumentObject) throws(DocumentError) {
      version = try object.required("version").integer(in: 1...HistoryHead.mostEvents)
      protocolDigest = try object.required("protocol").digest()
      model = try object.required("model").digest()
      features = try object.optional("features")?.digest()
      reason = try object.optional("reason")?.string()
      changes = try object.required("changes").texts { field throws(DocumentError) in
        try field.string(maximum: 200)
      }
      returnsToSilent = try object.required("returnsToSilent").boolean()
    }

    var json: JSONObject {
      var object: JSONObject = [
        "version": .integer(Int64(version)), "protocol": .string(protocolDigest.text),
        "model": .string(model.text), "changes": .array(changes.map { .string($0) }),
        "returnsToSilent": .boolean(returnsToSilent),
      ]
      if let features { object["features"] = .string(features.text) }
      if let reason { object["reason"] = .string(reason) }
      return object
    }
  }

  /// A change around the model that may explain what the numbers do.
  package struct ChangeRecorded: Equatable, Sendable {
    package let change: Change
    package let site: String?
    /// When it took effect.
    package let at: UTCTime
    package let text: String
    /// Seen by the coordinator itself, not told by a person.
    package let automatic: Bool

    /// The fact.
    package init(change: Change, site: String?, at: UTCTime, text: String, automatic: Bool) {
      self.change = change
      self.site = site
      self.at = at
      self.text = text
      self.automatic = automatic
    }

    init(_ object: inout DocumentObject) throws(DocumentError) {
      change = try object.required("change").choice(of: Change.self)
      site = try object.optional("site")?.identifier()
      at = try object.required("at").time()
      text = try object.required("text").string(maximum: 500)
      automatic = try object.required("automatic").boolean()
    }

    var json: JSONObject {
      var object: JSONObject = [
        "change": .string(change.rawValue), "at": .string(at.text), "text": .string(text),
        "automatic": .boolean(automatic),
      ]
      if let site { object["site"] = .string(site) }
      return object
    }
  }
}
