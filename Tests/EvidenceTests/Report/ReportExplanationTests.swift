import Testing

@testable import Evidence

/// What the page says of the inputs that the score leans on.
@Suite struct ReportExplanationTests {
  private static var fixture: ReportFixture {
    var fixture = ReportFixture()
    fixture.hasExplanation = true
    return fixture
  }

  private func section(of fixture: ReportFixture = Self.fixture) throws -> String {
    try #require(try fixture.page().section(from: "<section id=\"explanation\"", to: "</section>"))
  }

  private func expect(_ wanted: [String], in text: String) {
    for words in wanted {
      let isThere = text.holds(words)
      #expect(isThere, "\(words)")
    }
  }

  @Test func sharesStandWithTheirRangesAndAreNoCauses() throws {
    let found = try section()
    expect(
      [
        "What does the score lean on?", "not what causes the event", "2\u{202F}400 patients of 3 hospitals",
        "lactate 50.0\u{A0}%; pulse 30.0\u{A0}%; age &lt;50&gt; 20.0\u{A0}%", "49.0–51.0\u{A0}%",
        "0.740–0.760",
        "say nothing of chance",
      ], in: found)
    #expect(!found.holds("age <50>"))
  }

  @Test func everyHospitalHasItsLineOrTheWordForIt() throws {
    let table = try #require(try section().section(from: "Shares, hospital by hospital", to: "</table>"))
    expect(
      [
        "Alder General Hospital", "Elm District Hospital", "withheld", "sent nothing",
        "development, not pooled",
      ], in: table)
  }

  @Test func groupsAndWindowsThatDifferBeyondRoundingAreSaidInWords() throws {
    expect(
      [
        "Of 1 group compared with all sampled patients of the same hospitals, 1 differ",
        "distance 0.150 (0.130 to 0.170), most by pulse, 15.0\u{A0}% against 30.0\u{A0}%.",
        "Of 20 later windows compared",
        "Birch Valley Medical Centre, 2026-06 against 2026-01: distance 0.250",
        "most by lactate, 75.0\u{A0}% against 50.0\u{A0}%.",
      ], in: try section())
  }

  @Test func aStudyThatDoesNotAskHasNoWordOfIt() throws {
    let page = try ReportFixture().page()
    for absent in ["<section id=\"explanation\"", "Shapley", "Lundberg"] {
      let isThere = page.holds(absent)
      #expect(!isThere, "\(absent)")
    }
    #expect(try Self.fixture.page().holds("Lundberg et al. 2020"))
  }

  @Test func nothingIsSaidWhereNobodyReleasedIt() throws {
    var silent = Self.fixture
    silent.released = []
    #expect(try section(of: silent).holds("Nothing can be said: no validation hospital released it."))
  }
}
