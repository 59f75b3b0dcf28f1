import CanonicalJSON
import Gates
import Synthesis
import Testing

/// A criterion on the newest window looks at the last one that has released rows with a label.
@Suite struct NewestWindowTests {
  private static let low = estimate(
    "sensitivity", "0.600000000000", "0.500000000000", "0.690000000000", at: "0.4")
  private static let high = estimate(
    "sensitivity", "0.900000000000", "0.800000000000", "0.950000000000", at: "0.4")

  private func outcome(
    window: String?, february: SiteRow?, isPooled: Bool = true
  ) throws -> CriterionOutcome {
    let study = try GateStudy(go: [criterion(window: window)], windows: ["january", "february"])
    let january = SiteRow(site: "alpha", window: "january", measures: [Self.high])
    let all = SiteRow(site: "alpha", window: "all", measures: [Self.high])
    let rows = [january] + (february.map { [$0] } ?? []) + [all]
    let pooled = rows.map { $0.pooled($0.isReleased ? ["alpha"] : []) }
    let others = ["beta", "gamma"].flatMap { site in
      rows.map { row in
        var copy = SiteRow(site: site, window: row.window, labelled: row.labelled, events: row.events)
        copy.measures = row.measures
        copy.isReleased = row.isReleased
        copy.withheld = row.withheld
        return copy
      }
    }
    return try #require(try study.decide(rows + others, pooled: isPooled ? pooled : []).go.first)
  }

  @Test func theLastReleasedWindowIsJudgedAndNamed() throws {
    let february = SiteRow(site: "alpha", window: "february", measures: [Self.low])
    let newest = try outcome(window: "newest", february: february)
    #expect(newest.verdict == .fail)
    #expect(newest.reasons.last == "judged on the window february, the newest with labelled rows")
    #expect(newest.sentence.contains(", in the newest window, is at least"))
    let all = try outcome(window: nil, february: february)
    #expect(all.verdict == .pass && !all.reasons.contains { $0.contains("judged on") })
  }

  @Test func aWindowWithoutLabelledRowsIsPassedOver() throws {
    let february = SiteRow(site: "alpha", window: "february", labelled: 0, events: 0)
    let newest = try outcome(window: "newest", february: february)
    #expect(newest.verdict == .pass && newest.reasons.last?.contains("the window january") == true)
  }

  @Test func aWithheldWindowIsPassedOver() throws {
    var february = SiteRow(site: "alpha", window: "february", labelled: 0, events: 0)
    february.isReleased = false
    february.withheld = ["february"]
    let newest = try outcome(window: "newest", february: february)
    #expect(newest.verdict == .pass && newest.reasons.last?.contains("the window january") == true)
  }

  @Test func withoutAReleasedWindowNothingIsJudged() throws {
    let newest = try outcome(window: "newest", february: nil, isPooled: false)
    #expect(newest.verdict == .notEvaluable && newest.findings.isEmpty)
    #expect(newest.reasons == ["no window is released with labelled rows yet"])
  }
}
