import PhaseGrants
import Attestations
import CanonicalJSON
import Cryptography
import EvaluationProtocols
import Gates
import Testing

@testable import Evidence

/// A coordinator that lies holds its own key, and not those of sites and reviewers. What it makes of their words is
/// refused by name.
@Suite struct SignOffForgeryTests {
  private func reviewers(_ story: StudyStory) -> [StudyFixture.Reviewer] { story.fixture.reviewers }

  @Test func personWhomTheProtocolDoesNotNameDoesNotCount() throws {
    var story = try StudyStory.judged()
    try story.decide(story.fixture.stranger)
    #expect(try story.rules() == ["unnamedReviewer"])
  }

  @Test func namedReviewerUnderAnotherKeyDoesNotCount() throws {
    var story = try StudyStory.judged()
    let named = reviewers(story)[0]
    let forged = StudyFixture.Reviewer(
      person: named.person, role: named.role, organisation: named.organisation,
      identity: story.fixture.stranger.identity)
    try story.decide(forged)
    let report = try story.verify()
    #expect(report.problems.map(\.rule) == ["otherKey"])
    #expect(report.problems.map(\.kind) == [.signature])
  }

  @Test func reviewersKeyUnderAnotherNameDoesNotCount() throws {
    var story = try StudyStory.judged()
    try story.decide(reviewers(story)[0]) { $0.person = "Dr. Somebody Else" }
    #expect(try story.rules() == ["otherName"])
  }

  @Test func authorCannotSignInAReviewersPlace() throws {
    var story = try StudyStory.judged()
    let author = StudyFixture.Reviewer(
      person: "Mo Author", role: "clinical sponsor", organisation: "South hospital",
      identity: story.fixture.stranger.identity)
    try story.delegate(reviewers(story)[0], to: author)
    #expect(try story.rules() == ["notIndependent"])
  }

  @Test func oneKeyCannotSignUnderTwoNames() throws {
    var story = try StudyStory.judged()
    let other = StudyFixture.Reviewer(
      person: "Another Name", role: "", organisation: "South hospital", identity: reviewers(story)[1].identity
    )
    try story.delegate(reviewers(story)[0], to: other)
    #expect(try story.rules() == ["oneKeyTwoRoles"])
  }

  @Test func approvalOfOneGateDoesNotOpenTheNext() throws {
    var story = try StudyStory.limited()
    try story.round("limited-1", .limited) { $0.fact }
    try story.decide(reviewers(story)[0], at: .limited)
    #expect(try story.rules().contains("wrongGate"))
  }

  @Test func approvalOfOtherEvidenceDoesNotCount() throws {
    var story = try StudyStory.judged()
    try story.decide(reviewers(story)[0]) {
      var subjects = $0.evidence.subjects
      subjects[0] = Subject(name: subjects[0].name, digest: Digest(of: Array("other".utf8)))
      $0.evidence = EvidenceList(subjects)
    }
    #expect(try story.rules() == ["evidenceDiffers"])
  }

  @Test func approvalBeforeTheEvidenceDoesNotCount() throws {
    var story = try StudyStory.judged()
    let before = story.clock - 100_000
    try story.decide(reviewers(story)[0]) {
      $0.signedAt = try UTCTime(secondsSinceEpoch: before)
    }
    #expect(try story.rules() == ["signedBeforeEvidence"])
  }

  @Test func approvalAfterTheGateOpenedDoesNotCount() throws {
    var story = try StudyStory.limited()
    try story.decide(reviewers(story)[0], at: .limited) { $0.round = "silent-1" }
    #expect(try story.rules() == ["wrongGate"])
  }

  @Test func gateDatedBeforeItsApprovalsIsRefused() throws {
    var story = try StudyStory.judged()
    for reviewer in reviewers(story) { try story.decide(reviewer) }
    try story.enter(.limited, at: UTCTime(secondsSinceEpoch: story.clock - 4 * 3600))
    #expect(try story.rules() == ["backDated"])
  }

  @Test func rejectionThatALaterDecisionNamesCannotBeLeftOut() throws {
    var honest = try StudyStory.judged()
    try honest.decide(reviewers(honest)[0], .reject)
    let rejection = try #require(honest.state.decisions.last?.fact.statement)
    var story = try StudyStory.judged()
    try story.decide(reviewers(story)[0]) { $0.previous = rejection }
    #expect(try story.rules() == ["previousDiffers"])
  }

