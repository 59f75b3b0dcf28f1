import Cryptography
import Gates
import Synthesis
import Testing

@testable import Evidence

/// What a page must say.
@Suite struct ReportContentTests {
  @Test func firstWordsAreThatThePageCannotProveItself() throws {
    let read = MarkupReader(try ReportFixture().page())
    let title = try #require(read.texts.first)
    #expect(title.hasPrefix("Evidence report:"))
    #expect(read.texts[1] == "This page cannot prove itself.")
  }

  @Test func withheldHospitalIsNamedInEveryForestPlot() throws {
    let plots = try ReportFixture().page().components(between: "<desc id=\"forest-", and: "</desc>")
    #expect(plots.count == 5)
    for plot in plots {
      let words =
        plot.holds("Elm District Hospital withheld")
        || plot.holds("Elm District Hospital: sensitivity withheld, specificity withheld, PPV withheld")
      #expect(words)
      #expect(
        plot.holds("Fir Island Clinic sent nothing")
          || plot.holds("Fir Island Clinic: sensitivity sent nothing"))
      #expect(plot.holds("Origin University Hospital") && plot.holds("development, not pooled"))
    }
  }

  @Test func withheldSliceIsACellWithTheWord() throws {
    let tables = try ReportFixture().page().components(between: "<caption>By age</caption>", and: "</table>")
    let table = try #require(tables.first)
    let under50 = try #require(table.section(from: "under 50</th>", to: "50 to 69</th>"))
    #expect(under50.components(between: ">Cedar City Hospital</th><td class=\"", and: "\"") == ["withheld"])
    #expect(under50.components(between: ">Alder General Hospital</th><td", and: "/td>") == [">1\u{202F}932<"])
  }

  @Test func flowNamesEachReasonAndSaysWhatIsWithheld() throws {
    let flows = try ReportFixture().page().components(
      between: "<caption>Flow of rows</caption>", and: "</table>")
    #expect(flows.count == 5)
    let alder = try #require(flows.first)
    #expect(alder.holds("Left out, unless age is at least 18</th><td class=\"withheld\""))
    #expect(alder.holds("Evaluated, outcome known</th><td>5\u{202F}798</td>"))
    #expect(flows.contains { $0.contains("Read and excluded</th><td class=\"withheld\"") })
  }

  @Test func predictionThatPromisesNothingSaysSo() throws {
    var fixture = ReportFixture()
    #expect(!(try fixture.page().contains("too wide to promise anything")))
    fixture.predictionHalfWidth = 0.4
    #expect(try fixture.page().contains("too wide to promise anything"))
  }

  @Test func everyFigureHasATitleAndADescription() throws {
    let read = MarkupReader(try ReportFixture().page())
    let figures = read.tags.filter { $0.name == "svg" && $0.attributes["aria-hidden"] == nil }
    let ids = Set(read.tags.compactMap { $0.attributes["id"] })
    #expect(figures.count > 20)
    for figure in figures {
      #expect(figure.attributes["role"] == "img")
      let named = try #require(figure.attributes["aria-labelledby"]).split(separator: " ").map(String.init)
      #expect(named.count == 2 && named.allSatisfy(ids.contains))
    }
  }

  @Test func identifiersAreUnique() throws {
    let ids = MarkupReader(try ReportFixture().page()).tags.compactMap { $0.attributes["id"] }
    #expect(Set(ids).count == ids.count)
  }

  @Test func everyHeaderCellNamesItsScope() throws {
    let cells = MarkupReader(try ReportFixture().page()).tags.filter { $0.name == "th" }
    #expect(cells.count > 100)
    for cell in cells { #expect(cell.attributes["scope"] != nil) }
  }

  @Test func everySectionSaysThatDataAreSynthetic() throws {
    let page = try ReportFixture().page()
    let sections = MarkupReader(page).tags.filter { $0.name == "section" }.count
    #expect(sections == 15)
    #expect(page.components(between: "<span class=\"tag\">", and: "</span>").count == sections)
    #expect(page.holds("a program made every row behind this page"))
  }

  @Test func clinicalDataCarryNoNotice() throws {
    var fixture = ReportFixture()
    fixture.dataClass = "clinical"
    #expect(!(try fixture.page().contains("class=\"tag\"")))
  }

  @Test func loweredMinimumIsNamedAtTheTop() throws {
    let head = try #require(try ReportFixture().page().section(from: "<header", to: "</header>"))
    #expect(head.holds("Lowered below the standard 11:"))
    #expect(head.holds("<li>Cedar City Hospital to 5, by Dr. Example: small wards</li>"))
    #expect(!head.holds("Alder General Hospital to"))
  }

  @Test func everyDigestBehindThePageStandsAtTheTop() throws {
    let record = try ReportFixture().record()
    let head = try #require(try ReportFixture().page().section(from: "<header", to: "</header>"))
    #expect(head.holds(record.matrix.protocolDigest.text))
    for aggregate in record.matrix.pooled.aggregates { #expect(head.holds(aggregate.digest.text)) }
  }

  @Test func fingerprintStandsInGroupsOfFour() throws {
    let shown = try ReportFixture().page()
      .components(between: "signing root</span> <code>", and: "</code>")
    #expect(shown.count == 5)
    for fingerprint in shown {
      let groups = fingerprint.split(separator: " ")
      #expect(groups.count == 16 && groups.allSatisfy { $0.utf8.count == 4 })
    }
  }

  @Test func twoHospitalsGiveNoExpectation() throws {
    var fixture = ReportFixture()
    fixture.released = ["alder", "birch"]
    let page = try fixture.page()
    #expect(page.holds("No expectation can be given: fewer than three validation hospitals"))
    #expect(!page.holds("At a hospital that was not studied"))
  }

  @Test func threeHospitalsGiveAnExpectationWithItsCaution() throws {
    let page = try ReportFixture().page()
    #expect(page.holds("expect between 71 and 87 of 100 (95 % prediction interval 0.714 to 0.870)"))
    #expect(page.holds("rest on 3 hospitals and are too short"))
  }

  @Test func missingClaimsAreShownAsMissing() throws {
    let page = try ReportFixture().page()
    #expect(page.holds("<dt>Digest of the training data</dt><dd>not stated</dd>"))
    #expect(page.holds("<dt>Code commit</dt><dd>4f2c9e1</dd>"))
  }

  @Test func everyCriterionIsASentenceWithItsVerdict() throws {
    let record = try ReportFixture().record()
    let page = try ReportFixture().page()
    for judged in record.outcome.go + record.outcome.stop + [record.outcome.minimum] {
      #expect(page.holds(judged.sentence.capitalisedFirst))
      #expect(page.holds(">\(judged.verdict.words)</span>"))
    }
    #expect(page.holds("elm is withheld"))
  }
}
