import CoordinatorAPI
import TestSupport
import Testing

@Suite struct ProblemTests {
  @Test(arguments: Problem.Slug.allCases)
  func everyProblemIsReadAsItWasWritten(_ slug: Problem.Slug) throws {
    let problem = Problem(slug, detail: "a detail", remedy: "a remedy", retryAfter: 5)
    #expect(try Problem.parse(problem.encode()) == problem)
  }

  @Test func whatIsForeignAndWhatIsAbsentHaveOneAnswer() {
    #expect(
      String(decoding: Problem.notFound.encode(), as: UTF8.self)
        == #"{"detail":"nothing is here under this name","remedy":"check the identifier; what belongs to another tenant or site is not told apart from what does not exist","status":404,"title":"there is no such thing here","type":"urn:equipoise:problem:not-found"}"#
    )
  }

  @Test func aStatusOfAnotherSlugIsRefused() {
    let body =
      #"{"detail":"a","remedy":"b","status":500,"title":"t","type":"urn:equipoise:problem:not-found"}"#
    #expect(throws: WireError.self) { try Problem.parse(Array(body.utf8)) }
  }

  @Test func anUnknownSlugIsRefused() {
    let body = #"{"detail":"a","remedy":"b","status":404,"title":"t","type":"urn:equipoise:problem:teapot"}"#
    #expect(throws: WireError.self) { try Problem.parse(Array(body.utf8)) }
  }

  @Test func longTextsAreCutToWhatAReaderTakes() throws {
    let problem = Problem(.refused, detail: String(repeating: "é", count: 5000), remedy: "")
    let read = try Problem.parse(problem.encode())
    #expect(read.detail.unicodeScalars.count == 2000)
    #expect(!read.remedy.isEmpty)
  }

  @Test func thePageNamesEverySlug() throws {
    let page = String(decoding: try fileBytes(Repository.path("protocols/api.md")), as: UTF8.self)
    for slug in Problem.Slug.allCases {
      #expect(page.contains("| `\(slug.rawValue)` | \(slug.status) |"), "\(slug.rawValue)")
    }
  }
}
