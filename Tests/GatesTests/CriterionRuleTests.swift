import CanonicalJSON
import EvaluationProtocols
import Gates
import Synthesis
import Testing

/// The table of `protocols/verdicts.md`, section 3, at the limit and one unit of the last place beside it.
@Suite struct CriterionRuleTests {
  private static let sites = ["alpha", "beta", "gamma"]

  private func verdict(_ criterion: JSONValue, _ estimate: JSONValue) throws -> Verdict {
    let outcome = try GateStudy(go: [criterion]).decide(
      Self.sites.map { SiteRow(site: $0, measures: [estimate]) })
    return try #require(outcome.go.first).verdict
  }

  @Test(arguments: [
    ("0.700000000000", "0.800000000000", Verdict.pass),
    ("0.700000000001", "0.800000000000", .pass),
    ("0.699999999999", "0.800000000000", .inconclusive),
    ("0.699999999999", "0.700000000000", .inconclusive),
    ("0.600000000000", "0.699999999999", .fail),
  ])
  func lowerBoundAtLeast(_ lower: String, _ upper: String, _ expected: Verdict) throws {
    #expect(
      try verdict(criterion(), estimate("sensitivity", "0.650000000000", lower, upper, at: "0.4")) == expected
    )
  }

  @Test(arguments: [
    ("0.200000000000", "0.250000000000", Verdict.pass),
    ("0.200000000000", "0.249999999999", .pass),
    ("0.200000000000", "0.250000000001", .inconclusive),
    ("0.250000000000", "0.300000000000", .inconclusive),
    ("0.250000000001", "0.300000000000", .fail),
  ])
  func upperBoundAtMost(_ lower: String, _ upper: String, _ expected: Verdict) throws {
    let rule = criterion("brier", "brierScore", bound: "upper", "atMost", "0.25", at: nil)
    #expect(try verdict(rule, estimate("brierScore", "0.220000000000", lower, upper)) == expected)
  }

  @Test(arguments: [
    ("atLeast", "0.500000000000", Verdict.pass), ("atLeast", "0.499999999999", .fail),
    ("atLeast", "0.500000000001", .pass), ("atMost", "0.500000000000", .pass),
    ("atMost", "0.500000000001", .fail), ("atMost", "0.499999999999", .pass),
  ])
  func pointIsPassOrFail(_ comparison: String, _ value: String, _ expected: Verdict) throws {
    let rule = criterion("prevalence", "prevalence", bound: "point", comparison, "0.5", at: nil)
    let estimate = estimate("prevalence", value, "0.100000000000", "0.900000000000")
    #expect(try verdict(rule, estimate) == expected)
  }

  // 2/3 is above 0.666666666666 and below the limit as a binary number could be anything; what is written counts.
  @Test func verdictsAreDecidedOnTheWrittenDecimals() throws {
    let rule = criterion("sensitivity", bound: "point", "atLeast", "0.666666666667")
    let twoThirds = try FixedDecimal(2.0 / 3, scale: ValidationMatrix.scale)
    #expect(2.0 / 3 < 0.666666666667)
    #expect(try verdict(rule, estimate("sensitivity", twoThirds.text, at: "0.4")) == .pass)
  }

  @Test func aLimitHasTheSameMeaningOnEightDecimals() throws {
    let rule = criterion(
      "slope", "calibrationSlope", scope: "randomEffects", bound: "lower", "atLeast", "0.8", at: nil)
    for (lower, expected) in [("0.80000000", Verdict.pass), ("0.79999999", .inconclusive)] {
      let mean = estimate(
        "calibrationSlope", "0.90000000", lower, "1.00000000", estimand: "randomEffects",
        prediction: ("0.10000000", "2.00000000"))
      let outcome = try GateStudy(go: [rule]).decide(
        [], pooled: [SiteRow(site: "", measures: [mean]).pooled(Self.sites)])
      #expect(outcome.go.first?.verdict == expected)
    }
  }

  @Test func anEstimateWithoutAnIntervalCannotMeetABound() throws {
    let rule = criterion("brier", "brierScore", bound: "upper", "atMost", "0.25", at: nil)
    let outcome = try GateStudy(go: [rule]).decide(
      Self.sites.map { SiteRow(site: $0, measures: [estimate("brierScore", "0.100000000000")]) })
    #expect(outcome.go.first?.verdict == .notEvaluable)
    #expect(outcome.go.first?.reasons.first == "alpha: 0.100, without an interval: not evaluable")
  }

  @Test func newSiteJudgesThePredictionInterval() throws {
    let mean = estimate(
      "auroc", "0.80000000", "0.75000000", "0.85000000", estimand: "randomEffects",
      prediction: ("0.60000000", "0.90000000"))
    let rules = [
      criterion("mean", "auroc", scope: "randomEffects", "atLeast", "0.7", at: nil),
      criterion("new", "auroc", scope: "newSite", "atLeast", "0.7", at: nil),
    ]
    let outcome = try GateStudy(go: rules).decide(
      [], pooled: [SiteRow(site: "", measures: [mean]).pooled(Self.sites)])
    #expect(outcome.go.map(\.verdict) == [.pass, .inconclusive])
    // By scipy: on the scale of the fixture's method, t with one degree of freedom for the three sites of the fixture.
    #expect(
      outcome.go[1].reasons == [
        "0.800 (prediction 95 % 0.600 to 0.900): inconclusive",
        "a new site meets the limit with probability 0.963",
      ])
  }

  @Test func pooledAndWithinSiteAreDifferentNumbers() throws {
    let pooled = estimate(
      "sensitivity", "0.800000000000", "0.750000000000", "0.850000000000", at: "0.4", estimand: "pooledRows")
    let within = estimate(
      "auroc", "0.700000000000", "0.650000000000", "0.690000000000", estimand: "withinSite")
    let rules = [
      criterion("pooled", scope: "pooledRows"),
      criterion("within", "auroc", scope: "withinSite", "atLeast", "0.7", at: nil),
    ]
    let outcome = try GateStudy(go: rules).decide(
      [], pooled: [SiteRow(site: "", measures: [pooled, within]).pooled(Self.sites)])
    #expect(outcome.go.map(\.verdict) == [.pass, .fail])
  }

  @Test func everySiteNamesTheOneThatFails() throws {
    func row(_ site: String, _ lower: String, _ upper: String) -> SiteRow {
      SiteRow(site: site, measures: [estimate("sensitivity", lower, lower, upper, at: "0.4")])
    }
    let outcome = try GateStudy(go: [criterion()]).decide([
      row("alpha", "0.800000000000", "0.900000000000"), row("beta", "0.500000000000", "0.600000000000"),
      row("gamma", "0.650000000000", "0.750000000000"),
    ])
    let judged = try #require(outcome.go.first)
    #expect(judged.verdict == .fail)
    #expect(judged.findings.map(\.verdict) == [.pass, .fail, .inconclusive])
    #expect(judged.findings.map(\.site) == ["alpha", "beta", "gamma"])
    #expect(judged.reasons[1] == "beta: 0.500 (95 % 0.500 to 0.600): fail")
  }

  @Test func worstSiteIsTheOneWithTheLeastFavourableBound() throws {
    func row(_ site: String, _ value: String, _ lower: String) -> SiteRow {
      SiteRow(site: site, measures: [estimate("sensitivity", value, lower, "0.990000000000", at: "0.4")])
    }
    // Beta has the lower value and the better bound.
    let rows = [
      row("alpha", "0.900000000000", "0.720000000000"), row("beta", "0.800000000000", "0.760000000000"),
      row("gamma", "0.950000000000", "0.720000000000"),
    ]
    let byBound = try GateStudy(go: [criterion(scope: "worstSite")]).decide(rows)
    #expect(byBound.go.first?.findings.map(\.site) == ["alpha"])
    #expect(byBound.go.first?.verdict == .pass)
    let byPoint = try GateStudy(go: [criterion(scope: "worstSite", bound: "point", "atLeast", "0.7")]).decide(
      rows)
    #expect(byPoint.go.first?.findings.map(\.site) == ["beta"])
    let highest = try GateStudy(go: [criterion(scope: "worstSite", bound: "point", "atMost", "0.96")]).decide(
      rows)
    #expect(highest.go.first?.findings.map(\.site) == ["gamma"])
  }
}
