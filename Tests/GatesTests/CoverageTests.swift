import CanonicalJSON
import EvaluationProtocols
import Gates
import Synthesis
import Testing

/// A withheld or under-powered site never counts as a pass.
@Suite struct CoverageTests {
  private let good = estimate("sensitivity", "0.900000000000", "0.800000000000", "0.950000000000", at: "0.4")
  private let bad = estimate("sensitivity", "0.300000000000", "0.200000000000", "0.400000000000", at: "0.4")
  private let withheld = noEstimate("sensitivity", status: "withheld", at: "0.4")

  private func judge(_ criterion: JSONValue, _ rows: [SiteRow]) throws -> CriterionOutcome {
    try #require(try GateStudy(go: [criterion]).decide(rows).go.first)
  }

  private func rows(_ gamma: SiteRow) -> [SiteRow] {
    [SiteRow(site: "alpha", measures: [good]), SiteRow(site: "beta", measures: [good]), gamma]
  }

  @Test func aWithheldSiteBlocks() throws {
    let judged = try judge(criterion(), rows(SiteRow(site: "gamma", measures: [withheld])))
    #expect(judged.verdict == .notEvaluable)
    #expect(judged.reasons.last == "gamma is withheld")
  }

  @Test func aListedSiteCountsNeitherWay() throws {
    let list = criterion(sites: 2, share: "0.6", whenWithheld: "list")
    let judged = try judge(list, rows(SiteRow(site: "gamma", measures: [withheld])))
    #expect(judged.verdict == .pass)
    #expect(judged.findings.map(\.site) == ["alpha", "beta"])
    #expect(judged.reasons.last == "gamma is withheld, and counts neither way")
  }

  @Test func theMinimumOfSitesHoldsWithAListToo() throws {
    let judged = try judge(
      criterion(sites: 3, whenWithheld: "list"), rows(SiteRow(site: "gamma", measures: [withheld])))
    #expect(judged.verdict == .notEvaluable)
    #expect(judged.reasons.contains("2 of at least 3 sites are evaluable"))
  }

  @Test(arguments: [("0.8", Verdict.pass), ("0.81", .notEvaluable)])
  func theMinimumShareOfRowsHoldsAtEquality(_ share: String, _ expected: Verdict) throws {
    // 400 of 500 rows are evaluable.
    var gamma = SiteRow(site: "gamma", measures: [withheld])
    gamma.labelled = 100
    gamma.events = 50
    let judged = try judge(criterion(share: share, whenWithheld: "list"), rows(gamma))
    #expect(judged.verdict == expected)
  }

  @Test func aBreachStandsWhateverIsHidden() throws {
    let judged = try judge(
      criterion(),
      [
        SiteRow(site: "alpha", measures: [bad]), SiteRow(site: "beta", measures: [good]),
        SiteRow(site: "gamma", measures: [withheld]),
      ])
    #expect(judged.verdict == .fail)
  }

