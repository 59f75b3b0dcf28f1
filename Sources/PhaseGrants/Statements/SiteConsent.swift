package import Attestations
package import CanonicalJSON
package import Cryptography
import EvaluationProtocols

/// How far a site agrees to go under one protocol. Format: `protocols/grants.md`.
package struct SiteConsent: SignedWord {
  package static let predicateType = PredicateType.siteConsent

  package let tenant: String
  package let site: String
  package let study: String
  package let protocolDigest: Digest
  /// The highest phase that the site agrees to.
  package let phase: ConsentPhase
  /// Who decided at the site.
  package let by: String
  package let reason: String
  /// 1, 2, … for each site and study.
  package let sequence: Int
  package let signedAt: UTCTime

  /// What a consent says; `sign` makes it one.
  package init(
    tenant: String, site: String, study: String, protocolDigest: Digest, phase: ConsentPhase, by: String,
    reason: String, sequence: Int, signedAt: UTCTime
  ) {
    self.tenant = tenant
    self.site = site
    self.study = study
    self.protocolDigest = protocolDigest
    self.phase = phase
    self.by = by
    self.reason = reason
    self.sequence = sequence
    self.signedAt = signedAt
  }

  package init(reading object: inout DocumentObject, about scope: WordScope) throws(DocumentError) {
    self.init(
      tenant: scope.tenant, site: scope.site, study: scope.study, protocolDigest: scope.protocolDigest,
      phase: try object.required("phase").choice(of: ConsentPhase.self),
      by: try object.required("by").string(maximum: 200),
      reason: try object.required("reason").string(maximum: 500),
      sequence: try object.required("sequence").integer(in: countingRange),
      signedAt: try object.required("signedAt").time())
  }

  package var madeAt: UTCTime { signedAt }

  package var members: JSONObject {
    [
      "phase": .string(phase.rawValue), "by": .string(by), "reason": .string(reason),
      "sequence": .integer(Int64(sequence)), "signedAt": .string(signedAt.text),
    ]
  }
}
