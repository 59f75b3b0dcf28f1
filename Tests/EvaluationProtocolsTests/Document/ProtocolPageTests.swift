import EvaluationProtocols
import TestSupport
import Testing

/// `protocols/protocol.md` is what another implementation is written from, so it must not drift.
@Suite struct ProtocolPageTests {
  private let page: String

  init() throws {
    page = String(decoding: try fileBytes(Repository.path("protocols/protocol.md")), as: UTF8.self)
  }

  @Test func everyWordOfTheFormatIsOnThePage() {
    let words =
      Metric.allCases.map(\.rawValue) + Criterion.Scope.allCases.map(\.rawValue)
      + Criterion.Bound.allCases.map(\.rawValue) + Criterion.Comparison.allCases.map(\.rawValue)
      + Criterion.WhenWithheld.allCases.map(\.rawValue) + PhaseName.allCases.map(\.rawValue)
      + IndependenceRule.allCases.map(\.rawValue) + ModelKind.allCases.map(\.rawValue)
      + RiskCategory.allCases.map(\.rawValue) + SiteRole.allCases.map(\.rawValue)
      + FeatureType.allCases.map(\.rawValue) + Multiplicity.allCases.map(\.rawValue) + [
        "amendment", "authorship", "monitoring", "newest", "contrast", "gap", "profile", "interval", "exact",
        "statement",
        "reference",
        "intersections", "analysis", "standardPrevalence", "multiplicity", "cusum", "oddsRatio", "limit",
        "runLength", "explanation", "largest",
        "operations", "alert", "override", "acknowledgement", "target",
      ]
    #expect(words.filter { !page.contains("`\($0)`") } == [])
  }

  @Test func theExampleStandsInTheVector() throws {
    let blocks = page.split(separator: "```", omittingEmptySubsequences: false)
    try #require(blocks.count == 3)
    let example = blocks[1].drop { $0 != "{" }.split(separator: "\n")[0]
    let vector = String(decoding: try ProtocolVectors.bytes("accept/full.json"), as: UTF8.self)
    #expect(vector.contains(example))
  }

  @Test func theIndexListsEveryPageAndSchema() throws {
    let index = String(decoding: try fileBytes(Repository.path("protocols/README.md")), as: UTF8.self)
    let pages = try folderNames(Repository.path("protocols")).filter {
      $0.hasSuffix(".md") && $0 != "README.md"
    }
    #expect(pages.filter { !index.contains("](\($0))") } == [])
    let schemas = try folderNames(Repository.path("protocols/schemas")).filter {
      $0.hasSuffix(".schema.json")
    }
    #expect(schemas.filter { !index.contains("`\($0.dropLast(".schema.json".count))`") } == [])
  }
}
