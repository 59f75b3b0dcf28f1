import Aggregates
package import CanonicalJSON
import CoordinatorAPI
package import Cryptography
import EvaluationProtocols
import SiteEvaluation

/// What came of running a stored evaluation once more.
package struct ReproducedEvaluation: Sendable, Equatable {
  package let assignment: String
  /// The digest of the aggregate that was signed then, and of the one that was counted now.
  package let stored: Digest
  package let found: Digest

  /// Whether both are the same bytes.
  package var isSame: Bool { stored == found }
}

/// Runs stored evaluations again: same rows, same model, same policy, same bytes. Nothing of it is kept or sent.
package struct Reproduction: Sendable {
  private let store: SiteStore
  private let directory: AgentDirectory
  private let identity: AgentIdentity
  private let clock: @Sendable () throws -> UTCTime

  /// Reproductions of an agent's evaluations.
  package init(
    _ store: SiteStore, directory: AgentDirectory, identity: AgentIdentity,
    clock: @escaping @Sendable () throws -> UTCTime
  ) {
    self.store = store
    self.directory = directory
    self.identity = identity
    self.clock = clock
  }

  /// Counts the rows of an assignment again, from the dataset release that was signed, be it the current one or not.
  ///
  /// - Throws: `AgentError.unknownAssignment`, `.nothingToPreview` where nothing was signed, `.policyDiffers`;
  ///   `SiteEvaluationError`, `.snapshot` where the snapshot is not what it was; `FileError`.
  package func run(_ assignment: String) async throws -> ReproducedEvaluation {
    guard let record = try await store.assignment(assignment) else {
      throw AgentError.unknownAssignment(assignment)
    }
    guard let item = try await store.outbox(assignment),
      let stored = try await store.protocolDocument(record.evaluationProtocol)
    else { throw AgentError.nothingToPreview(assignment: assignment, state: record.state.rawValue) }
    let dataset = try await store.dataset(named: item.datasetRelease.text)
    let evaluationProtocol = try stored.parsed()
    let policy = try DisclosurePolicy(
      site: dataset.policy(), dataClass: dataset.declaration().dataClass, protocol: evaluationProtocol)
    guard policy.effectiveDigest == item.policy else { throw AgentError.policyDiffers }
    let computation = try await SiteEvaluator().compute(
      dataset, in: directory, under: evaluationProtocol,
      model: ArtifactStore(directory).model(evaluationProtocol.model), site: identity.site, at: clock())
    return ReproducedEvaluation(
      assignment: assignment, stored: item.aggregate, found: Digest(of: computation.aggregate))
  }
}
