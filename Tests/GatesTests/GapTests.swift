import CanonicalJSON
import EvaluationProtocols
import Gates
import Synthesis
import Testing

/// Criteria on the gap between a level and the rows that it is compared with.
@Suite struct GapTests {
  private static let sites = ["alpha", "beta", "gamma"]

  private static func slice(_ level: String) -> SliceID { SliceID(attribute: "sex", level: level) }

  private func study(_ rule: JSONValue, reference: String? = "male") throws -> GateStudy {
    try GateStudy(go: [rule]) { document in
      guard let reference, case .array(let attributes)? = document["slices"],
        case .object(var sex)? = attributes.first
      else { return }
      sex["reference"] = .string(reference)
      document["slices"] = .array([.object(sex)])
    }
  }

  private func rule(
    _ scope: String = "everySite", bound: String = "lower", _ comparison: String = "atLeast",
    _ limit: String = "-0.1", metric: String = "sensitivity", events: Int64 = 1,
    whenWithheld: String = "block"
  ) -> JSONValue {
    criterion(
      "gap", metric, scope: scope, bound: bound, comparison, limit,
      at: metric == "sensitivity" ? "0.4" : nil, slice: ["attribute": "sex", "level": "female"],
      events: events, whenWithheld: whenWithheld, more: ["contrast": "gap"])
  }

  private static func rows(_ site: String) -> [SiteRow] {
    [
      SiteRow(site: site), SiteRow(site: site, slice: slice("female"), labelled: 120, events: 40),
      SiteRow(site: site, slice: slice("male"), labelled: 80, events: 60),
    ]
  }

  private func judge(
    _ rule: JSONValue, _ gaps: [String: JSONValue], pooled: [JSONValue] = [], reference: String? = "male",
    rows: [SiteRow] = sites.flatMap(rows)
  ) throws -> CriterionOutcome {
    let study = try study(rule, reference: reference)
    let parts = MatrixParts(gaps: gaps.mapValues { [$0] }, pooledGaps: pooled)
    let pooledRows = Self.rows("").map { $0.pooled(Self.sites) }
    return try #require(try study.decide(rows, pooled: pooledRows, parts: parts).go.first)
  }

  private func everywhere(_ gap: JSONValue) -> [String: JSONValue] {
    Dictionary(uniqueKeysWithValues: Self.sites.map { ($0, gap) })
  }

  @Test(arguments: [
    ("-0.100000000000", "0.050000000000", Verdict.pass),
    ("-0.100000000001", "0.050000000000", .inconclusive),
    ("-0.300000000000", "-0.100000000000", .inconclusive),
    ("-0.300000000000", "-0.100000000001", .fail),
  ])
  func theDifferenceIsJudgedLikeAnyNumber(_ lower: String, _ upper: String, _ expected: Verdict) throws {
    let judged = try judge(rule(), everywhere(gap("female", "-0.050000000000", lower, upper)))
    #expect(judged.verdict == expected)
    #expect(judged.findings.map(\.site) == ["alpha", "beta", "gamma"])
  }

  @Test func thePooledRowsAreJudgedCrudeAndWithinSitesByMantelAndHaenszel() throws {
    let own = everywhere(gap("female", "0.000000000000", "-0.500000000000", "0.500000000000"))
    let pooled = [
      gap("female", "0.000000000000", "-0.050000000000", "0.050000000000", estimand: "pooledRows"),
      gap("female", "-0.200000000000", "-0.300000000000", "-0.150000000000", estimand: "withinSite"),
    ]
    #expect(try judge(rule("pooledRows"), own, pooled: pooled).verdict == .pass)
    #expect(try judge(rule("withinSite"), own, pooled: pooled).verdict == .fail)
    #expect(try judge(rule("pooledRows"), own, pooled: []).verdict == .notEvaluable)
  }

