package import Aggregates
package import Attestations
package import CanonicalJSON
import Cryptography
package import EvaluationProtocols
import PhaseGrants
import SiteEvaluation
import Submissions

/// The hospital's own decisions about protocols. The coordinator has no part in them.
package struct ProtocolGovernance: Sendable {
  private let store: SiteStore
  private let site: String

  /// The decisions of a site in its store.
  package init(_ store: SiteStore, site: String) {
    self.store = store
    self.site = site
  }

  /// The rule that would be in force for a protocol on the current dataset of its study.
  ///
  /// - Throws: `AgentError.datasetMissing`, `PolicyError`.
  package func effectivePolicy(under evaluationProtocol: EvaluationProtocol) async throws -> DisclosurePolicy
  {
    guard let dataset = try await store.currentDataset(study: evaluationProtocol.id) else {
      throw AgentError.datasetMissing(study: evaluationProtocol.id)
    }
    return try DisclosurePolicy(
      site: dataset.policy(), dataClass: dataset.declaration().dataClass, protocol: evaluationProtocol)
  }

  /// Approves a protocol together with the effective policy and the model, signs the acceptance, and how far the
  /// site goes.
  ///
  /// - Parameter phase: the highest phase that the site agrees to; without one what was agreed to before, or
  ///   silent.
  /// - Throws: `AgentError.datasetMissing`, `.notOurSite`; `SigningIdentityError`.
  package func approve(
    _ stored: StoredProtocol, mode: ReleaseMode, phase: PhaseName? = nil, by person: String, reason: String,
    with identity: SigningIdentity, at now: UTCTime
  ) async throws -> ProtocolPin {
    let evaluationProtocol = try stored.parsed()
    guard evaluationProtocol.site(site) != nil else { throw AgentError.notOurSite(site) }
    let signedAt = try await store.coordinatorTime(now)
    let before = try await consent(to: stored)
    let agreed = phase.map(ConsentPhase.init) ?? max(before ?? .silent, .silent)
    let pin = ProtocolPin(
      evaluationProtocol: stored.digest,
      policy: try await effectivePolicy(under: evaluationProtocol).effectiveDigest,
      model: evaluationProtocol.model.artifact, decision: .approved, mode: mode, person: person,
      reason: reason,
      decidedAt: now,
      acceptance: try signAcceptance(of: evaluationProtocol, site: site, at: signedAt, with: identity))
    try await store.recordPin(
      pin,
      consent: agreed == before
        ? nil : draft(agreed, stored, by: person, reason: reason, with: identity, at: now, signedAt: signedAt)
    )
    return pin
  }

  /// Denies a protocol, or takes an approval back; the site then consents to nothing under it. What has left
  /// already stays out.
  ///
  /// - Parameter identity: signs that; without one the agent does it later, and the refusal counts at once.
  package func refuse(
    _ stored: StoredProtocol, by person: String, reason: String, with identity: SigningIdentity? = nil,
    at now: UTCTime
  ) async throws -> ProtocolPin {
    let evaluationProtocol = try stored.parsed()
    let pin = ProtocolPin(
      evaluationProtocol: stored.digest, policy: stored.pin?.policy ?? Digest(of: []),
      model: evaluationProtocol.model.artifact,
      decision: stored.pin?.decision == .approved ? .revoked : .denied, mode: .hold, person: person,
      reason: reason, decidedAt: now, acceptance: nil)
    var consent: ConsentDraft?
    if let identity, try await self.consent(to: stored) != ConsentPhase.none {
      consent = try await draft(
        .none, stored, by: person, reason: reason, with: identity, at: now,
        signedAt: store.coordinatorTime(now))
    }
    try await store.recordPin(pin, consent: consent)
    return pin
  }

  /// How far the site now goes under a protocol; nil when it never said.
  private func consent(to stored: StoredProtocol) async throws -> ConsentPhase? {
    try await store.ownStatements(of: stored.study, .consent)
      .last { $0.evaluationProtocol == stored.digest }?.phase
  }

  private func draft(
    _ phase: ConsentPhase, _ stored: StoredProtocol, by person: String, reason: String,
    with identity: SigningIdentity, at now: UTCTime, signedAt: UTCTime
  ) async throws -> ConsentDraft {
    guard let tenant = try await store.setting(.tenant) else { throw AgentError.notJoined }
    return ConsentDraft(
      addressee: Addressee(tenant: tenant, site: site, study: stored.study), protocolDigest: stored.digest,
      phase: phase, person: person, reason: reason, signedAt: signedAt, decidedAt: now, identity: identity)
  }

  /// Whether a person has allowed this protocol with the policy and the model that would be used now.
  package func status(of stored: StoredProtocol) async throws -> ApprovalStatus {
    guard let pin = stored.pin else { return .none }
    guard pin.decision == .approved else { return .denied }
    let evaluationProtocol = try stored.parsed()
    let policy: DisclosurePolicy
    do { policy = try await effectivePolicy(under: evaluationProtocol) } catch is PolicyError {
      return .policyChanged
    } catch AgentError.datasetMissing { return .datasetMissing }
    guard pin.policy == policy.effectiveDigest, pin.model == evaluationProtocol.model.artifact else {
      return .policyChanged
    }
    return .approved(pin.mode)
  }
}
