package import Attestations
package import CanonicalJSON
package import Cryptography
package import EvaluationProtocols
package import Gates
package import PhaseGrants

/// A gate decision that a test changes in one place before it is signed.
package struct SignOffDraft: Sendable {
  package var tenant = ReviewedStudy.tenant
  package var study = ReviewedStudy.id
  package var gate = Gate.limited
  package var round: String?
  package var protocolDigest: Digest
  package var target: RestartTarget?
  package var person: String
  package var role: String
  package var organisation: String
  package var decision = Decision.approve
  /// Nil for the sentence of the gate and the decision.
  package var meaning: String?
  package var independence: [IndependenceRule] = []
  package var signedAt: UTCTime
  package var validUntil: UTCTime
  package var history: HistoryHead
  package var previous: Digest?
  package var delegation: Digest?
  package var evidence: EvidenceList
  package var page: Digest
  package var identity: SigningIdentity

  /// What a reviewer signs who is asked at a gate.
  package init(
    by reviewer: Reviewer, protocolDigest: Digest, evidence: EvidenceList, page: Digest,
    history: HistoryHead, signedAt: UTCTime
  ) throws {
    self.protocolDigest = protocolDigest
    (person, role, organisation) = (reviewer.person, reviewer.role, reviewer.organisation)
    identity = reviewer.identity
    self.evidence = evidence
    self.page = page
    self.history = history
    self.signedAt = signedAt
    validUntil = try UTCTime(secondsSinceEpoch: signedAt.secondsSinceEpoch + 20 * 86_400)
  }

  /// What somebody signed, to be signed again with a change.
  package init(of signed: VerifiedDecision, by identity: SigningIdentity) {
    let content = signed.content
    (tenant, study, gate, round) = (content.tenant, content.study, content.gate, content.round)
    (protocolDigest, target, decision) = (content.protocolDigest, content.target, content.decision)
    (person, role, organisation) = (content.person, content.role, content.organisation)
    (independence, history, previous) = (content.independence, content.history, content.previous)
    (signedAt, validUntil, delegation) = (content.signedAt, content.validUntil, content.delegation)
    (evidence, page) = (signed.evidence, signed.page)
    self.identity = identity
  }

  /// The signed bytes.
  package func sign(salt: String = String(repeating: "a1", count: 16)) throws -> [UInt8] {
    let phase = target?.phase ?? gate.phase ?? .silent
    return try GateDecision(
      tenant: tenant, study: study, gate: gate, round: round, protocolDigest: protocolDigest, target: target,
      person: person, role: role, organisation: organisation, decision: decision,
      meaning: meaning ?? decision.meaning(at: gate, phase: phase), conditions: [], conflicts: [],
      independence: independence, comment: nil, signedAt: signedAt, validUntil: validUntil, history: history,
      previous: previous, delegation: delegation, salt: salt
    ).sign(evidence: evidence, page: page, with: identity)
  }

  /// Signed, and read as a coordinator reads it.
  package func verified() throws -> VerifiedDecision {
    try VerifiedDecision.verify(sign(), root: identity.root)
  }
}
