import PhaseGrants
import EvaluationProtocols
import Gates
import StudyFixtures
import Testing

/// Each condition of a move, met and not met.
@Suite struct ConditionTests {
  /// Everything that the way out of `silent` or `limited` needs.
  private func ready(in phase: PhaseName = .silent) throws -> GateLedger {
    var ledger = try GateLedger(in: phase)
    try ledger.endRound()
    for reviewer in phase == .silent
      ? [ledger.people.safety, ledger.people.statistics] : [ledger.people.safety, ledger.people.chair]
    { try ledger.sign(reviewer) }
    return ledger
  }

  // MARK: Open

  @Test func aDraftOpensWithItsFilesAndTheConsents() throws {
    var ledger = try GateLedger()
    try ledger.publish(ledger.people.first)
    #expect(try ledger.unmet(.open) == [.consents])
    try ledger.consent("north", .silent)
    try ledger.consent("south", .none)
    #expect(try ledger.unmet(.open) == [.consents])
    try ledger.consent("south", .broad)
    #expect(try ledger.unmet(.open) == [])
    let withoutCard = ledger.state.unmetConditions(
      for: .open, under: try ledger.inForce, missingObjects: ["a model card"], now: try ledger.time)
    #expect(withoutCard.map(\.code) == [.objectsMissing])
    try ledger.amend { $0.title = "renamed" }
    #expect(try ledger.unmet(.open) == [.consents])
  }

  @Test func onlyADraftOpens() throws {
    #expect(try GateLedger(in: .silent).unmet(.open) == [.state])
  }

  // MARK: Advance

  @Test(arguments: [(PhaseName.silent, PhaseName.limited), (.limited, .broad)])
  func withEverythingThereTheNextPhaseIsFree(_ phase: PhaseName, _ next: PhaseName) throws {
    let ledger = try ready(in: phase)
    for wanted in PhaseName.allCases {
      #expect(try ledger.unmet(.advance(to: wanted)) == (wanted == next ? [] : [.state]))
    }
  }

  @Test func aPhaseThatTheProtocolLeavesOutIsPassedOver() throws {
    var ledger = try GateLedger(in: .silent) { $0.phases = [.silent, .broad] }
    try ledger.endRound()
    try ledger.sign(ledger.people.safety)
    try ledger.sign(ledger.people.statistics)
    #expect(try ledger.unmet(.advance(to: .limited)) == [.state])
    #expect(try ledger.unmet(.advance(to: .broad)) == [])
  }

