package import Attestations
package import CanonicalJSON
package import Cryptography
import EvaluationProtocols

/// A site's word that it has a word of the coordinator, or switched the model itself. Format:
/// `protocols/grants.md`.
package struct Acknowledgement: SignedWord {
  package static let predicateType = PredicateType.acknowledgement

  /// What is said.
  package enum About: String, CaseIterable, Sendable {
    case grant, stopOrder
    /// Somebody at the site switched the model off.
    case disabled
    /// Somebody at the site undid that.
    case enabled
  }

  package let tenant: String
  package let site: String
  package let study: String
  package let protocolDigest: Digest
  package let about: About
  /// Digest of what was signed in the word that this is about.
  package let statement: Digest
  /// The sequence of that word.
  package let wordSequence: Int
  /// Whether that word was a rehearsal.
  package let drill: Bool
  package let receivedAt: UTCTime
  /// When nothing could be shown any more; of a grant, when it was taken.
  package let effectiveAt: UTCTime
  package let by: String?
  package let reason: String?
  /// 1, 2, … for each site and study.
  package let sequence: Int
  package let signedAt: UTCTime

  /// What an acknowledgement says; `sign` makes it one.
  package init(
    tenant: String, site: String, study: String, protocolDigest: Digest, about: About, statement: Digest,
    wordSequence: Int, drill: Bool, receivedAt: UTCTime, effectiveAt: UTCTime, by: String? = nil,
    reason: String? = nil, sequence: Int, signedAt: UTCTime
  ) {
    self.tenant = tenant
    self.site = site
    self.study = study
    self.protocolDigest = protocolDigest
    self.about = about
    self.statement = statement
    self.wordSequence = wordSequence
    self.drill = drill
    self.receivedAt = receivedAt
    self.effectiveAt = effectiveAt
    self.by = by
    self.reason = reason
    self.sequence = sequence
    self.signedAt = signedAt
  }

  package init(reading object: inout DocumentObject, about scope: WordScope) throws(DocumentError) {
    self.init(
      tenant: scope.tenant, site: scope.site, study: scope.study, protocolDigest: scope.protocolDigest,
      about: try object.required("about").choice(of: About.self),
      statement: try object.required("statement").digest(),
      wordSequence: try object.required("wordSequence").integer(in: countingRange),
      drill: try object.required("drill").boolean(), receivedAt: try object.required("receivedAt").time(),
      effectiveAt: try object.required("effectiveAt").time(),
      by: try object.optional("by")?.string(maximum: 200),
      reason: try object.optional("reason")?.string(maximum: 500),
      sequence: try object.required("sequence").integer(in: countingRange),
      signedAt: try object.required("signedAt").time())
  }

  package var madeAt: UTCTime { signedAt }

  package var members: JSONObject {
    var object: JSONObject = [
      "about": .string(about.rawValue), "statement": .string(statement.text),
      "wordSequence": .integer(Int64(wordSequence)), "drill": .boolean(drill),
      "receivedAt": .string(receivedAt.text), "effectiveAt": .string(effectiveAt.text),
      "sequence": .integer(Int64(sequence)), "signedAt": .string(signedAt.text),
    ]
    object["by"] = by.map(JSONValue.string)
    object["reason"] = reason.map(JSONValue.string)
    return object
  }
}