  @Test func aPointIsOfTheDifferenceOfLogarithms() throws {
    let expected = gap(
      "female", "0.300000000000", "0.100000000000", "0.500000000000", metric: "observedExpectedRatio")
    let point = rule(bound: "point", "atMost", "0.3", metric: "observedExpectedRatio")
    #expect(try judge(point, everywhere(expected)).verdict == .pass)
    let strict = rule(bound: "point", "atMost", "0.299999999999", metric: "observedExpectedRatio")
    let judged = try judge(strict, everywhere(expected))
    #expect(judged.verdict == .fail)
    #expect(
      judged.sentence
        == "how far the logarithm of observed / expected events is above that of the reference rows, at every "
        + "validation site, among rows with sex female, is at most 0.299999999999")
  }

  @Test func aSiteThatWithholdsItsGapBlocksOrIsListed() throws {
    var gaps = everywhere(gap("female", "0.000000000000", "-0.050000000000", "0.050000000000"))
    gaps["gamma"] = noGap("female", status: "withheld")
    let blocked = try judge(rule(), gaps)
    #expect(blocked.verdict == .notEvaluable)
    #expect(blocked.reasons.last == "sex female: gamma is withheld")
    let listed = try judge(rule(whenWithheld: "list"), gaps)
    #expect(listed.verdict == .pass)
    #expect(listed.reasons.last == "sex female: gamma is withheld, and counts neither way")
    let pooled = [
      gap("female", "0.000000000000", "-0.050000000000", "0.050000000000", estimand: "pooledRows")
    ]
    #expect(try judge(rule("pooledRows"), gaps, pooled: pooled).verdict == .notEvaluable)
    #expect(try judge(rule("pooledRows", whenWithheld: "list"), gaps, pooled: pooled).verdict == .pass)
  }

  @Test func aSiteThatWithholdsAWindowOfTheReferenceIsNotEvaluable() throws {
    let gaps = everywhere(gap("female", "0.000000000000", "-0.050000000000", "0.050000000000"))
    var rows = Self.sites.flatMap(Self.rows)
    rows[rows.count - 1].withheld = ["february"]
    #expect(try judge(rule(), gaps, rows: rows).reasons.last == "sex female: gamma withholds some windows")
  }

  @Test func aGapThatDoesNotExistSaysWhy() throws {
    var gaps = everywhere(gap("female", "0.000000000000", "-0.050000000000", "0.050000000000"))
    gaps["beta"] = noGap("female", status: "notEvaluable", reason: "noEvents")
    let judged = try judge(rule(), gaps)
    #expect(judged.verdict == .notEvaluable)
    #expect(judged.reasons.last == "sex female: beta is not evaluable: no events")
  }

  @Test(arguments: [(Int64(40), Verdict.pass), (41, .notEvaluable)])
  func bothSidesHaveToHaveTheEvents(_ events: Int64, _ expected: Verdict) throws {
    // 40 events among women, 60 among men.
    let gaps = everywhere(gap("female", "0.000000000000", "-0.050000000000", "0.050000000000"))
    #expect(try judge(rule(events: events), gaps).verdict == expected)
    let all = gaps.mapValues { _ in
      gap("female", "0.000000000000", "-0.050000000000", "0.050000000000", against: nil)
    }
    // Of 100 events at a site 60 are not those of women.
    #expect(try judge(rule(events: events), all, reference: nil).verdict == expected)
    if expected == .notEvaluable {
      #expect(
        try judge(rule(events: events), gaps).reasons.contains(
          "sex female: gamma has fewer than 41 events on one side"))
    }
  }

  @Test func aSiteWithNobodyToCompareIsNotAsked() throws {
    var gaps = everywhere(gap("female", "0.000000000000", "-0.050000000000", "0.050000000000"))
    gaps["gamma"] = noGap("female", status: "withheld")
    var rows = Self.sites.flatMap(Self.rows)
    rows[rows.count - 1].isReleased = false
    rows[rows.count - 1].labelled = 0
    rows[rows.count - 1].events = 0
    #expect(try judge(rule(), gaps, rows: rows).verdict == .pass)
    // The reserved level may hold others, where all other levels are compared with.
    let complement = gaps.mapValues { _ in
      gap("female", "0.000000000000", "-0.050000000000", "0.050000000000", against: nil)
    }
    #expect(try judge(rule(), complement, reference: nil, rows: rows).findings.count == 3)
  }

  @Test func eachLevelLeavesTheReferenceOut() throws {
    let gaps = everywhere(gap("female", "0.000000000000", "-0.050000000000", "0.050000000000"))
    let levels = criterion(
      "gap", slice: ["attribute": "sex"], more: ["contrast": "gap", "limit": "-0.1"])
    let judged = try judge(levels, gaps)
    #expect(judged.verdict == .pass && judged.findings.count == 3)
    #expect(judged.findings.allSatisfy { $0.slice == Self.slice("female") })
  }

  @Test func theWorstSiteIsTheOneWithTheWidestGap() throws {
    var gaps = everywhere(gap("female", "0.000000000000", "-0.050000000000", "0.050000000000"))
    gaps["beta"] = gap("female", "-0.080000000000", "-0.120000000000", "-0.030000000000")
    let judged = try judge(rule("worstSite"), gaps)
    #expect(judged.verdict == .inconclusive && judged.findings.map(\.site) == ["beta"])
  }
}
