import PhaseGrants
import Attestations
import CanonicalJSON
import Cryptography
import EvaluationProtocols
import Gates
import Testing

@testable import Evidence

/// Gates that opened without what they need, and stops that were kept quiet.
@Suite struct MoveForgeryTests {
  private func codes(_ story: StudyStory, _ round: String = "silent-1") throws -> [String] {
    try story.verify(round).problems.map { problem in
      #expect(problem.rule == "gateConditions")
      return problem.message.split(separator: ": ").dropFirst().first.map(String.init) ?? ""
    }
  }

  @Test func missingRoleKeepsTheGateClosed() throws {
    var story = try StudyStory.judged()
    for reviewer in story.fixture.reviewers.dropLast() { try story.decide(reviewer) }
    try story.enter(.limited)
    #expect(try codes(story) == ["signOffMissing"])
  }

  @Test func rejectionKeepsTheGateClosed() throws {
    var story = try StudyStory.judged()
    for reviewer in story.fixture.reviewers {
      try story.decide(reviewer, reviewer.role == "statistician" ? .reject : .approve)
    }
    try story.enter(.limited)
    #expect(try codes(story) == ["signOffRejected"])
  }

  @Test func approvalBeforeTheDataChangedIsVoid() throws {
    var story = try StudyStory.judged()
    for reviewer in story.fixture.reviewers { try story.decide(reviewer) }
    let decisions = story.state.decisions.map(\.fact.statement)
    try story.round("silent-2", .silent)
    try story.enter(.limited, decisions: decisions)
    #expect(try codes(story, "silent-2") == ["signOffVoid", "signOffVoid", "signOffVoid"])
  }

  @Test func skippedGateIsRefused() throws {
    var story = try StudyStory.judged()
    for reviewer in story.fixture.reviewers { try story.decide(reviewer) }
    try story.enter(.broad, decisions: story.state.decisions.map(\.fact.statement))
    #expect(try codes(story) == ["state"])
  }

  @Test func gateWithoutEvidenceIsRefused() throws {
    var story = try StudyStory.opened()
    try story.enter(.limited, round: "silent-0")
    try story.round("limited-1", .limited)
    let problems = try story.verify("limited-1").problems
    #expect(problems.contains { $0.rule == "gateConditions" && $0.message.contains("noEvidence") })
  }

  @Test func otherDecisionsThanTheApprovalsAreRefused() throws {
    var story = try StudyStory.judged()
    for reviewer in story.fixture.reviewers { try story.decide(reviewer) }
    try story.enter(.limited, decisions: [])
    #expect(try story.rules() == ["gateConditions"])
  }

  @Test func tooFewConsentsKeepTheStudyClosed() throws {
    var story = try StudyStory()
    try story.publish(story.fixture.evaluationProtocol)
    try story.consent("north", .silent)
    try story.enter(.silent)
    try story.round("silent-1", .silent, sites: ["north"])
    #expect(try codes(story) == ["consents"])
  }

  @Test func evidenceNeedsEverySitesConsent() throws {
    var story = try StudyStory()
    try story.publish(story.fixture.evaluationProtocol)
    for site in StudyFixture.sites.dropLast() { try story.consent(site, .silent) }
    try story.enter(.silent)
    try story.round("silent-1", .silent)
    let problems = try story.verify().problems
    #expect(problems.map(\.rule) == ["consentMissing"])
    #expect(problems.allSatisfy { $0.message.hasSuffix(": west") })
  }

  @Test func consentThatIsTakenBackLaterDoesNotUndoTheEvidence() throws {
    var story = try StudyStory.opened()
    try story.consent("west", .none)
    try story.round("silent-1", .silent)
    #expect(try story.rules() == [])
  }

  @Test func breachHasToBeFollowedByAHold() throws {
    var story = try StudyStory.limited()
    try story.round("limited-1", .limited)
    #expect(try story.rules("limited-1") == ["breachWithoutHold"])
    var other = story
    try other.hold(cause: .stopCriterion, criteria: ["harm-limited"], round: "limited-1")
    #expect(try other.rules("limited-1") == [])
    try story.hold(cause: .stopCriterion, criteria: ["finds-limited"], round: "limited-1")
    #expect(try story.rules("limited-1").contains("holdDiffers"))
  }

