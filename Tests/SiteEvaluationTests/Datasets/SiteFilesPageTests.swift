import Aggregates
import CanonicalJSON
import EvaluationProtocols
import SiteEvaluation
import TestSupport
import Testing

/// The examples of `protocols/site-files.md` are its vectors.
@Suite struct SiteFilesPageTests {
  private let page: String

  init() throws {
    page = String(decoding: try fileBytes(Repository.path("protocols/site-files.md")), as: UTF8.self)
  }

  private func examples(_ kind: String) -> [String] {
    page.split(separator: "```\(kind)\n").dropFirst().map { String($0.split(separator: "```").first ?? "") }
  }

  @Test func documentsAreRead() throws {
    let documents = examples("json").map { Array($0.utf8) }
    try #require(documents.count == 3)
    #expect(try DatasetDeclaration.parse(documents[0]).mapping.columns.count == 3)
    #expect(try SitePolicyFile.parse(documents[1]).minimumCell == 7)
  }

  @Test func profileOnThePageIsThatOfATable() throws {
    let profile = try inspected("sex\nfemale\nmale\nmale\nfemale\n").profile
    let example = try #require(examples("json").last)
    #expect(String(decoding: profile.encode(), as: UTF8.self) + "\n" == example)
  }

  @Test func everyKindOfIdentifierIsOnThePage() {
    for kind in IdentifierKind.allCases { #expect(page.contains("`\(kind.rawValue)`")) }
  }

  @Test func tableIsCountedAsThePageSays() throws {
    var study = Study()
    study.slices = [
      [
        "attribute": "sex", "column": "sex",
        "levels": [
          ["level": "f", "label": "F", "codes": ["F"]], ["level": "m", "label": "M", "codes": ["M"]],
        ],
      ]
    ]
    let tables = examples("csv")
    try #require(tables.count == 1)
    let result = try study.evaluate(tables[0])
    #expect(result.local.flow.read == 8)
    #expect(result.local.flow.table == ["unreadable": [1, 1], "scoreInvalid": [1, 1]])
    #expect(result.invalidLabels == 1)
    let window = result.local.windows[0]
    let sex = window.attributes[0]
    let expected: [(String, ClassTable)] = [
      ("rows below 0.5, and from 0.5", window.overall.rows), ("patients", window.overall.patients),
      ("rows of level F", sex[0].rows), ("rows of level M", sex[1].rows),
      ("patients of level M", sex[1].patients), ("rows of level missing", sex[2].rows),
    ]
    for (name, table) in expected {
      let counts = RowClass.allCases.map { table[$0].map(String.init).joined(separator: ", ") }
      #expect(page.contains("| \(name) | \(counts.joined(separator: " | ")) |\n"))
    }
  }

  @Test func everyReasonIsOnThePage() throws {
    var study = Study()
    study.rules = [["kind": "notEmpty", "column": "a"], ["kind": "notEmpty", "column": "b"]]
    study.windows = [
      "kind": "dated", "column": "t",
      "list": [["id": "w", "start": "2025-01-01T00:00:00Z", "end": "2026-01-01T00:00:00Z"]],
    ]
    for reason in ExclusionReason.all(under: try study.evaluationProtocol) {
      #expect(page.contains("`\(reason.id)`"))
    }
  }

  @Test func everySyntheticColumnIsOnThePage() {
    for column in SyntheticCohort.columns { #expect(page.contains("`\(column.name)`")) }
  }
}
