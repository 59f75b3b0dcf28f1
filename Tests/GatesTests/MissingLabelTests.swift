import CanonicalJSON
import EvaluationProtocols
import Gates
import Synthesis
import Testing

/// What the rows without a label, and withheld counts, do to a verdict.
@Suite struct MissingLabelTests {
  private static func measure(
    lowest: (String, String, String), highest: (String, String, String),
    _ value: String = "0.900000000000", _ lower: String = "0.800000000000",
    _ upper: String = "0.950000000000",
    estimand: String = "site"
  ) -> JSONValue {
    func extreme(_ numbers: (String, String, String)) -> JSONValue {
      ["value": .string(numbers.0), "lower": .string(numbers.1), "upper": .string(numbers.2)]
    }
    return estimate(
      "sensitivity", value, lower, upper, at: "0.4", estimand: estimand,
      details: ["missingLabels": ["lowest": extreme(lowest), "highest": extreme(highest)]])
  }

  private static let best = ("0.920000000000", "0.850000000000", "0.960000000000")
  private static let worst = ("0.600000000000", "0.500000000000", "0.690000000000")
  private static let plain = estimate(
    "sensitivity", "0.900000000000", "0.800000000000", "0.950000000000", at: "0.4")

  private func judge(
    _ measure: JSONValue, scope: String = "everySite", bound: String = "lower", unlabelled: Int64? = 0,
    limit: String = "0.7"
  ) throws -> CriterionOutcome {
    let rule = criterion(scope: scope, bound: bound, "atLeast", limit)
    let rows = ["alpha", "beta", "gamma"].map { site in
      var row = SiteRow(site: site, measures: [site == "beta" ? measure : Self.plain])
      if site == "beta" { row.unlabelled = unlabelled }
      return row
    }
    return try #require(try GateStudy(go: [rule]).decide(rows).go.first)
  }

  // The cap: without it, the labelled rows alone would pass.
  @Test func aPassThatDependsOnMissingLabelsIsInconclusive() throws {
    let capped = Self.measure(lowest: Self.worst, highest: Self.best)
    for bound in ["lower", "point"] {
      let judged = try judge(capped, bound: bound)
      #expect(judged.verdict == .inconclusive)
      #expect(judged.findings.map(\.verdict) == [.pass, .inconclusive, .pass])
      #expect(
        judged.reasons.contains("beta: the verdict depends on what the missing labels are (0.600 to 0.920)"))
    }
  }

  @Test func aPassAtBothExtremesIsAPass() throws {
    let good = Self.measure(
      lowest: ("0.800000000000", "0.700000000000", "0.900000000000"), highest: Self.best)
    let judged = try judge(good)
    #expect(judged.verdict == .pass && !judged.reasons.contains { $0.contains("missing labels") })
    let below = Self.measure(
      lowest: ("0.800000000000", "0.699999999999", "0.900000000000"), highest: Self.best)
    #expect(try judge(below).verdict == .inconclusive)
  }

  @Test func aBreachStandsAndSaysThatItDepends() throws {
    let breach = Self.measure(
      lowest: ("0.400000000000", "0.300000000000", "0.500000000000"), highest: Self.best, "0.600000000000",
      "0.500000000000", "0.650000000000")
    let judged = try judge(breach)
    #expect(judged.verdict == .fail)
    #expect(judged.reasons.contains { $0.hasPrefix("beta: the verdict depends on what the missing labels") })
  }

  @Test func theWorstSiteIsTheOneWhoseMissingLabelsMatter() throws {
    // Beta has the better bound of its labelled rows.
    let capped = Self.measure(
      lowest: Self.worst, highest: Self.best, "0.900000000000", "0.820000000000", "0.950000000000")
    let judged = try judge(capped, scope: "worstSite")
    #expect(judged.verdict == .inconclusive && judged.findings.map(\.site) == ["beta"])
  }

  @Test func withheldCountsOfMissingLabelsAreSaidAndChangeNothing() throws {
    let judged = try judge(Self.plain, unlabelled: nil)
    #expect(judged.verdict == .pass)
    #expect(judged.reasons.last == "how many labels are missing is withheld at beta")
  }

  @Test func thePooledRowsSayWhatTheWithheldCountsAllow() throws {
    let pooled = estimate(
      "sensitivity", "0.900000000000", "0.800000000000", "0.950000000000", at: "0.4", estimand: "pooledRows",
      details: ["withheldBounds": ["lower": "0.400000000000", "upper": "0.970000000000"]])
    let sites = ["alpha", "beta", "gamma"]
    let study = try GateStudy(go: [criterion(scope: "pooledRows")])
    let judged = try #require(
      try study.decide(
        sites.map { SiteRow(site: $0, measures: [Self.plain]) },
        pooled: [SiteRow(site: "", measures: [pooled]).pooled(sites)]
      ).go.first)
    #expect(judged.verdict == .pass)
    #expect(judged.reasons.last == "between 0.400 and 0.970 whatever the withheld counts are")
  }

  @Test func thePooledRowsAreCappedToo() throws {
    let sites = ["alpha", "beta", "gamma"]
    let pooled = Self.measure(lowest: Self.worst, highest: Self.best, estimand: "pooledRows")
    let study = try GateStudy(go: [criterion(scope: "pooledRows")])
    let judged = try #require(
      try study.decide(
        sites.map { SiteRow(site: $0, measures: [Self.plain]) },
        pooled: [SiteRow(site: "", measures: [pooled]).pooled(sites)]
      ).go.first)
    #expect(judged.verdict == .inconclusive)
  }
}
