import Cryptography
import Models
import TestSupport
import Testing

/// The examples of `protocols/models.md` are its vectors.
@Suite struct ModelsPageTests {
  private let page: String
  private let examples: [[UInt8]]

  init() throws {
    page = String(decoding: try fileBytes(Repository.path("protocols/models.md")), as: UTF8.self)
    examples = page.split(separator: "```json\n").dropFirst()
      .map { Array(($0.split(separator: "```").first ?? "").utf8) }
    try #require(examples.count == 3)
  }

  @Test func workedExampleComesOut() throws {
    let (features, artifact) = (examples[0], examples[1])
    let scorer = ModelScorer(
      try ModelArtifact.load(
        .logisticRegression, artifact: ModelFileContent(bytes: artifact, expected: Digest(of: artifact)),
        features: ModelFileContent(bytes: features, expected: Digest(of: features))))
    let rows = page.split(separator: "\n").filter { $0.hasPrefix("|") }
      .map { $0.split(separator: "|").map { $0.split(separator: " ").joined(separator: " ") } }
      .filter { Double($0.last ?? "") != nil }
    #expect(rows.map(\.count) == [4, 4, 4])
    for row in rows {
      guard case .number(let score) = scorer.score({ Cell(row[$0].utf8) }) else {
        Issue.record("no score")
        return
      }
      #expect(abs(score - (Double(row[3]) ?? 0)) < 1e-13 * score)
    }
  }

  @Test func recordedScoreIsRead() throws {
    #expect(try RecordedScoreModel.parse(examples[2]).column == "ews_score")
  }
}
