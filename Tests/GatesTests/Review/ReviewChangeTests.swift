import EvaluationProtocols
import Gates
import StudyFixtures
import Testing

/// What differs from the last review.
@Suite struct ReviewChangeTests {
  private func story(_ study: ReviewStudy) throws -> ToldHistory {
    var story = try study.story()
    try story.evidence(
      "one", in: .silent, sites: ReviewStudy.sites.map { try ToldHistory.site($0) },
      headlines: [ToldHistory.headline(.auroc, 0.8, 0.78, 0.82)])
    return story
  }

  @Test func theFirstEvidenceHasNothingToCompareWith() throws {
    let facts = try story(ReviewStudy()).facts()
    #expect(facts.basis == .firstReview)
    #expect(facts.changes == [])
    #expect(facts.numbers.map(\.then) == [nil])
  }

  @Test func evidenceIsComparedWithTheLastThatSomebodySigned() throws {
    let study = try ReviewStudy()
    var story = try story(study)
    try story.sign(study.reviewers[0], at: .limited)
    try story.evidence("two", in: .silent, look: 2)
    try story.evidence("three", in: .silent, look: 3)
    guard case .reviewed(let evidence) = try story.facts().basis else {
      Issue.record("no review was found")
      return
    }
    #expect(evidence.fact.round == "one")
  }

  @Test func evidenceThatNobodySignedIsComparedWithTheOneBefore() throws {
    var story = try story(ReviewStudy())
    try story.evidence("two", in: .silent, look: 2)
    guard case .previous(let evidence) = try story.facts().basis else {
      Issue.record("the round before was not found")
      return
    }
    #expect(evidence.fact.round == "one")
  }

  @Test func evidenceThatOpenedAGateWasReviewed() throws {
    var story = try story(ReviewStudy())
    try story.enter(.limited, round: "one")
    try story.evidence("two", in: .limited)
    #expect(try story.facts().basis.sentence.contains("the last on which people signed"))
  }