  @Test func withoutEvidenceNothingOpens() throws {
    #expect(
      try GateLedger(in: .silent).unmet(.advance(to: .limited)) == [
        .noEvidence, .signOffMissing, .signOffMissing,
      ])
  }

  @Test(arguments: [Verdict.fail, .inconclusive, .notEvaluable]) func onlyPassOpens(_ verdict: Verdict) throws
  {
    var ledger = try GateLedger(in: .silent)
    try ledger.endRound(verdict)
    try ledger.sign(ledger.people.safety)
    try ledger.sign(ledger.people.statistics)
    #expect(try ledger.unmet(.advance(to: .limited)) == [.verdict])
  }

  @Test func theNewestEvidenceDecides() throws {
    var ledger = try ready()
    try ledger.endRound(.fail)
    #expect(try ledger.unmet(.advance(to: .limited)) == [.verdict, .signOffVoid, .signOffVoid])
  }

  @Test func evidenceHoldsUntilItsLastSecond() throws {
    var ledger = try GateLedger(in: .silent)
    try ledger.endRound()
    ledger.now = 15 * 86_400
    try ledger.sign(ledger.people.safety)
    try ledger.sign(ledger.people.statistics)
    ledger.now = 30 * 86_400
    #expect(try ledger.unmet(.advance(to: .limited)) == [])
    ledger.now += 1
    #expect(try ledger.unmet(.advance(to: .limited)) == [.evidenceExpired])
  }

  @Test func anOpenIncidentKeepsAGateShutADrillDoesNot() throws {
    var ledger = try ready()
    try ledger.record(
      .incidentOpened(.init(incident: "drill", title: "a drill", sites: [], windows: [], drill: true)))
    #expect(try ledger.unmet(.advance(to: .limited)) == [])
    try ledger.record(
      .incidentOpened(.init(incident: "i", title: "something", sites: [], windows: [], drill: false)))
    #expect(try ledger.unmet(.advance(to: .limited)) == [.incidentOpen])
    try ledger.record(.incidentClosed(.init(incident: "i", people: ["O."], text: "over")))
    #expect(try ledger.unmet(.advance(to: .limited)) == [])
  }

  @Test func aPhaseOpensOnSomebodysName() throws {
    var ledger = try GateLedger(in: .silent) { $0.signOffs = [:] }
    try ledger.endRound()
    #expect(try ledger.unmet(.advance(to: .limited)) == [.noReviewers])
  }

  @Test func aReviewerWithoutAKeyCannotSign() throws {
    var ledger = try GateLedger(in: .silent) { version in
      version.signOffs[.silent]?[0].hasKey = false
    }
    try ledger.endRound()
    try ledger.sign(ledger.people.statistics)
    #expect(try ledger.unmet(.advance(to: .limited)) == [.keyUnknown])
  }

  @Test func aRejectionStandsUntilTheSamePersonDecidesAnew() throws {
    var ledger = try ready()
    try ledger.sign(ledger.people.safety, .reject)
    #expect(try ledger.unmet(.advance(to: .limited)) == [.signOffRejected])
    try ledger.endRound()
    #expect(try ledger.unmet(.advance(to: .limited)) == [.signOffRejected, .signOffVoid])
    try ledger.sign(ledger.people.statistics)
    try ledger.sign(ledger.people.safety, .abstain)
    #expect(try ledger.unmet(.advance(to: .limited)) == [.signOffAbstained])
    try ledger.sign(ledger.people.safety)
    #expect(try ledger.unmet(.advance(to: .limited)) == [])
  }

  @Test func anApprovalHoldsUntilItsLastSecond() throws {
    var ledger = try ready()
    ledger.now = 20 * 86_400
    #expect(try ledger.unmet(.advance(to: .limited)) == [])
    ledger.now += 1
    #expect(try ledger.unmet(.advance(to: .limited)) == [.signOffExpired, .signOffExpired])
  }

  @Test func anApprovalOfOlderEvidenceIsVoid() throws {
    var ledger = try ready()
    try ledger.endRound()
    #expect(try ledger.unmet(.advance(to: .limited)) == [.signOffVoid, .signOffVoid])
  }

  @Test func anotherVersionMakesEvidenceAndApprovalsVoid() throws {
    var ledger = try ready(in: .limited)
    try ledger.amend { $0.title = "renamed" }
    #expect(try ledger.unmet(.advance(to: .broad)) == [.noEvidence, .signOffVoid, .signOffVoid])
    try ledger.endRound()
    #expect(try ledger.unmet(.advance(to: .broad)) == [.signOffVoid, .signOffVoid])
  }

  @Test func whatWasShownInAnEarlierStayDoesNotCount() throws {
    var ledger = try ready()
    try ledger.interrupt()
    try ledger.note()
    try ledger.restart(.silent, under: 1)
    #expect(
      try ledger.unmet(.advance(to: .limited)) == [
        .noEvidence, .incidentOpen, .signOffMissing, .signOffMissing,
      ])
  }

  // MARK: Hold and stop

  @Test(arguments: StateTests.standings) func aHoldAndAStopNeedOnlyTheState(
    _ standing: StudyState.Standing
  ) throws {
    let ledger = try StateTests.ledger(standing)
    switch standing {
    case .active:
      #expect(try ledger.unmet(.hold) == [])
      #expect(try ledger.unmet(.stop) == [])
    case .held:
      #expect(try ledger.unmet(.hold) == [.state])
      #expect(try ledger.unmet(.stop) == [])
    case .draft, .stopped:
      #expect(try ledger.unmet(.hold) == [.state])
      #expect(try ledger.unmet(.stop) == [.state])
    }
  }
}
