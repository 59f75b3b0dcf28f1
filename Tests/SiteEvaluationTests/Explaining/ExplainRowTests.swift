import CanonicalJSON
import Cryptography
import EvaluationProtocols
import Foundation
import Models
import SiteEvaluation
import StudyFixtures
import Statistics
import TestSupport
import Testing

@Suite struct ExplainRowTests {
  private static let folder = Repository.path("protocols/examples/heart-disease")

  private static func file(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)")))
  }

  private func explain(_ text: String, column: String = "age") throws -> RowExplanation? {
    try explainRow(
      where: column, is: text,
      in: snapshot(
        of: ["\(Self.folder)/sites/budapest/data.csv"],
        declaredAs: DatasetDeclaration.parse(Self.file("sites/budapest/dataset.json"))
      ).rows,
      under: EvaluationProtocol.parse(Self.file("protocol.json")),
      model: SiteModel(artifact: Self.file("lr.json"), features: Self.file("features.json")))
  }

  @Test func contributionsAddUpToTheScore() throws {
    let found = try #require(try explain("65"))
    let base = try #require(found.base)
    let sum = found.inputs.reduce(base) { $0 + $1.contribution }
    #expect(abs(expit(sum) - (try #require(found.score))) < 1e-12)
    let sizes = found.inputs.map { abs($0.contribution) }
    #expect(sizes == sizes.sorted(by: >))
    #expect(
      found.thresholds.map(\.isReached) == found.thresholds.map { (found.score ?? 0) >= $0.value.value })
  }

  @Test func whatIsMissingAddsNothing() throws {
    // Row by row until one lacks its cholesterol.
    var missing: RowExplanation.Input?
    for age in 28...66 where missing == nil {
      missing = try explain("\(age)")?.inputs.first { $0.value == nil }
    }
    let input = try #require(missing)
    #expect(input.contribution == 0)
  }

  @Test func rowThatIsNotThereIsNotExplained() throws {
    #expect(try explain("no such age") == nil)
    #expect(throws: SiteEvaluationError.self) { try explain("65", column: "no such column") }
  }
}
