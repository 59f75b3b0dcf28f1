import Aggregates
import CanonicalJSON
import EvaluationProtocols
import ServiceRuntime
import SiteEvaluation
package import Synthesis
import TestSupport

/// The synthetic example of `protocols/examples`: made-up hospitals, evaluated and merged.
package enum SyntheticStudy {
  /// The matrix of the demo's five hospitals, with this many rows each.
  package static func matrix(rows: Int, seed: UInt64) throws -> ValidationMatrix {
    let folder = Repository.path("protocols/examples/synthetic-deterioration")
    let evaluationProtocol = try EvaluationProtocol.parse(
      readFile("\(folder)/protocol.json", maximumBytes: 1 << 22))
    let artifact = try readFile("\(folder)/model.json", maximumBytes: 1 << 20)
    let aggregates = try withTemporaryDirectory { temporary in
      // The order in which scripts/demo numbers the hospitals.
      try ["north", "south", "east", "west", "central"].enumerated().map { index, site in
        let cohort = try SyntheticCohort(seed: seed, hospital: index + 1, rows: rows)
        let path = "\(temporary)/\(site).csv"
        try writeFileAtomically(to: path) { write throws(FileError) in try cohort.write(write) }
        let result = try evaluate(
          files: [path], declaredAs: cohort.declaration(extractedAt: .init(parsing: "2026-01-15T00:00:00Z")),
          under: evaluationProtocol, model: SiteModel(artifact: artifact, features: nil), site: site,
          policy: .standard)
        return try CheckedAggregate.parse(result.releasable.bytes, under: evaluationProtocol)
      }
    }
    return try merge(aggregates, under: evaluationProtocol)
  }
}
