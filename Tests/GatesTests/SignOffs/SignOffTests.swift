import CanonicalJSON
import Attestations
import Cryptography
import EvaluationProtocols
import Gates
import PhaseGrants
import StudyFixtures
import Testing

/// Each rule by which a sign-off is refused, with statements that were really signed.
@Suite struct SignOffTests {
  /// A study that waits for sign-offs at the gate into `limited`.
  private func waiting() throws -> GateLedger {
    var ledger = try GateLedger(in: .silent)
    try ledger.endRound()
    return ledger
  }

  private func held(in phase: PhaseName = .silent) throws -> GateLedger {
    var ledger = try GateLedger(in: phase)
    try ledger.interrupt()
    return ledger
  }

  @Test func whatIsRightIsTaken() throws {
    let ledger = try waiting()
    for reviewer in [ledger.people.safety, ledger.people.statistics] {
      #expect(try ledger.refusal(ledger.draft(by: reviewer)) == nil)
    }
  }

  @Test func whatWasSignedIsWhatIsRecorded() throws {
    let ledger = try waiting()
    let draft = try ledger.draft(by: ledger.people.statistics)
    let verified = try draft.verified()
    let fact = try ledger.check().decision(verified, page: GateLedger.page)
    #expect(fact.person == draft.person)
    #expect(fact.role == draft.role)
    #expect(fact.key == ledger.people.statistics.key)
    #expect(fact.evidence == ledger.state.evidence?.fact.evidence)
    #expect(fact.seen == draft.history.sequence)
    #expect(fact.statement == verified.signedDigest)
    #expect(fact.onBehalfOf == nil)
  }

  // MARK: Whose, and over what