  @Test func conditionalApprovalCannotBeShownAsUnconditional() throws {
    var story = try StudyStory.judged()
    try story.decide(reviewers(story)[0]) {
      $0.conditions = ["only on wards with a rapid response team"]
      $0.shownConditions = []
    }
    #expect(try story.rules() == ["decisionDiffers"])
  }

  @Test func rejectionCannotBeShownAsApproval() throws {
    var story = try StudyStory.judged()
    try story.decide(reviewers(story)[0], .reject) {
      $0.shownDecision = .approve
    }
    #expect(try story.rules() == ["decisionDiffers"])
  }

  @Test func meaningIsThatOfTheDecision() throws {
    var story = try StudyStory.judged()
    try story.decide(reviewers(story)[0], .reject) {
      $0.meaning = Decision.approve.meaning(at: .limited, phase: .limited)
    }
    #expect(try story.rules() == ["meaning"])
  }

  @Test func delegateSignsAsLongAsTheDelegationLasts() throws {
    var story = try StudyStory.judged()
    let delegate = StudyFixture.Reviewer(
      person: "Del Egate", role: reviewers(story)[0].role, organisation: "South hospital",
      identity: story.fixture.stranger.identity)
    let named = reviewers(story)[0].person
    let delegation = try story.delegate(reviewers(story)[0], to: delegate, days: 1)
    var late = story
    try story.decide(delegate) {
      $0.delegation = delegation
      $0.onBehalfOf = named
    }
    for reviewer in reviewers(story).dropFirst() { try story.decide(reviewer) }
    try story.enter(.limited)
    #expect(try story.rules() == [])
    late.clock += 2 * 86_400
    try late.decide(delegate) {
      $0.delegation = delegation
      $0.onBehalfOf = named
    }
    #expect(try late.rules() == ["delegation"])
  }

  @Test func approvalThatRanOutDoesNotCount() throws {
    var story = try StudyStory.judged()
    let tomorrow = try UTCTime(secondsSinceEpoch: story.clock + 86_400)
    for reviewer in reviewers(story) { try story.decide(reviewer) { $0.validUntil = tomorrow } }
    let decisions = story.state.decisions.map(\.fact.statement)
    story.clock += 3 * 86_400
    try story.enter(.limited, decisions: decisions)
    let problems = try story.verify().problems
    #expect(Set(problems.map(\.rule)) == ["gateConditions"])
    #expect(problems.allSatisfy { $0.message.contains("signOffExpired") })
  }

  @Test func approvalOfAnotherPageDoesNotCount() throws {
    var story = try StudyStory.judged()
    try story.decide(reviewers(story)[0]) { $0.page = Digest(of: Array("another page".utf8)) }
    #expect(try story.rules() == ["pageDiffers"])
  }

  @Test func decisionWithoutAWordOnConflictsDoesNotCount() throws {
    var story = try StudyStory.judged()
    try story.decide(reviewers(story)[0]) { $0.leavesOut = "conflicts" }
    #expect(try story.rules() == ["malformed"])
  }

  @Test func signOffForAnotherTenantStudyOrProtocolDoesNotCount() throws {
    let lies: [(String, (inout DecisionDraft) -> Void)] = [
      ("otherTenant", { $0.tenant = "another" }), ("otherStudy", { $0.study = "another" }),
      ("protocolDiffers", { $0.protocolDigest = Digest(of: []) }),
    ]
    for (rule, lie) in lies {
      var story = try StudyStory.judged()
      try story.decide(reviewers(story)[0], change: lie)
      #expect(try story.rules() == [rule])
    }
  }

  @Test func signerWhoSawAnotherHistoryShowsThatItForked() throws {
    var story = try StudyStory.judged()
    try story.decide(reviewers(story)[0]) {
      $0.history = .init(sequence: $0.history.sequence, digest: Digest(of: []))
    }
    #expect(try story.rules() == ["historyDiffers"])
  }

  @Test func reviewerWhomTheReaderKnowsByAnotherKeyIsRefused() throws {
    let story = try StudyStory.limited()
    var trust = story.fixture.trust
    let reviewer = reviewers(story)[0]
    try trust.add(reviewer: reviewer.person, fingerprint: reviewer.identity.fingerprint)
    let known = try story.verify(trust: trust)
    #expect(known.level == .signed)
    #expect(known.confirmed.contains { $0.hasPrefix("reviewers: 1 of 3 pinned") })
    var other = story.fixture.trust
    try other.add(reviewer: reviewer.person, fingerprint: story.fixture.stranger.identity.fingerprint)
    let report = try story.verify(trust: other)
    #expect(report.level == .malformed)
    #expect(report.problems.map(\.rule) == ["reviewerDiffers"])
  }
}