  @Test func anotherDatasetSaysHowItDiffers() throws {
    var story = try story(ReviewStudy())
    try story.evidence(
      "two", in: .silent, look: 2,
      sites: [
        ToldHistory.site("alpha"), ToldHistory.site("beta"),
        ToldHistory.site(
          "gamma", dataset: "second", rows: 1500, events: 180, sourceVersion: "release 9.0",
          extractedAt: "2026-03-02T04:00:00Z"),
      ])
    let facts = try story.facts()
    #expect(
      facts.changes.map(\.sentence) == [
        "gamma: another dataset release: name gamma-second, before gamma-first; source version release 9.0, "
          + "before release 8.2; extracted 2026-03-02 04:00:00 UTC, before 2026-01-02 04:00:00 UTC; "
          + "1500 rows, 180 events (12.0 %); before 1000 rows, 80 events (8.0 %)"
      ])
  }

  @Test func theSameDatasetsAreNoChange() throws {
    var story = try story(ReviewStudy())
    try story.evidence("two", in: .silent, look: 2, sites: ReviewStudy.sites.map { try ToldHistory.site($0) })
    #expect(try story.facts().changes == [])
    #expect(try story.facts().sections[0].lines.last == "Nothing changed.")
  }

  @Test func sitesSoftwareAndMinimumCellsAreCompared() throws {
    var story = try story(ReviewStudy())
    try story.evidence(
      "two", in: .silent, look: 2,
      sites: [
        ToldHistory.site("alpha", evaluator: "site-agent 0.2.0"), ToldHistory.site("beta", minimumCell: 5),
        ToldHistory.site("delta"),
      ])
    #expect(
      try story.facts().changes.map(\.sentence) == [
        "alpha: evaluated with site-agent 0.2.0, before with site-agent 0.1.0",
        "beta: minimum cell 5, before 11", "delta sent a result, and had sent none before",
        "gamma sent nothing, and had sent a result before",
      ])
  }

  @Test func anAmendmentWithAnotherModelIsTwoChanges() throws {
    var story = try story(ReviewStudy())
    let second = try ReviewStudy(version: 2, modelVersion: "2")
    try story.publish(
      second.evaluationProtocol, reason: "recalibrated", changes: ["model"], returnsToSilent: true)
    let facts = try story.facts()
    let same = facts.changes.map(\.site) == [nil, nil]
    #expect(same)
    let sentences = facts.changes.map(\.sentence)
    #expect(sentences[0].contains("version 2") && sentences[0].contains("sections: model"))
    #expect(sentences[0].contains("reason: recalibrated (the study returned to silent)"))
    #expect(sentences[1].hasPrefix("Another model release: score 2 (sha256:"))
  }

  @Test func whatPeopleWriteDownIsAChangeAndWhatWasSeenTwiceIsSaidOnce() throws {
    var story = try story(ReviewStudy())
    try story.change(.workflow, site: "beta", at: "2026-01-10T00:00:00Z", "a new triage desk")
    try story.change(.dataset, site: "gamma", at: "2026-01-11T00:00:00Z", "another digest", automatic: true)
    try story.change(.dataset, site: "beta", at: "2026-01-11T00:00:00Z", "another digest", automatic: true)
    try story.evidence(
      "two", in: .silent, look: 2,
      sites: [
        ToldHistory.site("alpha"), ToldHistory.site("beta"), ToldHistory.site("gamma", dataset: "second"),
      ])
    let facts = try story.facts()
    #expect(facts.changes.map(\.site) == ["gamma", "beta", "beta"])
    #expect(
      facts.changes[1].sentence
        == "beta: workflow on 2026-01-10 00:00:00 UTC, told by people: a new triage desk")
  }

  @Test func numbersStandBesideThoseOfTheLastReview() throws {
    var story = try story(ReviewStudy())
    try story.evidence(
      "two", in: .silent, look: 2,
      headlines: [
        ToldHistory.headline(.auroc, 0.75, 0.73, 0.77),
        ToldHistory.headline(.observedExpectedRatio, 1.1, 0.9, 1.3),
      ])
    let numbers = try story.facts().numbers
    #expect(
      numbers.map(\.sentence) == [
        "AUROC, mean over sites: 0.750 (0.730 to 0.770), was 0.800 (0.780 to 0.820), down "
          + "0.050, INTERVALS APART",
        "observed / expected events, all rows: 1.100 (0.900 to 1.300)",
      ])
    #expect(numbers.map(\.isApart) == [true, nil])
  }

  @Test func theSiteThatMovedMostIsNamed() throws {
    var story = try ReviewStudy().story()
    func headlines(_ beta: Double) throws -> [EvidenceHeadline] {
      [
        try ToldHistory.headline(.auroc, 0.8, 0.78, 0.82),
        try ToldHistory.headline(.auroc, 0.8, 0.7, 0.9, site: "alpha"),
        try ToldHistory.headline(.auroc, beta, 0.7, 0.9, site: "beta"),
      ]
    }
    try story.evidence("one", in: .silent, headlines: headlines(0.8))
    #expect(try !story.facts().numberLines.contains { $0.hasPrefix("Most") })
    try story.evidence("two", in: .silent, look: 2, headlines: headlines(0.74))
    #expect(
      try story.facts().numberLines.contains {
        $0.hasPrefix("Most: AUROC, beta: 0.740 (0.700 to 0.900)")
      })
  }

  @Test(arguments: [("1.2", true), ("1.6", false)])
  func calibrationBeyondItsLimitIsNamed(limit: String, isBeyond: Bool) throws {
    let study = try ReviewStudy(go: [
      criterion(
        "ratio", "observedExpectedRatio", bound: "upper", "atMost", limit, at: nil)
    ])
    let rows = ReviewStudy.sites.map {
      SiteRow(
        site: $0, window: "all",
        measures: [
          estimate("observedExpectedRatio", "1.400000000000", "1.300000000000", "1.500000000000")
        ])
    }
    let facts = try study.story().facts(study.result(rows))
    #expect(facts.calibrationBreaches.map(\.id) == (isBeyond ? ["ratio"] : []))
  }
}
