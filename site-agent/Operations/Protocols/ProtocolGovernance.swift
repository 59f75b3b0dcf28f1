package import Aggregates
package import Attestations
package import CanonicalJSON
import Cryptography
package import EvaluationProtocols
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

  /// Approves a protocol together with the effective policy and the model, and signs the acceptance.
  ///
  /// - Throws: `AgentError.datasetMissing`, `.notOurSite`; `SigningIdentityError`.
  package func approve(
    _ stored: StoredProtocol, mode: ReleaseMode, by person: String, reason: String,
    with identity: SigningIdentity, at now: UTCTime
  ) async throws -> ProtocolPin {
    let evaluationProtocol = try stored.parsed()
    guard evaluationProtocol.site(site) != nil else { throw AgentError.notOurSite(site) }
    // Not later than the coordinator's clock: an acceptance from the future would be refused.
    let ahead = max(0, try await store.status().clockSkew ?? 0)
    let signedAt = try UTCTime(secondsSinceEpoch: now.secondsSinceEpoch - Int64(ahead))
    let pin = ProtocolPin(
      evaluationProtocol: stored.digest,
      policy: try await effectivePolicy(under: evaluationProtocol).effectiveDigest,
      model: evaluationProtocol.model.artifact, decision: .approved, mode: mode, person: person,
      reason: reason,
      decidedAt: now,
      acceptance: try signAcceptance(of: evaluationProtocol, site: site, at: signedAt, with: identity))
    try await store.recordPin(pin)
    return pin
  }

  /// Denies a protocol, or takes an approval back. What has left already stays out.
  package func refuse(
    _ stored: StoredProtocol, by person: String, reason: String, at now: UTCTime
  ) async throws -> ProtocolPin {
    let evaluationProtocol = try stored.parsed()
    let pin = ProtocolPin(
      evaluationProtocol: stored.digest, policy: stored.pin?.policy ?? Digest(of: []),
      model: evaluationProtocol.model.artifact,
      decision: stored.pin?.decision == .approved ? .revoked : .denied, mode: .hold, person: person,
      reason: reason, decidedAt: now, acceptance: nil)
    try await store.recordPin(pin)
    return pin
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
