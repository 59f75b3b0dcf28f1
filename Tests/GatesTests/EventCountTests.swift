import CanonicalJSON
import EvaluationProtocols
import Gates
import Synthesis
import Testing

/// What `minimumEvents` counts, by measure; and that a measure for description says so.
@Suite struct EventCountTests {
  private func judge(
    _ metric: String, events: Int64, counts: (Int64, Int64)? = nil, threshold: String? = nil
  ) throws -> CriterionOutcome {
    let bounded = estimate(
      metric, "0.500000000000", "0.400000000000", "0.600000000000", at: threshold, counts: counts)
    let rows = ["alpha", "beta", "gamma"].map { site in
      SiteRow(site: site, labelled: 100, events: 30, measures: [bounded])
    }
    let rule = criterion("rule", metric, "atLeast", "0.1", at: threshold, events: events)
    let study = try GateStudy(go: [rule]) { document in
      document["baseline"] = ["name": "old score", "column": "old", "thresholds": ["1", "2"]]
      document["operations"] = [
        "alert": ["column": "alert", "values": ["1"]], "override": ["column": "answer", "values": ["no"]],
      ]
    }
    return try #require(try study.decide(rows).go.first)
  }

  // 30 events and 70 non-events.
  @Test(arguments: [
    ("sensitivityDifference", "0.4", Int64(30), "events"), ("specificityDifference", "0.4", 70, "non-events"),
    ("netBenefitDifference", "0.4", 30, "events or non-events"),
    ("averagePrecision", nil, 30, "events or non-events"),
    ("aurocDifference", nil, 30, "events or non-events"),
  ])
  func measuresOfOneClassNeedThatClass(
    _ metric: String, _ threshold: String?, _ most: Int64, _ words: String
  ) throws {
    #expect(try judge(metric, events: most, threshold: threshold).verdict == .pass)
    let judged = try judge(metric, events: most + 1, threshold: threshold)
    #expect(judged.verdict == .notEvaluable)
    #expect(judged.reasons.contains("gamma has fewer than \(most + 1) \(words)"))
  }

  @Test(arguments: [("overrideRate", "alerts"), ("alertRate", "rows")])
  func measuresOfAlertsNeedTrials(_ metric: String, _ words: String) throws {
    #expect(try judge(metric, events: 400, counts: (200, 400)).verdict == .pass)
    let judged = try judge(metric, events: 401, counts: (200, 400))
    #expect(judged.verdict == .notEvaluable)
    #expect(judged.reasons.contains("gamma has fewer than 401 \(words)"))
  }

  // Superiority with non-inferiority is two criteria, and both must pass.
  @Test(arguments: [("-0.010000000000", Verdict.pass), ("-0.060000000000", .inconclusive)])
  func nonInferiorityIsTwoCriteria(_ lower: String, _ expected: Verdict) throws {
    let measures = [
      estimate("sensitivityDifference", "0.100000000000", "0.000000000000", "0.200000000000", at: "0.4"),
      estimate("specificityDifference", "0.000000000000", lower, "0.040000000000", at: "0.4"),
    ]
    let study = try GateStudy(go: [
      criterion("better", "sensitivityDifference", "atLeast", "0"),
      criterion("not-worse", "specificityDifference", "atLeast", "-0.05"),
    ]) { $0["baseline"] = ["name": "old score", "column": "old", "thresholds": ["1", "2"]] }
    let outcome = try study.decide(
      ["alpha", "beta", "gamma"].map { SiteRow(site: $0, measures: measures) },
      pooled: [SiteRow(site: "").pooled(["alpha"])])
    #expect(outcome.go.map(\.verdict) == [.pass, expected])
    #expect(outcome.verdict == expected)
  }

  @Test func aMeasureForDescriptionSaysSo() throws {
    let rule = criterion("f1", "f1Score", bound: "point", "atLeast", "0.5")
    let outcome = try GateStudy(go: [criterion(), rule]).decide([])
    #expect(
      outcome.go[1].sentence
        == "F1 score at threshold 0.4, at every validation site, is at least 0.5 (descriptive)")
    #expect(!outcome.go[0].sentence.contains("descriptive"))
  }
}
