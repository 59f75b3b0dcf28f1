import CanonicalJSON
import EvaluationProtocols
import Gates
import Synthesis
import Testing

/// Criteria on the drift of a profile and on the CUSUM, in windows of single sites.
@Suite struct MonitoringTests {
  private static let sites = ["alpha", "beta", "gamma"]
  private static let months = ["january", "february"]

  private func rows(_ site: String) -> [SiteRow] {
    (Self.months + ["all"]).map { SiteRow(site: site, window: $0) }
  }

  private func judge(
    _ rule: JSONValue, parts: MatrixParts, rows: [SiteRow]? = nil
  ) throws -> CriterionOutcome {
    let study = try GateStudy(go: [rule, criterion("other")], windows: Self.months) { document in
      document["analysis"] = ["cusum": ["oddsRatio": "2", "limit": "4.5", "runLength": 100]]
    }
    let rows = rows ?? Self.sites.flatMap(self.rows)
    let pooled = (Self.months + ["all"]).map { SiteRow(site: "", window: $0).pooled(Self.sites) }
    return try #require(try study.decide(rows, pooled: pooled, parts: parts).go.first)
  }

  // MARK: Stability index

  private func stability(
    scope: String = "everySite", events: Int64 = 1, whenWithheld: String = "block", window: String? = nil
  ) -> JSONValue {
    criterion(
      "drift", "stabilityIndex", scope: scope, bound: "upper", "atMost", "0.2", at: nil, events: events,
      whenWithheld: whenWithheld, window: window, more: ["profile": "sex"])
  }

  private static func quiet(_ month: String, rows: Int64 = 200) -> JSONValue {
    driftRow(month, "sex", "0.010000000000", upper: "0.15000000", pValue: "0.900000000000", rows: rows)
  }

  private func drifts(_ february: JSONValue, at site: String = "beta") -> MatrixParts {
    var parts = MatrixParts()
    for id in Self.sites {
      parts.drift[id] = [
        Self.quiet("january"), id == site ? february : Self.quiet("february"),
        // Another profile is not asked about.
        driftRow("february", "score", "0.900000000000", upper: "1.90000000", pValue: "0.000000000001"),
      ]
    }
    return parts
  }

  // Three profiles share the error of 5 %: p has to be below 0.0166…, on the written decimals.
  @Test(arguments: [
    ("0.100000000000", "0.20000000", "0.001000000000", Verdict.pass),
    ("0.200000000000", "0.20000001", "0.001000000000", .inconclusive),
    ("0.200000000001", "0.40000000", "0.016666666666", .fail),
    ("0.200000000001", "0.40000000", "0.016666666667", .inconclusive),
  ])
  func theIndexIsJudgedWithWhatChanceMakesOfIt(
    _ index: String, _ upper: String, _ pValue: String, _ expected: Verdict
  ) throws {
    let judged = try judge(
      stability(), parts: drifts(driftRow("february", "sex", index, upper: upper, pValue: pValue)))
    #expect(judged.verdict == expected)
    #expect(judged.findings.count == 6)
    #expect(judged.findings[3].window == "february" && judged.findings[3].site == "beta")
    #expect(judged.findings[3].upper?.text == upper && judged.findings[3].lower == nil)
    #expect(judged.sentence.hasSuffix(", at every validation site, is at most 0.2 (descriptive)"))
  }

