import Testing

@testable import Evidence

/// What a page must not do to whoever opens it.
@Suite struct ReportSafetyTests {
  @Test func sameRecordGivesTheSameBytes() throws {
    let record = try ReportFixture().record()
    #expect(renderReport(record) == renderReport(record))
  }

  @Test func otherRecordGivesOtherBytes() throws {
    var other = ReportFixture()
    other.deviations = "Scores of one ward were entered by hand."
    #expect(renderReport(try ReportFixture().record()) != renderReport(try other.record()))
  }

  @Test func tagsBalance() throws {
    #expect(MarkupReader(try ReportFixture().page()).problems == [])
  }

  @Test func balanceTestFindsWhatDoesNotBalance() {
    #expect(MarkupReader("<!DOCTYPE html><p><b></p></b>").problems.count == 2)
    #expect(MarkupReader("<!DOCTYPE html><p>").problems == ["never closed: [\"p\"]"])
    #expect(MarkupReader("<!DOCTYPE html><p a=b></p>").problems.count == 1)
  }

  @Test func nothingRunsAndNothingIsFetched() throws {
    let page = try ReportFixture().page()
    let read = MarkupReader(page)
    for tag in read.tags {
      #expect(
        !["script", "img", "link", "iframe", "object", "embed", "form", "base", "use"].contains(tag.name))
      #expect(!tag.attributes.keys.contains { $0.hasPrefix("on") || $0 == "src" || $0.hasPrefix("xlink") })
      if let target = tag.attributes["href"] { #expect(target.hasPrefix("#")) }
      for value in tag.attributes.values { #expect(!value.contains("http:") && !value.contains("https:")) }
    }
    let style = try #require(page.section(from: "<style>", to: "</style>"))
    #expect(!style.contains("@import") && !style.contains("http"))
    #expect(style.components(between: "url(", and: ")") == ["#hatch"])
  }

  @Test func policyForbidsEverythingButInlineStyle() throws {
    let policies = MarkupReader(try ReportFixture().page()).tags
      .filter { $0.attributes["http-equiv"] == "Content-Security-Policy" }.map { $0.attributes["content"] }
    // Single quotes stand escaped in an attribute.
    #expect(
      policies == ["default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;; img-src data:"])
  }

  @Test(
    "markup in names stays text",
    arguments: [
      "<img src=x onerror=alert(1)>", "\"><svg onload=alert(1)>", "</style><script>alert(1)</script>",
      "' onmouseover='alert(1)", "&lt;script&gt;", "]]><!--",
    ])
  func markupInNamesStaysText(hostile: String) throws {
    var fixture = ReportFixture()
    fixture.title = hostile
    fixture.siteName = hostile
    fixture.deviations = hostile
    fixture.license = hostile
    let read = MarkupReader(try fixture.page())
    let ordinary = MarkupReader(try ReportFixture().page())
    #expect(read.problems == [])
    #expect(Set(read.tags.map(\.name)) == Set(ordinary.tags.map(\.name)))
    #expect(Set(read.tags.flatMap(\.attributes.keys)) == Set(ordinary.tags.flatMap(\.attributes.keys)))
    let heading = read.texts.filter { $0.unescaped == hostile }
    #expect(heading.count >= 4)
  }

  @Test func textThatTurnsOrHidesItselfIsShownAsReplaced() {
    var writer = HTMLWriter()
    writer.text("a\u{202E}b\u{200B}c\u{0}d")
    #expect(String(decoding: writer.bytes, as: UTF8.self) == "a\u{FFFD}b\u{FFFD}c\u{FFFD}d")
  }

  @Test func licenceReferenceIsPlainText() throws {
    let read = MarkupReader(try ReportFixture().page())
    #expect(read.texts.contains { $0.contains("https://creativecommons.org/licenses/by/4.0/") })
  }

  @Test func noTickPretendsToProveAnything() throws {
    let page = try ReportFixture().page()
    for mark in ["✓", "✔", "✅", "☑"] { #expect(!page.holds(mark)) }
  }
}

extension String {
  /// The text that the page's entities stand for.
  fileprivate var unescaped: String {
    var text = self
    for (entity, character) in [
      ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&"),
    ] { text = text.split(separator: entity, omittingEmptySubsequences: false).joined(separator: character) }
    return text
  }
}
