import CanonicalJSON
import EvaluationProtocols
import Gates
import StudyFixtures
import Synthesis
import Testing

/// What is not decided yet, and when it would be.
@Suite struct ForecastTests {
  /// Rows of one site in both months, and over both.
  private func rows(
    _ site: String, events: Int64, measures: [JSONValue], months: [Int64] = [20, 20]
  ) -> [SiteRow] {
    let monthly = zip(["january", "february"], months).map {
      SiteRow(site: site, window: $0.0, labelled: $0.1 * 10, events: $0.1)
    }
    return monthly
      + [SiteRow(site: site, window: "all", labelled: events * 10, events: events, measures: measures)]
  }

  private func forecasts(
    value: String, lower: String, upper: String = "0.950000000000", limit: String = "0.7",
    events: Int64 = 40, minimumEvents: Int64 = 1, isDated: Bool = true
  ) throws -> [UndecidedCriterion.Forecast] {
    let study = try ReviewStudy(
      go: [criterion("c", "sensitivity", scope: "worstSite", "atLeast", limit, events: minimumEvents)],
      isDated: isDated)
    let measure = estimate("sensitivity", value, lower, upper, at: "0.4")
    var rows = rows("alpha", events: events, measures: [measure], months: [events / 2, events / 2])
    if !isDated {
      rows = [SiteRow(site: "alpha", labelled: events * 10, events: events, measures: [measure])]
    }
    return try study.story().facts(study.result(rows)).undecided.filter { $0.outcome.id == "c" }
      .flatMap(\.waits).map(\.forecast)
  }

  // 40 events in 59 days; value 0.8, bound 0.65, limit 0.7: (0.15 / 0.1)² · 40 = 90 events, so 50 more at
  // 40 / 59 a day take 73.75 days from 1 March 2025: 13 May, 18:00.
  @Test func theExampleOfTheSpecification() throws {
    let expected = UndecidedCriterion.Forecast.when(
      try UTCTime(parsing: "2025-05-13T18:00:00Z"), have: 40, need: 90, unit: "events", isEarliest: false)
    let found = try forecasts(value: "0.800000000000", lower: "0.650000000000")
    #expect(found == [expected])
  }

  @Test func aValueOnTheBadSideWillNotPass() throws {
    #expect(try forecasts(value: "0.690000000000", lower: "0.600000000000") == [.badSide])
  }

  @Test func aValueOnTheLimitHasNoNumber() throws {
    #expect(try forecasts(value: "0.700000000000", lower: "0.600000000000") == [.onLimit])
  }

  @Test func anUndatedStudyHasNoRate() throws {
    let found = try forecasts(value: "0.800000000000", lower: "0.650000000000", isDated: false)
    #expect(found == [.noRate(have: 40, need: 90, unit: "events", why: .undated)])
  }

