import CanonicalJSON
import CoordinatorAPI
import Cryptography
import EvaluationProtocols
import PhaseGrants
import ServiceRuntime
import SiteOperations
import Synchronization
import Testing

/// What the site says arrives once, is in the egress log before it leaves, and stops at the pause switch; what
/// the coordinator orders does not.
@Suite struct StandingDeliveryTests {
  private func pause(_ agent: TestAgent) throws {
    try Pause(since: TestAgent.time, person: "A. Person", reason: "maintenance").begin(in: agent.directory)
  }

  private func later(_ agent: TestAgent) throws {
    agent.clock.set(try agent.now().secondsSinceEpoch + 31)
  }

  @Test func whatWasLostIsSentAgainByteForByte() async throws {
    try await TestAgent.with { agent in
      try await agent.join()
      agent.coordinator.state.withLock { $0.statementOutcomes = [.loseStatement, .loseAnswer] }
      for _ in 0..<3 {
        try await agent.standingWorker().runOnce()
        try later(agent)
      }
      #expect(try agent.consents().count == 1)
      #expect(try await agent.store().ownStatements(of: agent.study, .consent).map(\.state) == [.recorded])
      // Three times it left, and three entries say so, of one digest.
      let entries = try await agent.store().egressEntries().enumerated().map {
        try EgressEntry(parsing: $0.element, at: $0.offset + 1)
      }
      #expect(entries.map(\.kind) == [.consent, .consent, .consent])
      #expect(Set(entries.map(\.digest)).count == 1)
      #expect(entries.allSatisfy { $0.assignment == nil && $0.destination.hasSuffix(agent.study) })
      _ = try await agent.store().verifyEgress()
    }
  }

  @Test func theListSaysWhatIsRecordedWhenTheAnswerWasLost() async throws {
    try await TestAgent.with { agent in
      try await agent.join()
      agent.coordinator.state.withLock { $0.statementOutcomes = [.loseAnswer] }
      try await agent.standingWorker().runOnce()
      #expect(try await agent.store().ownStatements(of: agent.study, .consent).map(\.state) == [.sent])
      try await agent.list()
      #expect(try await agent.store().ownStatements(of: agent.study, .consent).map(\.state) == [.recorded])
    }
  }

