import CanonicalJSON
import Cryptography
import EvaluationProtocols
package import SiteEvaluation

/// Lists who an incident may have touched, for the hospital's own people. Nothing of the list is kept here: it
/// goes to the caller, and neither the outbox nor the egress log ever sees it.
package struct AffectedEncounters: Sendable {
  private let store: SiteStore
  private let directory: AgentDirectory

  /// The lists of an agent.
  package init(_ store: SiteStore, directory: AgentDirectory) {
    self.store = store
    self.directory = directory
  }

  /// The table of affected rows of the study's current dataset.
  ///
  /// - Parameter protocolName: of several approved protocols, which; without it the newest listed one.
  /// - Throws: `AgentError`, `SiteEvaluationError`, `FileError` when the model is not here.
  package func list(
    _ question: AffectedQuestion, study: String, protocolName: String? = nil
  ) async throws -> [UInt8] {
    let stored = try await approved(study, protocolName)
    guard let dataset = try await store.currentDataset(study: study) else {
      throw AgentError.datasetMissing(study: study)
    }
    let evaluationProtocol = try stored.parsed()
    return try SnapshotStore(directory).withRows(of: dataset) { rows in
      try listAffected(
        by: question, in: rows, under: evaluationProtocol,
        model: ArtifactStore(directory).model(evaluationProtocol.model)
      ).csv
    }
  }

  private func approved(_ study: String, _ name: String?) async throws -> StoredProtocol {
    if let name { return try await store.protocolDocument(named: name) }
    let protocols = try await store.protocols().filter { $0.study == study }
    guard !protocols.isEmpty else { throw AgentError.unknownProtocol(study) }
    let approved = protocols.filter { $0.pin?.decision == .approved }
    if approved.count == 1 { return approved[0] }
    let listed = try await store.standing(study)?.evaluationProtocol
    guard let stored = (approved.isEmpty ? protocols : approved).first(where: { $0.digest == listed }) else {
      throw AgentError.ambiguousProtocol(study)
    }
    return stored
  }
}