  @Test(arguments: [(Int64(30), Verdict.pass), (31, .notEvaluable)])
  func minimumEventsHoldAtEquality(_ minimum: Int64, _ expected: Verdict) throws {
    var gamma = SiteRow(site: "gamma", measures: [good])
    gamma.labelled = 500
    gamma.events = 30
    let judged = try judge(criterion(events: minimum), rows(gamma))
    #expect(judged.verdict == expected)
    if expected == .notEvaluable { #expect(judged.reasons.last == "gamma has fewer than 31 events") }
  }

  @Test func specificityAsksForNonEvents() throws {
    var gamma = SiteRow(
      site: "gamma",
      measures: [estimate("specificity", "0.900000000000", "0.800000000000", "0.950000000000", at: "0.4")])
    gamma.labelled = 100
    gamma.events = 90
    let sites = ["alpha", "beta"].map { SiteRow(site: $0, measures: gamma.measures) }
    let judged = try judge(criterion("specificity", "specificity", events: 11), sites + [gamma])
    #expect(judged.verdict == .notEvaluable)
    #expect(judged.reasons.last == "gamma has fewer than 11 non-events")
    #expect(try judge(criterion("specificity", "specificity", events: 10), sites + [gamma]).verdict == .pass)
  }

  @Test func aSiteThatSentNothingIsNamed() throws {
    let judged = try judge(criterion(), [SiteRow(site: "alpha", measures: [good])])
    #expect(judged.verdict == .notEvaluable)
    #expect(judged.reasons.suffix(2) == ["beta sent no result", "gamma sent no result"])
  }

  @Test func aSiteThatWithholdsOneWindowIsNotEvaluable() throws {
    var gamma = SiteRow(site: "gamma", measures: [good])
    gamma.withheld = ["february"]
    #expect(try judge(criterion(), rows(gamma)).reasons.last == "gamma withholds some windows")
  }

  @Test func aSiteWhoseThresholdIsMergedAwayInOneWindowIsNotEvaluable() throws {
    let partly = estimate(
      "sensitivity", "0.900000000000", "0.800000000000", "0.950000000000", at: "0.4", omitted: ["february"])
    let judged = try judge(criterion(), rows(SiteRow(site: "gamma", measures: [partly])))
    #expect(judged.verdict == .notEvaluable)
    #expect(judged.reasons.last == "gamma withholds some windows")
  }

  // Gamma's own number tells whether all of it is left out of the pool, or some of its windows.
  private func pooled(own: JSONValue, omitted: [String], whenWithheld: String) throws -> CriterionOutcome {
    let sites = ["alpha", "beta", "gamma"]
    let pooled = estimate(
      "sensitivity", "0.900000000000", "0.800000000000", "0.950000000000", at: "0.4", estimand: "pooledRows",
      omitted: omitted)
    let study = try GateStudy(go: [criterion(scope: "pooledRows", sites: 2, whenWithheld: whenWithheld)])
    let outcome = try study.decide(
      rows(SiteRow(site: "gamma", measures: [own])),
      pooled: [SiteRow(site: "", measures: [pooled]).pooled(sites)])
    return try #require(outcome.go.first)
  }

  @Test func aPooledNumberThatLeavesASiteOutIsNotEvaluable() throws {
    #expect(try pooled(own: good, omitted: [], whenWithheld: "block").verdict == .pass)
    #expect(try pooled(own: withheld, omitted: ["gamma"], whenWithheld: "block").verdict == .notEvaluable)
    let listed = try pooled(own: withheld, omitted: ["gamma"], whenWithheld: "list")
    #expect(listed.verdict == .pass)
    #expect(listed.reasons.last == "gamma is withheld, and counts neither way")
  }

  @Test func aPooledNumberOfSomeWindowsNamesTheSite() throws {
    #expect(try pooled(own: good, omitted: ["gamma"], whenWithheld: "block").verdict == .notEvaluable)
    let listed = try pooled(own: good, omitted: ["gamma"], whenWithheld: "list")
    #expect(listed.verdict == .pass)
    #expect(listed.reasons.last == "partly withheld at gamma")
  }

  @Test func theDevelopmentSiteIsInNoCriterion() throws {
    let sites = ["alpha", "beta", "gamma"].map { SiteRow(site: $0, measures: [good]) }
    let judged = try judge(criterion(), sites + [SiteRow(site: "home", measures: [bad])])
    #expect(judged.verdict == .pass)
    #expect(judged.findings.allSatisfy { $0.site != "home" })
    let alone = try judge(criterion(), [SiteRow(site: "home", measures: [good])])
    #expect(alone.verdict == .notEvaluable)
  }

  @Test func eachListedLevelHasToPass() throws {
    func row(_ site: String, _ level: String, _ measure: JSONValue) -> SiteRow {
      SiteRow(site: site, slice: SliceID(attribute: "sex", level: level), measures: [measure])
    }
    let sites = ["alpha", "beta", "gamma"]
    let overall = sites.map { SiteRow(site: $0, measures: [good]) }
    let levels = criterion(slice: ["attribute": "sex"])
    let women = sites.map { row($0, "female", good) }
    let all = try judge(levels, overall + women + sites.map { row($0, "male", good) })
    #expect(all.verdict == .pass)
    #expect(all.findings.count == 6)
    let men = [row("alpha", "male", good), row("beta", "male", bad), row("gamma", "male", good)]
    #expect(try judge(levels, overall + women + men).verdict == .fail)
    // A hospital without men has nothing to hide and nothing to say; one that withholds them blocks.
    var none = row("gamma", "male", good)
    none.isReleased = false
    none.labelled = 0
    none.events = 0
    none.measures = []
    #expect(
      try judge(levels, overall + women + men.prefix(1) + [row("beta", "male", good), none]).verdict == .pass)
    none.withheld = [WindowPlan.undatedID]
    let hidden = try judge(levels, overall + women + men.prefix(1) + [row("beta", "male", good), none])
    #expect(hidden.verdict == .notEvaluable)
    #expect(hidden.reasons.last == "sex male: gamma is withheld")
    // Only the level that is asked about counts.
    let one = criterion(slice: ["attribute": "sex", "level": "female"])
    #expect(try judge(one, overall + women + men).verdict == .pass)
  }

  @Test(arguments: [
    ("tooFewEvents", "alpha is not evaluable: too few events or non-events"),
    ("separation", "alpha is not evaluable: the score separates events from non-events"),
    ("noVariance", "alpha is not evaluable: no variance"),
  ])
  func theReasonOfASiteIsSaid(_ reason: String, _ words: String) throws {
    let missing = noEstimate("calibrationSlope", status: "notEvaluable", reason: reason)
    let slope = criterion("slope", "calibrationSlope", bound: "point", "atLeast", "0.8", at: nil)
    let judged = try judge(slope, [SiteRow(site: "alpha", measures: [missing])])
    #expect(judged.verdict == .notEvaluable)
    #expect(judged.reasons.contains(words))
  }
}
