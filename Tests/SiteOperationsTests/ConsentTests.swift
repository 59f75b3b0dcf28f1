import CanonicalJSON
import CoordinatorAPI
import Cryptography
import EvaluationProtocols
import PhaseGrants
import SiteOperations
import Synchronization
import Testing

/// How far the site goes, who says so, and that it arrives.
@Suite struct ConsentTests {
  @Test func anApprovalIsAConsentAsFarAsSilent() async throws {
    try await TestAgent.with { agent in
      try await agent.join(nil)
      try await agent.standingWorker().runOnce()
      let consent = try #require(try agent.consents().first)
      #expect(consent.phase == .silent && consent.sequence == 1 && consent.by == "A. Person")
      #expect(consent.protocolDigest == agent.evaluationProtocol.digest && consent.reason == "agreed")
      #expect(try await agent.store().ownStatements(of: agent.study, .consent).map(\.state) == [.recorded])
      // Deciding again, for instance after a change of policy, does not take back what was agreed.
      _ = try await agent.book().changeConsent(
        .broad, study: agent.study, by: "A. Person", reason: "ready", with: agent.signing, at: agent.now())
      try await agent.approve(.automatic)
      #expect(
        try await agent.book().consent(to: agent.evaluationProtocol.digest, study: agent.study) == .broad)
    }
  }

  @Test func revokingAndDenyingConsentToNothing() async throws {
    try await TestAgent.with { agent in
      try await agent.join()
      try await agent.say(.grant(agent.grant(1)))
      try await agent.standingWorker().runOnce()
      let store = try agent.store()
      // Without a key at hand the refusal counts at once, and is signed later.
      _ = try await ProtocolGovernance(store, site: TestAgent.site).refuse(
        store.protocolDocument(named: agent.study), by: "A. Person", reason: "withdrawn", at: agent.now())
      #expect(try await agent.exposure() == .refused(.notConsented))
      #expect(try agent.consents().map(\.phase) == [.limited])
      try await agent.standingWorker().runOnce()
      #expect(try agent.consents().map(\.phase) == [.limited, .none])
      #expect(try agent.consents().map(\.sequence) == [1, 2])
      try await agent.standingWorker().runOnce()
      #expect(try agent.consents().count == 2)
    }
  }

  @Test func aRefusalWithTheKeyAtHandIsSignedAtOnce() async throws {
    try await TestAgent.with { agent in
      try await agent.join()
      let store = try agent.store()
      _ = try await ProtocolGovernance(store, site: TestAgent.site).refuse(
        store.protocolDocument(named: agent.study), by: "A. Person", reason: "withdrawn",
        with: agent.signing, at: agent.now())
      #expect(
        try await store.ownStatements(of: agent.study, .consent).map(\.phase) == [
          .limited, ConsentPhase.none,
        ])
    }
  }

  @Test func anApprovalFromBeforeConsentsGetsASilentOne() async throws {
    try await TestAgent.with { agent in
      try await agent.join()
      try OtherHand.edit(agent.directory.store, "DELETE FROM own_statements")
      try await agent.standingWorker().runOnce()
      #expect(try agent.consents().map(\.phase) == [.silent])
      try await agent.standingWorker().runOnce()
      #expect(try agent.consents().count == 1)
    }
  }

  @Test func loweringTheConsentEndsWhatIsShownWithoutACoordinator() async throws {
    try await TestAgent.with { agent in
      try await agent.join()
      try await agent.say(.grant(agent.grant(1)))
      try await agent.standingWorker().runOnce()
      _ = try await agent.book().changeConsent(
        .silent, study: agent.study, by: "B. Person", reason: "staffing", with: agent.signing, at: agent.now()
      )
      #expect(try await agent.exposure() == .refused(.aboveConsent))
      _ = try await agent.book().changeConsent(
        .none, study: agent.study, by: "B. Person", reason: "out", with: agent.signing, at: agent.now())
      #expect(try await agent.exposure() == .refused(.notConsented))
      let decisions = try await agent.store().decisions(maximum: 2)
      #expect(decisions.map(\.action) == ["consent.none", "consent.silent"])
    }
  }

  @Test func nobodyConsentsToWhatWasNotApproved() async throws {
    try await TestAgent.with { agent in
      try await agent.offer()
      try await agent.list()
      let book = try agent.book()
      await #expect(throws: AgentError.unknownProtocol(agent.study)) {
        try await book.changeConsent(
          .limited, study: agent.study, by: "A", reason: "b", with: agent.signing, at: agent.now())
      }
      try await agent.standingWorker().fetchFiles()
      await #expect(throws: AgentError.notPinned) {
        try await book.changeConsent(
          .limited, study: agent.study, by: "A", reason: "b", with: agent.signing, at: agent.now())
      }
    }
  }

  @Test func filesOfAStandingWaitForApprovalBeforeAnyAssignment() async throws {
    try await TestAgent.with { agent in
      try await agent.offer()
      // No assignment any more, only the standing.
      agent.coordinator.state.withLock { $0.document = nil }
      try OtherHand.edit(agent.directory.store, "DELETE FROM assignment_objects")
      try OtherHand.edit(agent.directory.store, "DELETE FROM assignments")
      try await agent.list()
      #expect(try await agent.store().assignments().isEmpty)
      try await agent.standingWorker().fetchFiles()
      let stored = try await agent.store().protocolDocument(named: agent.study)
      #expect(stored.digest == agent.evaluationProtocol.digest && stored.pin == nil)
      let fetched = Set(agent.coordinator.state.withLock(\.fetched))
      let model = agent.evaluationProtocol.model
      #expect(
        fetched
          == Set([agent.evaluationProtocol.digest, model.artifact] + [model.features].compactMap { $0 }))
      try await agent.standingWorker().fetchFiles()
      #expect(agent.coordinator.state.withLock(\.fetched).count == fetched.count)
    }
  }

  @Test func aProtocolThatIsNotTheListedOneIsNotKept() async throws {
    try await TestAgent.with { agent in
      try await agent.offer()
      agent.coordinator.state.withLock { $0.objects[agent.evaluationProtocol.digest] = [0x7B, 0x7D] }
      try await agent.list()
      try await agent.standingWorker().fetchFiles()
      #expect(try await agent.store().protocols().isEmpty)
      let standing = try #require(try await agent.store().standing(agent.study))
      #expect(standing.remark?.hasPrefix("files: ") == true)
      #expect(standing.notBefore > (try agent.now()))
    }
  }
}
