import CanonicalJSON
import EvaluationProtocols
import Gates
import Synthesis
import Testing

/// Least data, go and stop criteria together.
@Suite struct GateOutcomeTests {
  private let sites = ["alpha", "beta", "gamma"]

  private func rows(_ lower: String, _ upper: String) -> [SiteRow] {
    sites.map { SiteRow(site: $0, measures: [estimate("sensitivity", lower, lower, upper, at: "0.4")]) }
  }

  private func pooled(labelled: Int64 = 600, events: Int64 = 300) -> JSONValue {
    var row = SiteRow(site: "")
    row.labelled = labelled
    row.events = events
    return row.pooled(sites)
  }

  @Test func opensOnlyWhenEverythingPasses() throws {
    let study = try GateStudy(
      go: [criterion("first"), criterion("second", bound: "lower", "atLeast", "0.6")],
      stop: [criterion("stop", bound: "lower", "atLeast", "0.5")])
    let open = try study.decide(rows("0.700000000000", "0.900000000000"), pooled: [pooled()])
    #expect(open.verdict == .pass)
    let closed = try study.decide(rows("0.650000000000", "0.900000000000"), pooled: [pooled()])
    #expect(closed.verdict == .inconclusive)
    #expect(closed.go.map(\.id) == ["first", "second"])
    #expect(closed.go.map(\.verdict) == [.inconclusive, .pass])
  }

  @Test func onlyABreachOfAStopCriterionStops() throws {
    let study = try GateStudy(go: [], stop: [criterion("stop", bound: "lower", "atLeast", "0.8")])
    let unsure = try study.decide(rows("0.700000000000", "0.900000000000"), pooled: [pooled()])
    #expect(unsure.stop.map(\.verdict) == [.inconclusive])
    #expect(unsure.verdict == .pass)
    let breach = try study.decide(rows("0.700000000000", "0.790000000000"), pooled: [pooled()])
    #expect(breach.verdict == .fail)
  }

  @Test(arguments: [
    ("sites", Int64(3), Verdict.pass), ("sites", 4, .notEvaluable), ("rows", 600, .pass),
    ("rows", 601, .notEvaluable), ("events", 300, .pass), ("events", 301, .notEvaluable),
  ])
  func leastDataHoldsAtEquality(_ what: String, _ wanted: Int64, _ expected: Verdict) throws {
    var minimum: JSONObject = ["sites": 1, "rows": 0, "events": 0, "days": 0]
    minimum[what] = .integer(wanted)
    let outcome = try GateStudy(minimum: .object(minimum)).decide([], pooled: [pooled()])
    #expect(outcome.minimum.verdict == expected)
    #expect(outcome.verdict == expected)
  }

  // January and February 2025 have 59 days.
  @Test(arguments: [
    (Int64(59), ["january", "february"], Verdict.pass), (60, ["january", "february"], .notEvaluable),
    (31, ["january"], .pass), (32, ["january"], .notEvaluable),
  ])
  func daysRunFromTheFirstReleasedWindowToTheLast(_ wanted: Int64, _ released: [String], _ expected: Verdict)
    throws
  {
    let study = try GateStudy(
      windows: ["january", "february"],
      minimum: ["sites": 1, "rows": 0, "events": 0, "days": .integer(wanted)])
    let rows = (released + [WindowPlan.allID]).map { SiteRow(site: "", window: $0).pooled(["alpha"]) }
    #expect(try study.decide([], pooled: rows).minimum.verdict == expected)
  }

  @Test func anUndatedStudyCannotShowDays() throws {
    let study = try GateStudy(minimum: ["sites": 1, "rows": 0, "events": 0, "days": 1])
    #expect(try study.decide([], pooled: [pooled()]).minimum.verdict == .notEvaluable)
  }

  @Test func aPhaseThatTheProtocolDoesNotHaveIsRefused() throws {
    let study = try GateStudy()
    #expect(throws: GateError.noSuchPhase("broad")) {
      try decide(study.matrix([]), phase: .broad, under: study.evaluationProtocol, look: 1)
    }
  }

  @Test func sentencesSayWhatIsAsked() throws {
    let study = try GateStudy(
      go: [
        criterion(),
        criterion("mean", "auroc", scope: "randomEffects", bound: "lower", "atLeast", "0.65", at: nil),
        criterion("worst", "brierScore", scope: "worstSite", bound: "upper", "atMost", "0.25", at: nil),
        criterion(
          "women", scope: "pooledRows", bound: "point", slice: ["attribute": "sex", "level": "female"]),
        criterion("new", "auroc", scope: "newSite", at: nil, slice: ["attribute": "sex"]),
      ])
    let outcome = try study.decide([], pooled: [pooled()])
    #expect(
      outcome.go.map(\.sentence) == [
        "the lower 95 % bound of sensitivity at threshold 0.4, at every validation site, is at least 0.7",
        "the lower 95 % bound of AUROC, as the random-effects mean over validation sites, is at least 0.65",
        "the upper 95 % bound of Brier score, at the worst validation site, is at most 0.25",
        "sensitivity at threshold 0.4, over the pooled rows of the validation sites, "
          + "among rows with sex female, is at least 0.7",
        "the lower 95 % bound of AUROC, as predicted for a new site, for each level of sex, is at least 0.7",
      ])
  }

  @Test func theDocumentIsCanonicalAndSaysTheVerdict() throws {
    let study = try GateStudy(go: [criterion()])
    let outcome = try study.decide(rows("0.700000000000", "0.900000000000"), pooled: [pooled()])
    let bytes = outcome.encode(protocolDigest: study.evaluationProtocol.digest)
    guard case .object(let document) = try parseCanonicalJSON(bytes, limits: .small) else {
      Issue.record("not an object")
      return
    }
    #expect(encodeCanonicalJSON(.object(document)) == bytes)
    #expect(document["verdict"] == "pass")
    #expect(document["phase"] == "silent")
  }
}
