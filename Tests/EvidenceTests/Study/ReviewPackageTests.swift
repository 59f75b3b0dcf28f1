import Attestations
import CanonicalJSON
import Cryptography
import EvaluationProtocols
import Gates
import Testing

@testable import Evidence

/// What a reviewer signs from a package, and that it counts where it is handed in.
@Suite struct ReviewPackageTests {
  private func package(_ story: StudyStory, _ round: String = "silent-1") throws -> ReviewPackage {
    let report = verifyBundle(
      try story.seal(round).bytes, trust: story.fixture.trust, now: try story.now)
    #expect(report.problems == [])
    return try #require(report.review)
  }

  private func wish(
    _ reviewer: StudyFixture.Reviewer, restart: SignOffWish.Restart? = nil, delegation: SignOffFile? = nil
  ) -> SignOffWish {
    SignOffWish(
      role: reviewer.role, decision: .approve, restart: restart, conditions: ["on two wards"], conflicts: [],
      comment: nil, validDays: 30, delegation: delegation)
  }

  /// Records a file as a coordinator does.
  private func submit(_ file: SignOffFile, to story: inout StudyStory) throws {
    let file = try SignOffFile.parse(file.encode())
    let check = SignOffCheck(
      state: story.state, history: story.history, tenant: StudyFixture.tenant,
      evaluationProtocol: story.inForce, now: try story.now)
    story.signers[file.root.publicKey.digest] = file.root.pem
    if file.isDelegation {
      let verified = try VerifiedDelegation.verify(file.statement, root: file.root)
      try story.record(.delegationRecorded(check.delegation(verified)), file.statement)
    } else {
      let verified = try VerifiedDecision.verify(file.statement, root: file.root)
      try story.record(.decisionRecorded(check.decision(verified, page: nil)), file.statement)
    }
  }

  @Test func threeReviewersSignFromOnePackageAndTheGateOpens() throws {
    var story = try StudyStory.judged()
    let package = try package(story)
    for reviewer in story.fixture.reviewers {
      let prepared = try package.prepare(
        wish(reviewer), key: reviewer.identity.fingerprint.digest, now: story.now)
      #expect(prepared.page == "review/limited.html")
      #expect(prepared.content.person == reviewer.person)
      try submit(prepared.sign(with: reviewer.identity), to: &story)
    }
    try story.enter(.limited)
    _ = try story.seal()
    #expect(story.state.word == "limited")
  }

  @Test func delegateSignsFromThePackageOfBeforeTheDelegation() throws {
    var story = try StudyStory.judged()
    let package = try package(story)
    let named = story.fixture.reviewers[0]
    let other = story.fixture.stranger
    let delegation = try package.delegate(
      at: .limited,
      to: .init(
        person: other.person, organisation: "South hospital",
        fingerprint: other.identity.fingerprint.digest), from: story.now,
      until: UTCTime(secondsSinceEpoch: story.clock + 86_400), reason: "on leave", with: named.identity,
      now: story.now)
    let prepared = try package.prepare(
      wish(named, delegation: delegation.file), key: other.identity.fingerprint.digest, now: story.now)
    #expect(prepared.onBehalfOf == named.person)
    #expect(prepared.content.person == other.person)
    let decision = try prepared.sign(with: other.identity)
    try submit(delegation.file, to: &story)
    try submit(decision, to: &story)
    #expect(try story.rules() == [])
  }

  @Test func restartIsSignedForAPhase() throws {
    var story = try StudyStory.limited()
    try story.hold()
    for site in StudyFixture.sites { try story.order(site) }
    try story.note()
    let package = try package(story)
    let reviewer = story.fixture.reviewers[1]
    let key = reviewer.identity.fingerprint.digest
    #expect(throws: PreparationError.self) { try package.prepare(wish(reviewer), key: key, now: story.now) }
    let restart = SignOffWish.Restart(phase: .silent, version: nil)
    let prepared = try package.prepare(wish(reviewer, restart: restart), key: key, now: story.now)
    #expect(prepared.content.target?.incident == "i-1")
    try submit(prepared.sign(with: reviewer.identity), to: &story)
    #expect(try story.rules() == [])
    #expect(throws: PreparationError.version(7)) {
      try package.prepare(
        wish(reviewer, restart: .init(phase: .silent, version: 7)), key: key, now: story.now)
    }
  }

  @Test func nobodySignsWithOtherKeysOrForAnotherRole() throws {
    let story = try StudyStory.judged()
    let package = try package(story)
    let reviewer = story.fixture.reviewers[0]
    #expect(throws: PreparationError.key(role: reviewer.role, person: reviewer.person)) {
      try package.prepare(
        wish(reviewer), key: story.fixture.stranger.identity.fingerprint.digest, now: story.now)
    }
    let nobody = StudyFixture.Reviewer(
      person: "", role: "janitor", organisation: "", identity: reviewer.identity)
    let roles = story.fixture.reviewers.map(\.role)
    #expect(throws: PreparationError.role("janitor", known: roles)) {
      try package.prepare(wish(nobody), key: reviewer.identity.fingerprint.digest, now: story.now)
    }
  }

  @Test func packageOfAnOlderRoundIsNotSigned() throws {
    var story = try StudyStory.judged()
    try story.round("silent-2", .silent)
    let old = try package(story, "silent-1")
    let reviewer = story.fixture.reviewers[0]
    #expect(throws: PreparationError.newerEvidence(round: "silent-2")) {
      try old.prepare(wish(reviewer), key: reviewer.identity.fingerprint.digest, now: story.now)
    }
  }

  @Test func pageIsTheSameInEveryLaterBundleOfTheRound() throws {
    let before = try StudyStory.judged().seal()
    let after = try StudyStory.limited().seal()
    let same = before.reviews[.limited] == after.reviews[.limited]
    #expect(same)
    #expect(before.reviews[.limited] != nil)
  }
}