  @Test func aStatementThatLeftWithoutAnEntryIsFound() async throws {
    try await TestAgent.with { agent in
      try await agent.join()
      try OtherHand.edit(agent.directory.store, "UPDATE own_statements SET state = 'sent'")
      let store = try agent.store()
      await #expect(throws: EgressLogError.entryMissing(assignment: agent.study)) {
        try await store.verifyEgress()
      }
    }
  }

  @Test func aRefusedConsentIsShownAndItsNumberUsedAgain() async throws {
    try await TestAgent.with { agent in
      try await agent.join()
      agent.coordinator.state.withLock {
        $0.statementOutcomes = [.refuse(Problem(.refused, detail: "unknownProtocol", remedy: "look"))]
      }
      try await agent.standingWorker().runOnce()
      let remarks = try await agent.book().overview(at: agent.now()).flatMap(\.remarks)
      #expect(remarks.contains { $0.contains("unknownProtocol") })
      _ = try await agent.book().changeConsent(
        .broad, study: agent.study, by: "A. Person", reason: "again", with: agent.signing, at: agent.now())
      try await agent.standingWorker().runOnce()
      #expect(try agent.consents().map(\.sequence) == [1])
      #expect(try agent.consents().map(\.phase) == [.broad])
    }
  }

  @Test func pauseHoldsWhatIsSaidButNeverAStopOrder() async throws {
    try await TestAgent.with { agent in
      try await agent.join()
      try await agent.say(.grant(agent.grant(1)))
      try await agent.standingWorker().runOnce()
      let left = try await agent.store().egressEntries().count
      try pause(agent)
      try await agent.say(.stopOrder(agent.order(2)))
      let worker = try agent.standingWorker()
      try await worker.listen()
      await #expect(throws: AgentError.paused) { try await worker.runOnce() }
      #expect(try await agent.exposure() == .refused(.held))
      #expect(try await agent.store().egressEntries().count == left)
      #expect(try agent.acknowledgements().map(\.about) == [.grant])
      try Pause.end(in: agent.directory)
      try await worker.runOnce()
      #expect(try agent.acknowledgements().map(\.about) == [.grant, .stopOrder])
    }
  }

  @Test func disablingWorksWithoutACoordinatorAndOnlyEnablingUndoesIt() async throws {
    try await TestAgent.with { agent in
      try await agent.join()
      try await agent.say(.grant(agent.grant(1)))
      try await agent.standingWorker().runOnce()
      try await agent.store().setDisabled(
        true, study: agent.study, by: "B. Person", reason: "looks wrong", at: agent.now())
      #expect(try await agent.exposure() == .refused(.disabled))
      // No word of the coordinator undoes it.
      try await agent.say(.grant(agent.grant(2)))
      try await agent.standingWorker().runOnce()
      #expect(try await agent.exposure() == .refused(.disabled))
      let told = try agent.acknowledgements()
      #expect(told.map(\.about) == [.grant, .grant, .disabled])
      #expect(told.last?.by == "B. Person" && told.last?.reason == "looks wrong")
      try await agent.store().setDisabled(
        false, study: agent.study, by: "B. Person", reason: "mended", at: agent.now())
      try await agent.standingWorker().runOnce()
      guard case .permitted = try await agent.exposure() else {
        Issue.record("enabling did not undo it")
        return
      }
      #expect(try agent.acknowledgements().map(\.about) == [.grant, .grant, .disabled, .enabled])
      #expect(try await agent.store().decisions(maximum: 1).first?.action == "study.enabled")
    }
  }

  @Test func aSiteWithoutAWordTellsNobodyOfItsSwitchBeforeOneComes() async throws {
    try await TestAgent.with { agent in
      try await agent.join()
      // A reason that no signed statement can hold does not keep the coordinator from hearing of it.
      try await agent.store().setDisabled(
        true, study: agent.study, by: "B. Person", reason: "a\u{202E}b", at: agent.now())
      try await agent.standingWorker().runOnce()
      #expect(try agent.acknowledgements().isEmpty)
      try await agent.say(.grant(agent.grant(1)))
      try await agent.standingWorker().runOnce()
      let told = try agent.acknowledgements()
      #expect(told.map(\.about) == [.grant, .disabled])
      #expect(told.last?.reason == nil)
    }
  }

  @Test func theLoopTakesAnOrderWhileThePeopleHavePaused() async throws {
    try await TestAgent.with { agent in
      try await agent.join()
      let loop = SiteAgentLoop(
        store: try agent.store(), directory: agent.directory, identity: agent.identity,
        connection: agent.coordinator, environment: agent.environment, pollWait: 0, report: { _ in })
      try await agent.say(.grant(agent.grant(1)))
      let task = Task { try await loop.run() }
      try await eventually("the grant") {
        if case .permitted = try await agent.exposure() { true } else { false }
      }
      try pause(agent)
      try await agent.say(.stopOrder(agent.order(2)))
      try await eventually("the order") { try await agent.exposure() == .refused(.held) }
      try Pause.end(in: agent.directory)
      try await eventually("the acknowledgement") {
        try agent.acknowledgements().map(\.about) == [.grant, .stopOrder]
      }
      task.cancel()
      try await task.value
    }
  }

  private func eventually(_ what: String, _ isDone: () async throws -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(60)
    while try await !isDone() {
      guard ContinuousClock.now < deadline else {
        Issue.record("\(what) did not come")
        return
      }
      try await Task.sleep(for: .milliseconds(10))
    }
  }
}