  @Test func anotherRoleAndAnotherRootAreRefused() throws {
    let ledger = try waiting()
    var draft = try ledger.draft(by: ledger.people.safety)
    let bytes = try draft.sign()
    #expect(throws: SignOffRefusal.self) {
      try VerifiedDecision.verify(bytes, root: ledger.people.statistics.identity.root)
    }
    #expect(throws: SignOffRefusal.self) {
      try VerifiedDecision.verify(Array(bytes.dropLast()), root: draft.identity.root)
    }
    draft.identity = try .create(role: .evidence, now: ReviewedStudy.time(-60))
    #expect(throws: (any Error).self) { try draft.verified() }
  }

  @Test func aStatementBeforeTheKeyWasMadeIsRefused() throws {
    let ledger = try waiting()
    var draft = try ledger.draft(by: ledger.people.safety)
    draft.signedAt = try ReviewedStudy.time(-3 * 86_400)
    #expect(throws: SignOffRefusal.self) { try draft.verified() }
  }

  @Test func aStatementOverAnotherPageOrNoneIsRefused() throws {
    let ledger = try waiting()
    var draft = try ledger.draft(by: ledger.people.safety)
    draft.gate = .broad
    let bytes = try draft.sign()
    // The page of another gate beside the list.
    draft.evidence = EvidenceList(
      draft.evidence.subjects + [Subject(name: "review/limited.html", digest: GateLedger.page)])
    #expect(throws: SignOffRefusal.subjects) { try draft.verified() }
    #expect(throws: Never.self) { try VerifiedDecision.verify(bytes, root: draft.identity.root) }
  }

  @Test func aTargetIsARestartsAndALifeAtMostAYear() throws {
    let ledger = try waiting()
    let right = try ledger.draft(by: ledger.people.safety)
    var targeted = right
    targeted.target = RestartTarget(protocolDigest: right.protocolDigest, phase: .silent, incident: "i")
    var untargeted = right
    untargeted.gate = .restart
    var long = right
    long.validUntil = try ReviewedStudy.time(365 * 86_400 + 1)
    var ended = right
    ended.validUntil = right.signedAt
    for wrong in [targeted, untargeted, long, ended] {
      do {
        _ = try wrong.verified()
        Issue.record("taken: \(wrong.gate) \(wrong.validUntil.text)")
      } catch let refusal as SignOffRefusal { #expect(refusal.rule == "malformed") }
    }
    var year = right
    year.validUntil = try ReviewedStudy.time(365 * 86_400)
    #expect(try ledger.refusal(year) == nil)
  }

  // MARK: Replayed

  /// Everything that a sign-off names, changed one by one.
  static let changes: [(String, @Sendable (inout SignOffDraft) throws -> Void)] = [
    ("otherTenant", { $0.tenant = "t-other" }),
    ("otherStudy", { $0.study = "other" }),
    ("wrongGate", { $0.gate = .broad }),
    (
      "wrongGate",
      {
        $0.gate = .restart
        $0.target = RestartTarget(protocolDigest: $0.protocolDigest, phase: .silent, incident: "i")
      }
    ),
    ("protocolDiffers", { $0.protocolDigest = ReviewedStudy.digest("another") }),
    (
      "unnamedReviewer",
      { ($0.person, $0.identity) = ("D. Dorn", try ReviewedStudy.shared().deputy.identity) }
    ),
    ("otherKey", { $0.identity = try ReviewedStudy.shared().deputy.identity }),
    ("otherName", { $0.person = "A. Dler" }),
    ("otherName", { $0.role = "chair" }),
    ("otherName", { $0.organisation = "Hospital B" }),
    ("otherName", { $0.identity = try ReviewedStudy.shared().statistics.identity }),
    ("notIndependent", { $0.independence = [.notModelAuthor] }),
    ("evidenceDiffers", { $0.evidence = EvidenceList(protocolAlone: $0.protocolDigest) }),
    ("evidenceDiffers", { $0.round = "round-9" }),
    ("evidenceDiffers", { $0.round = nil }),
    ("pageDiffers", { $0.page = ReviewedStudy.digest("another page") }),
    ("meaning", { $0.meaning = Decision.reject.meaning(at: .limited, phase: .limited) }),
    ("meaning", { $0.meaning = Decision.approve.meaning(at: .broad, phase: .broad) }),
    ("time", { $0.signedAt = try ReviewedStudy.time(301) }),
    ("signedBeforeEvidence", { $0.signedAt = try ReviewedStudy.time(-301) }),
    ("historyDiffers", { $0.history = HistoryHead(sequence: 2, digest: $0.history.digest) }),
    ("historyDiffers", { $0.history = HistoryHead(sequence: 99, digest: $0.history.digest) }),
    ("previousDiffers", { $0.previous = ReviewedStudy.digest("another") }),
    ("delegation", { $0.delegation = ReviewedStudy.digest("none") }),
  ]

  @Test(arguments: changes.indices) func oneWrongThingIsRefused(_ index: Int) throws {
    let (rule, change) = Self.changes[index]
    let ledger = try waiting()
    var draft = try ledger.draft(by: ledger.people.safety)
    try change(&draft)
    #expect(try ledger.refusal(draft) == rule)
  }

  @Test func clocksMayDifferByFiveMinutes() throws {
    let ledger = try waiting()
    for seconds: Int64 in [-300, 300] {
      var draft = try ledger.draft(by: ledger.people.safety)
      draft.signedAt = try ReviewedStudy.time(seconds)
      #expect(try ledger.refusal(draft) == nil, "\(seconds)")
    }
  }

  @Test func whatIsNotValidAnyMoreIsRefused() throws {
    var ledger = try waiting()
    let draft = try ledger.draft(by: ledger.people.safety)
    ledger.now = 20 * 86_400
    #expect(try ledger.refusal(draft) == nil)
    ledger.now += 1
    #expect(try ledger.refusal(draft) == "time")
  }

  @Test func aSignOffOfOneGateIsNoneOfTheNext() throws {
    var ledger = try waiting()
    let old = try ledger.draft(by: ledger.people.safety)
    try ledger.enter(.limited)
    #expect(try ledger.refusal(old) == "wrongGate")
    try ledger.endRound()
    #expect(try ledger.refusal(old) == "wrongGate")
  }

  @Test func aSignOffOfOlderEvidenceIsRefused() throws {
    var ledger = try waiting()
    let old = try ledger.draft(by: ledger.people.safety)
    try ledger.endRound()
    #expect(try ledger.refusal(old) == "evidenceDiffers")
  }

  @Test func whoSawOnlyWhatWasBeforeTheEvidenceIsRefused() throws {
    let ledger = try waiting()
    var draft = try ledger.draft(by: ledger.people.safety)
    draft.history = ledger.history.upTo(ledger.history.head.sequence - 1).head
    #expect(try ledger.refusal(draft) == "historyDiffers")
  }

  @Test func withoutEvidenceNothingCanBeSigned() throws {
    let ledger = try GateLedger(in: .silent)
    #expect(try ledger.refusal(ledger.draft(by: ledger.people.safety)) == "historyDiffers")
    let draft = try GateLedger(in: .broad).draft(by: ledger.people.safety, at: .broad)
    #expect(try GateLedger(in: .broad).refusal(draft) == "wrongGate")
  }

  @Test func theDecisionBeforeIsNamed() throws {
    var ledger = try waiting()
    let first = try ledger.draft(by: ledger.people.safety)
    try ledger.sign(ledger.people.safety, .reject)
    // As if the rejection had never been.
    #expect(try ledger.refusal(first) == "previousDiffers")
    #expect(try ledger.refusal(ledger.draft(by: ledger.people.safety)) == nil)
    // Another person's decision is not before one's own.
    #expect(try ledger.refusal(ledger.draft(by: ledger.people.statistics)) == nil)
  }

  // MARK: Restarts

  @Test func aRestartIsSignedForAPublishedVersionAndTheIncident() throws {
    let ledger = try held()
    let right = try ledger.draft(by: ledger.people.safety)
    #expect(try ledger.refusal(right) == nil)
    for target in [
      RestartTarget(protocolDigest: right.protocolDigest, phase: .silent, incident: "other"),
      RestartTarget(protocolDigest: ReviewedStudy.digest("p"), phase: .silent, incident: "incident"),
    ] {
      var wrong = right
      wrong.target = target
      #expect(try ledger.refusal(wrong) == "wrongTarget")
    }
    var meaning = right
    meaning.meaning = Decision.approve.meaning(at: .restart, phase: .limited)
    #expect(try ledger.refusal(meaning) == "meaning")
  }

  @Test func aRestartIsSignedAfterTheHold() throws {
    var ledger = try GateLedger(in: .silent)
    ledger.now = 86_400
    try ledger.interrupt()
    var draft = try ledger.draft(by: ledger.people.safety)
    draft.signedAt = try ReviewedStudy.time(86_400 - 301)
    #expect(try ledger.refusal(draft) == "signedBeforeEvidence")
    draft.signedAt = try ReviewedStudy.time(86_400 - 300)
    #expect(try ledger.refusal(draft) == nil)
  }

  @Test func whoHasNotSeenTheNewestNoteIsRefused() throws {
    var ledger = try held()
    let old = try ledger.draft(by: ledger.people.safety)
    try ledger.note()
    #expect(try ledger.refusal(old) == "historyDiffers")
    #expect(try ledger.refusal(ledger.draft(by: ledger.people.safety)) == nil)
  }
}
