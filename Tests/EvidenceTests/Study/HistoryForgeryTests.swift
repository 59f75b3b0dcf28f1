import Attestations
import CanonicalJSON
import Cryptography
import EvaluationProtocols
import Gates
import PhaseGrants
import Testing

@testable import Evidence

/// Words between coordinator and sites, and a chain that was changed.
@Suite struct HistoryForgeryTests {
  @Test func grantAboveTheStudysPhaseIsRefused() throws {
    var story = try StudyStory.judged()
    try story.grant("north", .limited)
    #expect(try story.rules() == ["grantAbovePhase"])
  }

  @Test func grantAboveTheSitesConsentIsRefused() throws {
    var story = try StudyStory.limited()
    try story.consent("north", .silent)
    try story.grant("north", .limited)
    #expect(try story.rules() == ["grantAbovePhase"])
  }

  @Test func grantWhileTheStudyIsHeldIsRefused() throws {
    var story = try StudyStory.limited()
    try story.hold()
    try story.grant("north", .limited)
    #expect(try story.rules() == ["grantAbovePhase"])
  }

  @Test func grantOfAnotherSiteIsRefused() throws {
    var story = try StudyStory.limited()
    try story.grant("north", .limited, signedFor: "south")
    #expect(try story.rules() == ["statementDiffers"])
  }

  @Test func wordThatDoesNotFollowTheLastIsRefused() throws {
    var story = try StudyStory.limited()
    try story.grant("north", .limited, number: 1)
    #expect(try story.rules() == ["replayed"])
  }

  @Test func grantThatNamesAnotherHistoryIsRefused() throws {
    var story = try StudyStory.limited()
    try story.grant("north", .limited, head: .init(sequence: 3, digest: Digest(of: [])))
    #expect(try story.rules() == ["historyForked"])
  }

  @Test func stopThatASiteAcknowledgedCannotBeLeftOut() throws {
    var honest = try StudyStory.limited()
    try honest.hold()
    try honest.order("north")
    try honest.acknowledge("north", .stopOrder)
    let acknowledgement = try #require(honest.statements[honest.history.head.sequence])
    guard case .acknowledged(let fact)? = honest.history.events.last?.fact else { return }
    var story = try StudyStory.limited()
    try story.record(.acknowledged(fact), acknowledgement, at: honest.now)
    #expect(try story.rules() == ["stopOrderMissing"])
  }

  @Test func rejectionBeforeAnAcknowledgedWordCannotBeLeftOut() throws {
    func told(omitting: Bool) throws -> StudyStory {
      var story = try StudyStory.limited()
      try story.round("limited-1", .limited)
      try story.hold(cause: .stopCriterion, criteria: ["harm-limited"], round: "limited-1")
      if !omitting { try story.decide(story.fixture.reviewers[0], .reject) }
      try story.order("north")
      return story
    }
    var honest = try told(omitting: false)
    try honest.acknowledge("north", .stopOrder)
    #expect(try honest.rules("limited-1") == [])
    let acknowledgement = try #require(honest.statements[honest.history.head.sequence])
    guard case .acknowledged(let fact)? = honest.history.events.last?.fact else { return }
    // The coordinator signs its order anew, since that names the history; the site's answer it cannot.
    var story = try told(omitting: true)
    try story.record(.acknowledged(fact), acknowledgement, at: honest.now)
    #expect(try story.rules("limited-1") == ["historyForked"])
  }

  @Test func siteStatementThatIsLeftOutShowsInTheCount() throws {
    var honest = try StudyStory.judged()
    try honest.consent("north", .none)
    try honest.consent("north", .broad)
    let consent = try #require(honest.statements[honest.history.head.sequence])
    guard case .consentRecorded(let fact)? = honest.history.events.last?.fact else { return }
    var story = try StudyStory.judged()
    try story.record(.consentRecorded(fact), consent, at: honest.now)
    #expect(try story.rules() == ["sequence"])
  }

  @Test func siteSignsUnderOneKey() throws {
    let other = try SigningIdentity.create(
      role: SignerRole(site: "north"), now: UTCTime(parsing: "2026-02-01T09:00:00Z"))
    var story = try StudyStory.judged()
    try story.consent("north", .silent, by: other)
    #expect(try story.rules() == ["rootNotPinned"])
    var trust = story.fixture.trust
    trust.remove(site: "north")
    let report = try story.verify(trust: trust)
    #expect(report.problems.map(\.rule).contains("oneSiteTwoKeys"))
    #expect(report.level == .malformed)
  }