  @Test func theReasonNamesTheWindow() throws {
    let judged = try judge(
      stability(),
      parts: drifts(
        driftRow("february", "sex", "0.300000000000", upper: "0.45000000", pValue: "0.000100000000")))
    #expect(
      judged.reasons[3]
        == "beta, february: 0.300, upper limit 0.450, by chance alone with probability below 0.001: fail")
    #expect(judged.reasons[0].hasSuffix("with probability 0.900: pass"))
  }

  @Test func theWorstSiteIsTheOneWithTheGravestVerdict() throws {
    var parts = drifts(
      driftRow("february", "sex", "0.210000000000", upper: "0.30000000", pValue: "0.000100000000"))
    // A wider limit, but not beyond chance.
    parts.drift["alpha"] = [
      driftRow("january", "sex", "0.300000000000", upper: "0.90000000", pValue: "0.100000000000")
    ]
    let judged = try judge(stability(scope: "worstSite"), parts: parts)
    #expect(judged.verdict == .fail)
    #expect(judged.findings.map(\.site) == ["beta"] && judged.findings[0].window == "february")
  }

  @Test func theNewestWindowIsJudgedAlone() throws {
    var parts = drifts(Self.quiet("february"))
    parts.drift["beta"]?[0] = driftRow(
      "january", "sex", "0.300000000000", upper: "0.45000000", pValue: "0.000100000000")
    #expect(try judge(stability(window: "newest"), parts: parts).verdict == .pass)
    #expect(try judge(stability(), parts: parts).verdict == .fail)
  }

  @Test func aWithheldWindowBlocksOrIsListed() throws {
    let parts = drifts(noDrift("february", "sex", status: "withheld"))
    let blocked = try judge(stability(), parts: parts)
    #expect(blocked.verdict == .notEvaluable && blocked.reasons.last == "beta, february is withheld")
    let listed = try judge(stability(whenWithheld: "list"), parts: parts)
    #expect(listed.verdict == .pass && listed.findings.count == 5)
    #expect(listed.reasons.last == "beta, february is withheld, and counts neither way")
  }

  @Test func aWindowWithoutRowsIsNotAskedAndOneCellIsNoComparison() throws {
    let parts = drifts(noDrift("february", "sex", status: "notEvaluable"))
    let merged = try judge(stability(), parts: parts)
    #expect(merged.verdict == .notEvaluable)
    #expect(merged.reasons.last == "beta, february is not evaluable: its counts are in one cell")
    var rows = Self.sites.flatMap(self.rows)
    for index in rows.indices where rows[index].site == "beta" && rows[index].window == "february" {
      rows[index].isReleased = false
      rows[index].labelled = 0
      rows[index].events = 0
    }
    #expect(try judge(stability(), parts: parts, rows: rows).verdict == .pass)
  }

  @Test func minimumEventsCountsTheRowsOfTheProfile() throws {
    let parts = drifts(Self.quiet("february", rows: 99))
    #expect(try judge(stability(events: 99), parts: parts).verdict == .pass)
    let judged = try judge(stability(events: 100), parts: parts)
    #expect(judged.verdict == .notEvaluable)
    #expect(judged.reasons.last == "beta, february has fewer than 100 rows")
  }

  @Test func aSiteThatSentNothingIsNamed() throws {
    let judged = try judge(
      stability(), parts: drifts(Self.quiet("february")), rows: ["alpha", "beta"].flatMap(rows))
    #expect(judged.verdict == .notEvaluable && judged.reasons.last == "gamma sent no result")
  }

  // MARK: CUSUM

  private func cusum(window: String? = nil, events: Int64 = 1, scope: String = "everySite") -> JSONValue {
    criterion(
      "cusum", "cusum", scope: scope, bound: "point", "atMost", "4.5", at: nil, events: events,
      window: window)
  }

  private func paths(_ january: String, _ february: String?, at site: String = "beta") -> MatrixParts {
    func step(_ window: String, _ value: String?) -> JSONValue {
      guard let value else { return ["window": .string(window), "status": "withheld"] }
      return [
        "window": .string(window), "status": "counted", "increment": "0.000000000000",
        "value": .string(value), "signals": false,
      ]
    }
    var parts = MatrixParts()
    for id in Self.sites {
      parts.cusum[id] =
        id == site
        ? [step("january", january), step("february", february)]
        : [step("january", "1.000000000000"), step("february", "0.000000000000")]
    }
    return parts
  }

  @Test(arguments: [
    ("4.500000000000", "1.000000000000", Verdict.pass), ("4.500000000001", "1.000000000000", .fail),
    ("1.000000000000", "4.500000000001", .fail),
  ])
  func theLargestValueSoFarIsJudged(_ january: String, _ february: String, _ expected: Verdict) throws {
    let judged = try judge(cusum(), parts: paths(january, february))
    #expect(judged.verdict == expected)
    #expect(judged.findings.map(\.site) == Self.sites)
    #expect(judged.findings[1].window == (january > february ? "january" : "february"))
    let worst = try judge(cusum(scope: "worstSite"), parts: paths(january, february))
    #expect(worst.verdict == expected && worst.findings.map(\.site) == ["beta"])
  }

  @Test func upToTheNewestWindowTheWholePathCounts() throws {
    let judged = try judge(cusum(window: "newest"), parts: paths("5.000000000000", "0.000000000000"))
    #expect(judged.verdict == .fail)
    #expect(judged.reasons[1] == "beta: 5.000, reached in january: fail")
  }

  @Test func aWithheldWindowOfThePathIsNamedAndABreachStands() throws {
    let judged = try judge(cusum(), parts: paths("1.000000000000", nil))
    #expect(judged.verdict == .notEvaluable && judged.reasons.last == "beta, february is withheld")
    #expect(try judge(cusum(), parts: paths("4.600000000000", nil)).verdict == .fail)
  }

  @Test(arguments: [(Int64(200), Verdict.pass), (201, .notEvaluable)])
  func eventsAndNonEventsOfThePathAreCounted(_ minimum: Int64, _ expected: Verdict) throws {
    // 100 events and 100 non-events a month.
    let judged = try judge(cusum(events: minimum), parts: paths("1.000000000000", "1.000000000000"))
    #expect(judged.verdict == expected)
  }
}
