package import Aggregates
import CanonicalJSON
import Cryptography
package import EvaluationProtocols
import ServiceRuntime
import SiteEvaluation
package import Synthesis
import TestSupport

/// The synthetic example of `protocols/examples`: made-up hospitals, evaluated and merged.
package enum SyntheticStudy {
  /// The folder of the example.
  package static let folder = Repository.path("protocols/examples/synthetic-deterioration")

  /// A file of the example.
  package static func file(_ name: String) throws -> [UInt8] {
    try readFile("\(folder)/\(name)", maximumBytes: 1 << 22)
  }

  /// A version of the example's protocol: 1 is of release 1.0 of the model, 2 of release 1.1.
  package static func evaluationProtocol(version: Int = 1) throws -> EvaluationProtocol {
    try EvaluationProtocol.parse(file("protocol\(suffix(version)).json"))
  }

  /// A protocol of another model than the example's.
  struct NoSuchModel: Error {}

  private static func suffix(_ version: Int) -> String { version == 1 ? "" : "-\(version)" }

  /// What the demo's five hospitals may release, with this many rows each; by site.
  package static func releases(
    rows: Int, seed: UInt64, under given: EvaluationProtocol? = nil
  ) throws -> [String: ReleasableAggregate] {
    let evaluationProtocol = try given ?? evaluationProtocol()
    let models = try ["model.json", "model-2.json"].map(file)
    guard let artifact = models.first(where: { Digest(of: $0) == evaluationProtocol.model.artifact }) else {
      throw NoSuchModel()
    }
    var releases: [String: ReleasableAggregate] = [:]
    try withTemporaryDirectory { temporary in
      // The order in which scripts/demo numbers the hospitals.
      for (index, site) in ["north", "south", "east", "west", "central"].enumerated() {
        let cohort = try SyntheticCohort(seed: seed, hospital: index + 1, rows: rows)
        let path = "\(temporary)/\(site).csv"
        try writeFileAtomically(to: path) { write throws(FileError) in try cohort.write(write) }
        releases[site] = try StudyFixtures.evaluate(
          files: [path], declaredAs: cohort.declaration(extractedAt: .init(parsing: "2026-01-15T00:00:00Z")),
          under: evaluationProtocol, model: SiteModel(artifact: artifact, features: nil), site: site,
          policy: .standard
        ).releasable
      }
    }
    return releases
  }

  /// The matrix of the demo's five hospitals, with this many rows each.
  package static func matrix(
    rows: Int, seed: UInt64, under given: EvaluationProtocol? = nil
  ) throws -> ValidationMatrix {
    let evaluationProtocol = try given ?? evaluationProtocol()
    let aggregates = try releases(rows: rows, seed: seed, under: evaluationProtocol).values.map {
      try CheckedAggregate.parse($0.bytes, under: evaluationProtocol)
    }
    return try merge(aggregates, under: evaluationProtocol)
  }
}