  @Test func siteThatSentNothingIsPinnedLikeTheOthers() throws {
    var story = try StudyStory.opened()
    try story.round("silent-1", .silent, sites: ["central", "east", "north", "south"])
    var trust = story.fixture.trust
    #expect(try story.verify(trust: trust).level == .signed)
    trust.remove(site: "west")
    let report = try story.verify(trust: trust)
    #expect(report.level == .selfConsistent)
    #expect(report.problems.map(\.rule) == ["siteNotPinned"])
  }

  @Test func bundleHasExactlyTheStatementsOfItsHistory() throws {
    let story = try StudyStory.limited()
    let some = try #require(story.statements.keys.min())
    var missing = story
    missing.statements[some] = nil
    #expect(try missing.verify().problems.map(\.file).contains(BundlePath.statement(some)))
    #expect(try missing.rules().contains("missingFile"))
    var added = story
    added.statements[1] = story.statements[some]
    #expect(try added.rules() == ["unknownFile"])
    var swapped = story
    swapped.statements[some] = story.statements[some + 1]
    #expect(try swapped.verify().level == .malformed)
    var signers = story
    signers.signers[story.fixture.stranger.identity.fingerprint.digest] =
      story.fixture.stranger.identity.root.pem
    #expect(try signers.rules() == ["unknownFile"])
  }

  @Test func anotherStatementOfTheSameSiteIsNamed() throws {
    var story = try StudyStory.judged()
    try story.consent("north", .silent)
    let first = try #require(
      story.history.events.first {
        if case .consentRecorded(let fact) = $0.fact { fact.site == "north" } else { false }
      })
    story.statements[first.sequence] = story.statements[story.history.head.sequence]
    let problems = try story.verify().problems
    #expect(problems.map(\.rule) == ["statementDiffers"])
    #expect(problems.map(\.file) == [BundlePath.statement(first.sequence)])
  }

  @Test func changedEventBreaksTheChain() throws {
    let story = try StudyStory.judged()
    let bytes = try story.forge()
    for (old, new, rule) in [
      ("\"actor\":\"system\"", "\"actor\":\"user/x\"", "historyPrevious"),
      ("\"sequence\":3,", "\"sequence\":4,", "historySequence"),
      ("\"kind\":\"phaseEntered\"", "\"kind\":\"phaseLeft\"", "historyEvent"),
    ] {
      var entries = try readZip(bytes).map { (name: $0.name, bytes: $0.bytes) }
      let index = try #require(entries.firstIndex { $0.name == BundlePath.history })
      let text = String(decoding: entries[index].bytes, as: UTF8.self)
      let range = try #require(text.firstRange(of: old))
      entries[index].bytes = Array((text[..<range.lowerBound] + new + text[range.upperBound...]).utf8)
      let report = verifyBundle(try writeZip(entries), trust: story.fixture.trust, now: try story.now)
      #expect(report.problems.contains { $0.rule == rule }, "\(report.problems.map(\.rule))")
    }
  }

  @Test func shortenedHistoryIsNotTheOneThatTheBundleNames() throws {
    let story = try StudyStory.limited()
    let shorter = story.history.upTo(story.history.head.sequence - 1)
    var entries = try readZip(try story.forge()).map { (name: $0.name, bytes: $0.bytes) }
    let index = try #require(entries.firstIndex { $0.name == BundlePath.history })
    entries[index].bytes = shorter.encode()
    let report = verifyBundle(try writeZip(entries), trust: story.fixture.trust, now: try story.now)
    #expect(report.problems.contains { $0.rule == "bundleHistory" })
  }

  @Test func signOffsOfOneTenantAreNotAnothers() throws {
    let story = try StudyStory.limited()
    let report = verifyBundle(
      try story.forge(tenant: "another"), trust: story.fixture.trust, now: try story.now)
    let rules = Set(report.problems.map(\.rule))
    #expect(rules == ["otherTenant", "statementDiffers"])
  }

  @Test func bundleWithoutAHistorySaysSo() throws {
    let story = try StudyStory.judged()
    let round = try #require(story.rounds["silent-1"])
    let sealed = try seal(
      SealRequest(
        evaluationProtocol: story.fixture.evaluationProtocol.bytes, modelCard: story.fixture.modelCard,
        submissions: round.submissions, phase: .silent, sequence: 1),
      trust: story.fixture.trust, identity: story.fixture.coordinator, now: story.now)
    let report = verifyBundle(sealed.bytes, trust: story.fixture.trust, now: try story.now)
    #expect(report.level == .signed)
    #expect(report.confirmed.contains("no study history: nothing here shows that a gate opened"))
    #expect(
      String(decoding: sealed.report, as: UTF8.self).contains(
        "No study history: nothing here shows that a gate opened"))
  }
}
