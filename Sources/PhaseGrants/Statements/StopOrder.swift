package import Attestations
package import CanonicalJSON
package import Cryptography

/// The coordinator's word that nothing may be shown any more. Format: `protocols/grants.md`.
package struct StopOrder: SignedWord {
  package static let predicateType = PredicateType.stopOrder

  /// What became of the study.
  package enum Kind: String, CaseIterable, Sendable {
    /// A stop criterion or a person held it; it may go on.
    case hold
    /// It ended.
    case stop
    /// It went back to a lower phase; a grant for that one may follow.
    case lower
  }

  package let tenant: String
  package let site: String
  package let study: String
  package let protocolDigest: Digest
  package let kind: Kind
  /// Id of the incident, if there is one.
  package let incident: String?
  package let reason: String
  /// What clinicians do without the model, as the protocol says it.
  package let fallback: String
  /// Whether it is a rehearsal, which ends nothing.
  package let drill: Bool
  /// 1, 2, … for each site and study, shared with the grants.
  package let sequence: Int
  package let history: HistoryHead
  package let issuedAt: UTCTime

  /// What an order says; `sign` makes it one.
  package init(
    tenant: String, site: String, study: String, protocolDigest: Digest, kind: Kind, incident: String?,
    reason: String, fallback: String, drill: Bool, sequence: Int, history: HistoryHead, issuedAt: UTCTime
  ) {
    self.tenant = tenant
    self.site = site
    self.study = study
    self.protocolDigest = protocolDigest
    self.kind = kind
    self.incident = incident
    self.reason = reason
    self.fallback = fallback
    self.drill = drill
    self.sequence = sequence
    self.history = history
    self.issuedAt = issuedAt
  }

  package init(reading object: inout DocumentObject, about scope: WordScope) throws(DocumentError) {
    self.init(
      tenant: scope.tenant, site: scope.site, study: scope.study, protocolDigest: scope.protocolDigest,
      kind: try object.required("kind").choice(of: Kind.self),
      incident: try object.optional("incident")?.identifier(),
      reason: try object.required("reason").string(maximum: 500),
      fallback: try object.required("fallback").string(maximum: 2000),
      drill: try object.required("drill").boolean(),
      sequence: try object.required("sequence").integer(in: countingRange),
      history: try HistoryHead(parsing: object.required("history")),
      issuedAt: try object.required("issuedAt").time())
  }

  package var madeAt: UTCTime { issuedAt }

  package var members: JSONObject {
    var object: JSONObject = [
      "kind": .string(kind.rawValue), "reason": .string(reason), "fallback": .string(fallback),
      "drill": .boolean(drill), "sequence": .integer(Int64(sequence)), "history": history.json,
      "issuedAt": .string(issuedAt.text),
    ]
    object["incident"] = incident.map(JSONValue.string)
    return object
  }
}
