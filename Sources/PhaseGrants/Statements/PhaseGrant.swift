package import Attestations
package import CanonicalJSON
package import Cryptography
package import EvaluationProtocols

/// The coordinator's word that a site may be in a phase until a time. Format: `protocols/grants.md`.
package struct PhaseGrant: SignedWord {
  package static let predicateType = PredicateType.phaseGrant
  /// The longest that one grant may hold, in seconds: 31 days.
  package static let longestLifetime: Int64 = 31 * 86_400

  package let tenant: String
  package let site: String
  package let study: String
  package let protocolDigest: Digest
  package let protocolVersion: Int
  /// Digest of the model artifact that may be used.
  package let modelDigest: Digest
  package let phase: PhaseName
  /// 1, 2, … for each site and study, shared with the orders.
  package let sequence: Int
  package let history: HistoryHead
  package let issuedAt: UTCTime
  package let expiresAt: UTCTime

  /// What a grant says; `sign` makes it one.
  package init(
    tenant: String, site: String, study: String, protocolDigest: Digest, protocolVersion: Int,
    modelDigest: Digest, phase: PhaseName, sequence: Int, history: HistoryHead, issuedAt: UTCTime,
    expiresAt: UTCTime
  ) {
    self.tenant = tenant
    self.site = site
    self.study = study
    self.protocolDigest = protocolDigest
    self.protocolVersion = protocolVersion
    self.modelDigest = modelDigest
    self.phase = phase
    self.sequence = sequence
    self.history = history
    self.issuedAt = issuedAt
    self.expiresAt = expiresAt
  }

  package init(reading object: inout DocumentObject, about scope: WordScope) throws(DocumentError) {
    self.init(
      tenant: scope.tenant, site: scope.site, study: scope.study, protocolDigest: scope.protocolDigest,
      protocolVersion: try object.required("protocolVersion").integer(in: countingRange),
      modelDigest: try object.required("modelDigest").digest(),
      phase: try object.required("phase").choice(of: PhaseName.self),
      sequence: try object.required("sequence").integer(in: countingRange),
      history: try HistoryHead(parsing: object.required("history")),
      issuedAt: try object.required("issuedAt").time(), expiresAt: try object.required("expiresAt").time())
  }

  package var madeAt: UTCTime { issuedAt }

  package var members: JSONObject {
    [
      "protocolVersion": .integer(Int64(protocolVersion)), "modelDigest": .string(modelDigest.text),
      "phase": .string(phase.rawValue), "sequence": .integer(Int64(sequence)), "history": history.json,
      "issuedAt": .string(issuedAt.text), "expiresAt": .string(expiresAt.text),
    ]
  }

  package func checkOwnRules() throws(GrantError) {
    // Years are bounded, so the difference cannot overflow.
    let lifetime = expiresAt.secondsSinceEpoch - issuedAt.secondsSinceEpoch
    guard lifetime > 0, lifetime <= Self.longestLifetime else { throw .lifetime }
  }
}
