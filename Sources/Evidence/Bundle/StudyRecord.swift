package import Cryptography
package import EvaluationProtocols
package import Gates

/// The part of a bundle that is about the study and not about one round: its history, what that gives, and what
/// the people signed. The input of the review page and of the report's pages about people and stops.
package struct StudyRecord: Sendable {
  package let tenant: String
  package let history: StudyHistory
  /// What the whole history gives.
  package let state: StudyState
  /// Every version of the protocol in the history, by digest.
  package let protocols: [Digest: EvaluationProtocol]
  /// What was signed, by the number of the event that recorded it.
  package let decisions: [Int: GateDecision]
  /// The delegations, likewise.
  package let delegations: [Int: Delegation]

  /// A record; the caller has checked that its parts belong together.
  package init(
    tenant: String, history: StudyHistory, state: StudyState, protocols: [Digest: EvaluationProtocol],
    decisions: [Int: GateDecision], delegations: [Int: Delegation]
  ) {
    self.tenant = tenant
    self.history = history
    self.state = state
    self.protocols = protocols
    self.decisions = decisions
    self.delegations = delegations
  }
}
