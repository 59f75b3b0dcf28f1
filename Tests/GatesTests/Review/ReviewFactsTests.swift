import CanonicalJSON
import EvaluationProtocols
import Gates
import StudyFixtures
import Synthesis
import Testing

/// What is missing, withheld, looked at and drifted.
@Suite struct ReviewFactsTests {
  @Test func factsAreAFunctionOfTheirInput() throws {
    let story = try ReviewStudy().story()
    let same = try story.facts() == story.facts()
    #expect(same)
  }

  @Test func missingApproversAreNamedSinceTheEvidence() throws {
    let study = try ReviewStudy()
    var story = try study.story()
    try story.evidence("one", in: .silent, sites: ReviewStudy.sites.map { try ToldHistory.site($0) })
    let evidenceAt = try #require(try story.state().evidence).time
    try story.sign(study.reviewers[0], at: .limited)
    try story.wait(days: 3)
    let missing = try story.facts().missing
    #expect(missing.map(\.kind) == [.approver])
    #expect(missing.map(\.what) == ["Dr. Ben, safety officer"])
    #expect(missing.first?.since == evidenceAt)
    #expect(missing.first?.sentence.contains("has not signed, since 2026-01-05 08:05:00 UTC (3 days") == true)
    try story.sign(study.reviewers[1], at: .limited)
    #expect(try story.facts().missing == [])
  }

  @Test func aRejectionAnAbstentionAndAnApprovalOutOfDateAreMissingApprovals() throws {
    let study = try ReviewStudy()
    var story = try study.story()
    try story.evidence("one", in: .silent, sites: ReviewStudy.sites.map { try ToldHistory.site($0) })
    try story.sign(study.reviewers[0], at: .limited, .reject)
    try story.sign(study.reviewers[1], at: .limited, validDays: 1)
    try story.wait(days: 2)
    let sentences = try story.facts().missing.map(\.sentence)
    #expect(sentences.count == 2)
    #expect(sentences[0].contains("Dr. Ada, clinical sponsor: rejected"))
    #expect(sentences[1].contains("Dr. Ben, safety officer: the approval is out of date"))
  }

  @Test func newEvidenceVoidsAnApprovalVisibly() throws {
    let study = try ReviewStudy()
    var story = try study.story()
    try story.evidence("one", in: .silent)
    try story.sign(study.reviewers[0], at: .limited)
    try story.evidence("two", in: .silent, look: 2)
    #expect(
      try story.facts().missing.contains { $0.sentence.contains("Dr. Ada") && $0.sentence.contains("void") })
  }

  @Test func filesResultsAndConsentsAreMissing() throws {
    let study = try ReviewStudy()
    var story = try ToldHistory(study.evaluationProtocol)
    try story.consent(["alpha", "beta"])
    let draft = try story.facts(missingObjects: ["model card"]).missing
    #expect(draft.map(\.kind) == [.artifact, .consent])
    #expect(draft.map(\.what) == ["model card", "gamma"])
    try story.enter(.silent)
    #expect(try story.facts().missing.first?.kind == .evidence)
    try story.evidence("one", in: .silent, sites: [ToldHistory.site("alpha"), ToldHistory.site("gamma")])
    let missing = try story.facts().missing.filter { $0.kind == .submission }
    #expect(missing.map(\.what) == ["beta"])
  }

  @Test func aReviewerWithoutAKeyIsSaid() throws {
    let sentences = try ReviewStudy(keys: false).story().facts().missing.map(\.sentence)
    #expect(sentences.contains { $0.contains("the protocol names no key") })
  }

  @Test func withheldRowsAreSummedUp() throws {
    let study = try ReviewStudy()
    let female = SliceID(attribute: "sex", level: "female")
    let rows = [
      SiteRow(site: "alpha", window: "all", withheld: ["january", "february"], isReleased: false),
      SiteRow(site: "beta", window: "january", withheld: ["january"], isReleased: false),
      SiteRow(site: "beta", window: "all"),
      SiteRow(site: "beta", slice: female, window: "all", withheld: ["january"], isReleased: false),
      SiteRow(site: "gamma", window: "all"),
    ]
    let facts = try study.story().facts(study.result(rows))
    #expect(
      facts.withheld?.sentences == [
        "alpha withholds all rows.",
        "beta withholds 1 of 3 slices (sex: female) and 1 window.",
        "No site releases: sex: female.",
      ])
    let none = try study.story().facts(study.result([SiteRow(site: "gamma", window: "all")]))
    #expect(none.withheld?.sentences == ["Nothing is withheld."])
    #expect(try study.story().facts().withheld == nil)
  }

  @Test func looksAreCountedAgainstThePlan() throws {
    var story = try ReviewStudy(looks: 2).story()
    #expect(try story.facts().looks.map(\.spent) == [0, 0, 0])
    for look in 1...3 { try story.evidence("round-\(look)", in: .silent, look: look) }
    let looks = try story.facts().looks
    #expect(looks.map(\.spent) == [3, 0, 0])
    #expect(looks[0].sentence == "silent: 3 looks spent of 2 planned, MORE THAN PLANNED")
    #expect(try ReviewStudy().story().facts().looks[0].sentence == "silent: 0 looks spent, no number planned")
  }

  @Test func looksNameTheMethodOfTheCriteria() throws {
    guard case .object(var always) = criterion("a"), case .object(var spending) = criterion("b") else {
      return
    }
    always["looks"] = ["method": "alwaysValid"]
    spending["looks"] = ["method": "alphaSpending", "planned": 4]
    let study = try ReviewStudy(go: [.object(always), .object(spending), criterion("c")], looks: 4)
    #expect(
      try study.story().facts().looks[0].sentence
        == "silent: 0 looks spent of 4 planned; 1 criterion by always-valid bounds, 1 criterion by alpha "
        + "spending over 4 looks, 1 criterion not adjusted for looks")
  }

  @Test func driftBeyondTheLimitListsTheChangesInsideItsWindow() throws {
    let study = try ReviewStudy()
    func compared(_ window: String, _ profile: String, _ index: String) -> JSONValue {
      driftRow(
        window, profile, index, upper: "0.90000000", pValue: "0.000001000000",
        verdict: index.hasPrefix("0.2") ? "underpowered" : "drift")
    }
    let result = try study.result(
      [SiteRow(site: "beta", window: "all")],
      drift: [
        "beta": [
          compared("january", "score", "0.200000000000"), compared("february", "score", "0.300000000000"),
          compared("february", "sex", "0.400000000000"),
        ]
      ])
    var story = try study.story()
    try story.change(.mapping, site: "beta", at: "2025-02-10T00:00:00Z", "units of lactate")
    try story.change(.mapping, site: "alpha", at: "2025-02-10T00:00:00Z", "elsewhere")
    try story.change(.policy, at: "2025-02-28T23:59:59Z", "a new alarm policy")
    try story.change(.policy, at: "2025-03-01T00:00:00Z", "too late")
    let drifts = try story.facts(result).drifts
    #expect(drifts.count == 1)
    let drift = try #require(drifts.first)
    #expect(drift.site == "beta" && drift.window == "february")
    #expect(drift.profiles.map(\.profile) == ["sex", "score"])
    #expect(drift.changes.map(\.site) == ["beta", nil])
    #expect(drift.sentence.hasPrefix("beta, february: sex 0.400, score 0.300, limit 0.25; changes then:"))
    let unlimited = try ReviewStudy(stabilityLimit: nil)
    #expect(
      try unlimited.story().facts(unlimited.result([SiteRow(site: "beta", window: "all")])).drifts == [])
  }
}
