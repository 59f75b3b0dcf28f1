package import Aggregates
import Cryptography
package import EvaluationProtocols
import Foundation
package import SiteEvaluation

/// Evaluates files as `site-agent evaluate` does, but for the scan for identifiers.
package func evaluate(
  files paths: [String], declaredAs declaration: DatasetDeclaration,
  under evaluationProtocol: EvaluationProtocol, model: SiteModel, site: String, policy: SitePolicy
) throws -> SiteEvaluationResult {
  try checkBeforeReading(
    paths, declaredAs: declaration, under: evaluationProtocol, model: model, site: site, policy: policy)
  return try evaluate(
    snapshot(of: paths, declaredAs: declaration).rows, under: evaluationProtocol, model: model, site: site,
    policy: policy)
}

/// Freezes files in a column file without a name.
package func snapshot(
  of paths: [String], declaredAs declaration: DatasetDeclaration
) throws -> (rows: SnapshotRows, frozen: FrozenDataset) {
  let frozen = try freezeDataset(
    files: paths, declaredAs: declaration, in: FileManager.default.temporaryDirectory.path,
    key: Array(repeating: 7, count: 32))
  return (SnapshotRows(frozen.rows, declaredAs: declaration, madeOf: paths), frozen)
}
