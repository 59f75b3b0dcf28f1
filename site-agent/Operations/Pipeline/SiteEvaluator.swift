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

  /// Reads a registered dataset once, for one of which no profile is kept.
  ///
  /// - Throws: `SiteEvaluationError`.
  func inspect(_ dataset: RegisteredDataset) throws -> DatasetIntake {
    DatasetIntake(try inspectDataset(files: dataset.files.map(\.path), declaredAs: dataset.declaration()))
  }

  /// Counts a registered dataset. The bytes that are read have to be those that were registered.
  ///
  /// - Throws: `SiteEvaluationError`; `AgentError.datasetChanged` or `.rowsDiffer`.
  func compute(
    _ dataset: RegisteredDataset, under evaluationProtocol: EvaluationProtocol, model: SiteModel,
    site: String, at now: UTCTime
  ) throws -> Computation {
    for file in dataset.files {
      // A look at the size costs nothing; the digest is compared after the reading.
      guard fileSize(file.path) == file.bytes else { throw AgentError.datasetChanged(path: file.path) }
    }
    let result = try evaluate(
      files: dataset.files.map(\.path), declaredAs: dataset.declaration(), under: evaluationProtocol,
      model: model, site: site, policy: dataset.policy())
    guard result.rowsDigest == dataset.release.rows else { throw AgentError.rowsDiffer }
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
    case .unknownSite, .baselineIsTheModel, .everyProfileWithheld: .evaluationFailed
    case .model: .modelUnusable
    case .policy: .policyRefuses
    case .table, .tooManyUnreadableRows, .tooManyRows, .sameFileTwice, .intake: .dataUnreadable
    }
  }
}
