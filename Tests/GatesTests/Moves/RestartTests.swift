import EvaluationProtocols
import Gates
import StudyFixtures
import Testing

/// Where a study may go on after it was held or stopped, and on whose names.
@Suite struct RestartTests {
  /// Held in a phase, noted, and signed for a target by the reviewers of that phase.
  private func ready(
    _ target: PhaseName, heldIn phase: PhaseName = .limited, stop: Bool = false
  ) throws -> GateLedger {
    var ledger = try GateLedger(in: phase)
    try ledger.interrupt(stop: stop)
    try ledger.note()
    try sign(try ledger.target(target), &ledger)
    return ledger
  }

  private func sign(_ target: RestartTarget, _ ledger: inout GateLedger) throws {
    let people = [ledger.people.safety, ledger.people.statistics, ledger.people.chair]
    let asked = try ledger.state.reviewers(of: .restart, under: ledger.inForce).map(\.fingerprint)
    for reviewer in people where asked.contains(reviewer.key) {
      try ledger.sign(reviewer, .approve, target)
    }
  }

  @Test(arguments: PhaseName.allCases) func aHeldStudyRestartsInAPhaseUpToItsOwn(_ phase: PhaseName) throws {
    let ledger = try ready(phase)
    #expect(
      try ledger.unmet(.restart(ledger.target(phase))) == (phase <= .limited ? [] : [.target]))
  }

  @Test(arguments: PhaseName.allCases) func aStoppedStudyRestartsInSilent(_ phase: PhaseName) throws {
    let ledger = try ready(phase, stop: true)
    #expect(try ledger.unmet(.restart(ledger.target(phase))) == (phase == .silent ? [] : [.target]))
  }

  @Test func onlyAHeldOrStoppedStudyRestarts() throws {
    let ledger = try GateLedger(in: .limited)
    #expect(try ledger.unmet(.restart(ledger.target(.silent))) == [.state])
  }

  @Test func anIncidentNeedsAnOwnerAndACorrectiveAction() throws {
    var ledger = try GateLedger(in: .limited)
    try ledger.interrupt()
    for (owner, action) in [(nil, nil), ("O.", nil), (nil, nil)] as [(String?, String?)] {
      try ledger.note(owner: owner, action: action)
      try sign(try ledger.target(.silent), &ledger)
      #expect(try ledger.unmet(.restart(ledger.target(.silent))) == [.correctiveAction])
    }
    try ledger.note(owner: nil, action: "fixed")
    try sign(try ledger.target(.silent), &ledger)
    #expect(try ledger.unmet(.restart(ledger.target(.silent))) == [])
  }

  @Test func approvalsAreOfExactlyTheTarget() throws {
    let ledger = try ready(.limited)
    #expect(try ledger.unmet(.restart(ledger.target(.silent))) == [.signOffVoid, .signOffVoid])
    #expect(
      try ledger.unmet(.restart(ledger.target(.limited, incident: "other"))) == [
        .target, .signOffVoid, .signOffVoid,
      ])
  }

  @Test func whatIsNotedLaterAsksForNewSignatures() throws {
    var ledger = try ready(.silent)
    try ledger.note()
    #expect(try ledger.unmet(.restart(ledger.target(.silent))) == [.signOffVoid, .signOffVoid])
    try sign(try ledger.target(.silent), &ledger)
    #expect(try ledger.unmet(.restart(ledger.target(.silent))) == [])
  }

  @Test func anAmendmentWhileHeldAsksForNewSignatures() throws {
    var ledger = try ready(.silent)
    try ledger.amend { $0.title = "renamed" }
    #expect(try ledger.unmet(.restart(ledger.target(.silent))) == [.signOffVoid, .signOffVoid])
    try sign(try ledger.target(.limited), &ledger)
    #expect(try ledger.unmet(.restart(ledger.target(.limited))) == [])
  }

  @Test func anAmendmentToAnotherUseWhileHeldLowersTheTarget() throws {
    var ledger = try ready(.limited)
    try ledger.amend { $0.intendedUse = "another" }
    try sign(try ledger.target(.limited), &ledger)
    #expect(try ledger.unmet(.restart(ledger.target(.limited))) == [.target])
    try sign(try ledger.target(.silent), &ledger)
    #expect(try ledger.unmet(.restart(ledger.target(.silent))) == [])
  }

  @Test func anApprovalBeforeAStopIsNoneAfterIt() throws {
    var ledger = try ready(.silent)
    try ledger.interrupt("worse", stop: true)
    try ledger.note("worse")
    let target = try ledger.target(.silent, incident: "worse")
    #expect(try ledger.unmet(.restart(target)) == [.signOffMissing, .signOffMissing])
  }

  // MARK: Which phase under which version

  /// Targets of a held study, with the phase that the study has, under each version.
  private func targets(_ ledger: inout GateLedger, versions: Int) throws -> [String] {
    var found: [String] = []
    for version in 1...versions {
      for phase in PhaseName.allCases {
        let unmet = try ledger.unmet(.restart(ledger.target(phase, version: version)))
        if !unmet.contains(.target) { found.append("\(version) \(phase)") }
      }
    }
    return found
  }

  @Test func anEarlierVersionGivesThePhasesInWhichTheStudyWasUnderIt() throws {
    var ledger = try GateLedger(in: .limited)
    try ledger.amend { $0.intendedUse = "another" }
    try ledger.amend { $0.title = "renamed" }
    try ledger.interrupt()
    #expect(
      try targets(&ledger, versions: 3) == ["1 silent", "1 limited", "2 silent", "3 silent"])
  }

  @Test func aVersionThatKeptThePhaseWasInIt() throws {
    var ledger = try GateLedger(in: .limited)
    try ledger.amend { $0.title = "renamed" }
    try ledger.amend { $0.title = "renamed again" }
    try ledger.interrupt()
    #expect(
      try targets(&ledger, versions: 3) == [
        "1 silent", "1 limited", "2 silent", "2 limited", "3 silent", "3 limited",
      ])
  }

  @Test func aVersionThatWasInNoPhaseIsNoTarget() throws {
    var ledger = try GateLedger()
    try ledger.publish(ledger.people.first)
    try ledger.amend { $0.title = "renamed" }
    try ledger.enter(.silent)
    try ledger.interrupt()
    #expect(try targets(&ledger, versions: 2) == ["2 silent"])
  }

  @Test func aPhaseThatAVersionLeavesOutIsNoTarget() throws {
    var ledger = try GateLedger(in: .broad) { $0.phases = [.silent, .broad] }
    try ledger.interrupt()
    #expect(try targets(&ledger, versions: 1) == ["1 silent", "1 broad"])
    try ledger.restart(.broad, under: 1)
    try ledger.amend { $0.title = "renamed" }
    try ledger.interrupt("second")
    let target = try ledger.target(.limited, version: 1, incident: "second")
    #expect(try ledger.unmet(.restart(target)).contains(.target))
  }

  @Test func aStoppedReleaseStaysInSilentAlsoWhenAnAmendmentMadeItHeld() throws {
    var ledger = try GateLedger(in: .broad)
    try ledger.interrupt(stop: true)
    #expect(try targets(&ledger, versions: 1) == ["1 silent"])
    try ledger.amend { $0.model = "model 2" }
    #expect(ledger.state.standing == .held(.silent))
    #expect(try targets(&ledger, versions: 2) == ["1 silent", "2 silent"])
  }

  @Test func afterARestartUnderAnEarlierVersionAnAmendmentIsComparedWithIt() throws {
    var ledger = try GateLedger(in: .limited)
    try ledger.amend { $0.model = "model 2" }
    try ledger.interrupt()
    try ledger.restart(.limited, under: 1)
    // The same as version 2 but for the title, and another model than the one in force.
    try ledger.amend { ($0.model, $0.title) = ("model 2", "renamed") }
    #expect(ledger.state.standing == .active(.silent))
  }

  // MARK: Whose names

  @Test(arguments: [PhaseName.silent, .limited, .broad])
  func theReviewersAreThoseOfThePhaseOrOfTheNearestBefore(_ phase: PhaseName) throws {
    var ledger = try GateLedger(in: phase)
    try ledger.interrupt()
    let people = try ledger.state.reviewers(of: .restart, under: ledger.inForce).map(\.person)
    #expect(people == (phase == .silent ? ["A. Adler", "B. Berg"] : ["A. Adler", "C. Clay"]))
  }

  @Test func withoutReviewersNothingRestarts() throws {
    var ledger = try GateLedger(in: .limited) { $0.signOffs = [:] }
    try ledger.interrupt()
    try ledger.note()
    #expect(try ledger.unmet(.restart(ledger.target(.silent))) == [.noReviewers])
  }
}