  @Test func breachThatTheHistoryHidesIsMadeAgain() throws {
    var story = try StudyStory.limited()
    try story.round("limited-1", .limited) { summary in
      let fact = summary.fact
      return .init(
        round: fact.round, phase: fact.phase, protocolDigest: fact.protocolDigest, look: fact.look,
        verdict: .pass, breached: [], evidence: fact.evidence, endedAt: fact.endedAt, sites: fact.sites,
        headlines: fact.headlines)
    }
    #expect(try story.rules("limited-1") == ["evidenceRecorded"])
  }

  @Test func everySiteHasToBeOrderedBeforeTheStudyGoesOn() throws {
    var story = try StudyStory.limited()
    try story.hold()
    for site in StudyFixture.sites.dropLast() { try story.order(site) }
    try story.note()
    for reviewer in story.fixture.reviewers { try story.decide(reviewer) }
    var honest = story
    try story.restart()
    let problems = try story.verify().problems
    #expect(problems.map(\.rule) == ["stopOrderMissing"])
    #expect(problems.allSatisfy { $0.message.hasSuffix(": west") })
    #expect(try honest.verify().confirmed.contains("not ordered yet to stop: west"))
    try honest.order("west")
    try honest.restart()
    #expect(try honest.rules() == [])
  }

  @Test func restartNeedsItsSignOffsAndItsPage() throws {
    var story = try StudyStory.limited()
    try story.hold()
    for site in StudyFixture.sites { try story.order(site) }
    for reviewer in story.fixture.reviewers { try story.decide(reviewer) }
    // What is noted later asks for new signatures.
    try story.note()
    var early = story
    try early.restart()
    #expect(try codes(early) == ["signOffVoid", "signOffVoid", "signOffVoid"])
    for reviewer in story.fixture.reviewers { try story.decide(reviewer) }
    try story.restart()
    let sealed = try story.seal()
    #expect(Set(sealed.reviews.keys) == [.limited, .restart])
    var other = try StudyStory.limited()
    try other.hold()
    try other.decide(other.fixture.reviewers[0]) { $0.page = Digest(of: []) }
    #expect(try other.rules() == ["pageDiffers"])
  }

  @Test func drillChangesNothing() throws {
    var story = try StudyStory.limited()
    try story.hold("d-1", drill: true)
    for site in StudyFixture.sites { try story.order(site, incident: "d-1", drill: true) }
    for site in StudyFixture.sites { try story.acknowledge(site, .stopOrder, drill: true) }
    let report = try story.verify()
    #expect(report.problems == [])
    #expect(report.record?.study?.state.word == "limited")
    let pages = report.record?.study?.reviewPages(of: "silent-1", under: story.inForce)
    #expect(pages?.map(\.gate) == [.limited])
  }

  @Test func amendmentDoesWhatTheProtocolsSay() throws {
    var honest = try StudyStory.judged()
    try honest.publish(honest.fixture.amended)
    let report = try honest.verify()
    #expect(report.problems == [])
    #expect(report.record?.study?.protocols.count == 2)
    let lies: [(inout StudyStory.Published) -> Void] = [
      { $0.reason = "Another reason." }, { $0.changes = [] }, { $0.returnsToSilent = false },
    ]
    for lie in lies {
      var story = try StudyStory.judged()
      try story.publish(story.fixture.amended, lie)
      #expect(try story.rules() == ["amendment"])
    }
    var other = honest
    other.protocols[2] = honest.fixture.evaluationProtocol.bytes
    #expect(try other.rules() == ["amendment"])
    other.protocols[2] = nil
    #expect(try other.rules() == ["missingFile"])
  }

  @Test func sealRefusesWhatAVerifierWouldRefuse() throws {
    var story = try StudyStory.judged()
    try story.enter(.limited)
    let error = #expect(throws: SealError.self) { try story.seal() }
    guard case .study(rule: "gateConditions", _, _, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }
}
