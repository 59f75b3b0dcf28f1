import Aggregates
import CanonicalJSON
package import CoordinatorAPI
import Cryptography
import EvaluationProtocols
package import SiteEvaluation
import Storage

/// Evaluates on a thread of its own, since it takes minutes and waits for disks. The function is the one that
/// `site-agent evaluate` calls.
package actor SiteEvaluator {
  private let thread = StorageThread(name: "evaluation")

  package nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

  /// An evaluator that does nothing yet.
  package init() {}

  /// Counts a registered dataset, from its snapshot. Its bytes have to be those that were registered.
  ///
  /// - Throws: `SiteEvaluationError`; `.snapshot` for other bytes; `AgentError.datasetDiscarded`, `.datasetInUse`.
  func compute(
    _ dataset: RegisteredDataset, in directory: AgentDirectory, under evaluationProtocol: EvaluationProtocol,
    model: SiteModel, site: String, at now: UTCTime
  ) throws -> Computation {
    let result = try SnapshotStore(directory).withRows(of: dataset) { rows in
      try evaluate(
        rows, under: evaluationProtocol, model: model, site: site, policy: dataset.policy())
    }
    let summary = ReleaseSummary(
      local: result.local, released: result.releasable.content, under: evaluationProtocol)
    return Computation(
      aggregate: result.releasable.bytes, summary: String(decoding: summary.encode(), as: UTF8.self),
      computedAt: now)
  }
}

extension ReleaseSummary {
  /// The numbers as canonical JSON, for the store.
  fileprivate func encode() -> [UInt8] {
    encodeCanonicalJSON([
      "countsBefore": .integer(Int64(countsBefore)), "countsReleased": .integer(Int64(countsReleased)),
      "metricsBefore": .integer(Int64(metricsBefore)), "metricsReleased": .integer(Int64(metricsReleased)),
      "slicesWithRows": .integer(Int64(slicesWithRows)), "slicesReleased": .integer(Int64(slicesReleased)),
    ])
  }
}

extension SiteEvaluationError {
  /// The word of the closed list that leaves in the place of this error.
  package var refusalCode: RefusalCode {
    switch self {
    case .noFiles: .datasetMissing
    case .unknownSite, .baselineIsTheModel, .explainedInputs, .everyProfileWithheld: .evaluationFailed
    case .model: .modelUnusable
    case .policy: .policyRefuses
    case .table, .tooManyUnreadableRows, .tooManyRows, .sameFileTwice, .intake, .snapshot: .dataUnreadable
    }
  }
}