  @Test func tooFewEventsWaitForTheMissingOnes() throws {
    let found = try forecasts(value: "0.800000000000", lower: "0.750000000000", minimumEvents: 80)
    // 40 more at 40 / 59 a day: 59 days after 1 March.
    #expect(
      found == [
        .when(
          try UTCTime(parsing: "2025-04-29T00:00:00Z"), have: 40, need: 80, unit: "events", isEarliest: false)
      ])
  }

  @Test func whatPassesWaitsForNothing() throws {
    #expect(try forecasts(value: "0.800000000000", lower: "0.750000000000") == [])
  }

  @Test func aValueNextToTheLimitDoesNotOverflow() throws {
    let found = try forecasts(value: "0.700000000001", lower: "0.100000000000")
    guard case .notEvents? = found.first else {
      Issue.record("\(found)")
      return
    }
  }

  @Test func leastDataWaitForRowsEventsAndDays() throws {
    let study = try ReviewStudy(minimum: ["sites": 1, "rows": 800, "events": 10, "days": 90])
    let rows = rows("alpha", events: 40, measures: [])
    let pooled = rows.map { $0.pooled(["alpha"]) }
    let waits = try #require(
      try study.story().facts(study.result(rows, pooled: pooled)).undecided.first?.waits)
    #expect(
      waits.map(\.forecast) == [
        .when(
          try UTCTime(parsing: "2025-04-29T00:00:00Z"), have: 400, need: 800, unit: "rows", isEarliest: false),
        .when(
          try UTCTime(parsing: "2025-04-01T00:00:00Z"), have: 59, need: 90, unit: "days", isEarliest: false),
      ])
  }

  @Test func everyCriterionDecidedIsSaid() throws {
    let study = try ReviewStudy()
    let rows = rows("alpha", events: 40, measures: [])
    let facts = try study.story().facts(study.result(rows, pooled: rows.map { $0.pooled(["alpha"]) }))
    #expect(facts.undecided == [])
    let section = facts.sections.first { $0.heading == "Not decided yet" }
    #expect(section?.lines == ["Every criterion passes or fails."])
  }

  @Test func whatMissingLabelsHoldBackWaitsForNoEvents() throws {
    let study = try ReviewStudy(go: [criterion("c", scope: "worstSite", "atLeast", "0.7")])
    let extreme: JSONValue = [
      "value": "0.600000000000", "lower": "0.500000000000", "upper": "0.690000000000",
    ]
    let best: JSONValue = ["value": "0.900000000000", "lower": "0.850000000000", "upper": "0.950000000000"]
    let measure = estimate(
      "sensitivity", "0.850000000000", "0.800000000000", "0.900000000000", at: "0.4",
      details: ["missingLabels": ["lowest": extreme, "highest": best]])
    let waits = try study.story().facts(study.result(rows("alpha", events: 40, measures: [measure])))
      .undecided.filter { $0.outcome.id == "c" }.flatMap(\.waits).map(\.forecast)
    // Beta and gamma sent nothing, so that the criterion is not evaluable.
    #expect(waits == [.notEvents("it depends on what the missing labels are, not on more events")])
  }

  @Test func driftWaitsForNoEvents() throws {
    let rule = criterion(
      "c", "stabilityIndex", bound: "upper", "atMost", "0.2", at: nil, more: ["profile": "sex"])
    let study = try ReviewStudy(go: [rule, criterion("other")])
    let comparison = driftRow(
      "january", "sex", "0.250000000000", upper: "0.40000000", pValue: "0.500000000000")
    let facts = try study.story().facts(
      study.result(
        rows("alpha", events: 40, measures: []), pooled: [SiteRow(site: "").pooled(["alpha"])],
        drift: ["alpha": [comparison]]))
    let waits = facts.undecided.filter { $0.outcome.id == "c" }.flatMap(\.waits).map(\.forecast)
    #expect(
      waits == [.notEvents("drift is a matter of a window's rows and of what they are, not of events")])
  }

  // 30 alerts among the 40 that are asked for, in 59 days.
  @Test func measuresOfAlertsWaitForAlerts() throws {
    let rule = criterion(
      "c", "overrideRate", scope: "worstSite", bound: "upper", "atMost", "0.9", at: nil, events: 40)
    let study = try ReviewStudy(go: [rule], isDated: false) { document in
      document["operations"] = [
        "alert": ["column": "alert", "values": ["1"]], "override": ["column": "answer", "values": ["no"]],
      ]
    }
    let measure = estimate(
      "overrideRate", "0.500000000000", "0.300000000000", "0.700000000000", counts: (15, 30))
    let facts = try study.story().facts(
      study.result([SiteRow(site: "alpha", labelled: 400, events: 200, measures: [measure])]))
    let waits = facts.undecided.filter { $0.outcome.id == "c" }.flatMap(\.waits).map(\.forecast)
    #expect(waits == [.noRate(have: 30, need: 40, unit: "alerts", why: .undated)])
  }
}
