import Attestations
import CanonicalJSON
import CoordinatorAPI
import Cryptography
import EvaluationProtocols
import PhaseGrants
import ServiceRuntime
import SiteOperations
import Synchronization
import Testing

/// Words, from the list to the answer that a screen gets.
@Suite struct StandingTests {
  private func isPermitted(_ exposure: Exposure) -> Bool {
    if case .permitted = exposure { true } else { false }
  }

  @Test func aGrantIsTakenAcknowledgedAndEnds() async throws {
    try await TestAgent.with { agent in
      #expect(try await agent.exposure() == .refused(.unknownStudy))
      try await agent.join()
      try await agent.standingWorker().runOnce()
      #expect(try await agent.exposure() == .refused(.noWord))
      let grant = try agent.grant(1)
      try await agent.say(.grant(grant))
      try await agent.standingWorker().runOnce()
      #expect(try await agent.exposure() == .permitted(phase: .limited, until: grant.expiresAt))
      let told = try #require(try agent.acknowledgements().first)
      #expect(told.about == .grant && told.wordSequence == 1 && told.sequence == 1 && !told.drill)
      #expect(told.statement == (try await agent.store().words(of: agent.study).first?.digest))
      agent.clock.set(grant.expiresAt.secondsSinceEpoch)
      #expect(try await agent.exposure() == .refused(.expired))
    }
  }

  @Test func aStopOrderEndsTheGrantAndIsAcknowledgedWithItsTimes() async throws {
    try await TestAgent.with { agent in
      try await agent.join()
      try await agent.say(.grant(agent.grant(1)))
      try await agent.standingWorker().runOnce()
      #expect(isPermitted(try await agent.exposure()))
      let events = StandingEvents()
      try await agent.say(.stopOrder(agent.order(2)))
      try await agent.standingWorker(events.add).runOnce()
      #expect(try await agent.exposure() == .refused(.held))
      #expect(
        events.all == [
          .ordered(
            study: agent.study, kind: "hold", isDrill: false, reason: "a stop criterion was breached")
        ])
      let told = try #require(try agent.acknowledgements().last)
      #expect(told.about == .stopOrder && told.wordSequence == 2 && told.sequence == 2)
      let now = try agent.now()
      #expect(told.receivedAt == now && told.effectiveAt == now)
      try await agent.say(.grant(agent.grant(3)))
      try await agent.standingWorker().runOnce()
      #expect(isPermitted(try await agent.exposure()))
    }
  }

  @Test func anOrderBehindADrillIsNotMissed() async throws {
    try await TestAgent.with { agent in
      try await agent.join()
      try await agent.say(.grant(agent.grant(1)))
      try await agent.standingWorker().runOnce()
      try await agent.say(.stopOrder(agent.order(2)))
      try await agent.say(.stopOrder(agent.order(3, drill: true)))
      try await agent.standingWorker().runOnce()
      #expect(try await agent.exposure() == .refused(.held))
      let told = try agent.acknowledgements()
      #expect(told.map(\.wordSequence) == [1, 2, 3])
      #expect(told.map(\.drill) == [false, false, true])
    }
  }

  @Test func aDrillEndsNothingAndIsAcknowledged() async throws {
    try await TestAgent.with { agent in
      try await agent.join()
      try await agent.say(.grant(agent.grant(1)))
      try await agent.say(.stopOrder(agent.order(2, drill: true)))
      try await agent.standingWorker().runOnce()
      #expect(isPermitted(try await agent.exposure()))
      #expect(try agent.acknowledgements().last?.drill == true)
      let overview = try #require(try await agent.book().overview(at: agent.now()).first)
      #expect(overview.newest?.isDrill == true)
    }
  }

  @Test func forgedAndMisdirectedWordsChangeNothing() async throws {
    try await TestAgent.with { agent in
      try await agent.join()
      try await agent.say(.grant(agent.grant(1)))
      try await agent.standingWorker().runOnce()
      let before = try await agent.exposure()
      // By somebody else's evidence key, and for another site.
      try await agent.say(.stopOrder(agent.order(2)), by: SigningKeyPair.evidence())
      try await agent.standingWorker().runOnce()
      #expect(try await agent.exposure() == before)
      let remark = try await agent.store().standing(agent.study)?.remark
      #expect(remark?.contains("signature") == true)
      agent.coordinator.state.withLock { _ = $0.words[agent.study]?.removeLast() }
      try await agent.say(.grant(agent.grant(3, .broad, site: "somewhere")))
      try await agent.standingWorker().runOnce()
      #expect(try await agent.exposure() == before)
      #expect(try await agent.store().standing(agent.study)?.remark?.contains("another tenant") == true)
      #expect(try await agent.store().words(of: agent.study).count == 1)
      // The same study goes on when the right words come.
      agent.coordinator.state.withLock { _ = $0.words[agent.study]?.removeLast() }
      try await agent.say(.stopOrder(agent.order(4)))
      try await agent.standingWorker().runOnce()
      #expect(try await agent.exposure() == .refused(.held))
      #expect(try await agent.store().standing(agent.study)?.remark == nil)
    }
  }

  @Test func aReplayedGrantIsRefusedAndShown() async throws {
    try await TestAgent.with { agent in
      try await agent.join()
      try await agent.say(.grant(agent.grant(1)))
      try await agent.say(.stopOrder(agent.order(2)))
      try await agent.standingWorker().runOnce()
      // Word 3 in the list is a grant that says it is number 1, of another time.
      agent.clock.set(try agent.now().secondsSinceEpoch + 60)
      let old = try agent.grant(1).sign(with: agent.coordinator.evidence)
      agent.coordinator.state.withLock {
        $0.words[agent.study]?.append(.init(kind: .grant, sequence: 3, statement: old))
      }
      try await agent.list()
      let events = StandingEvents()
      try await agent.standingWorker(events.add).runOnce()
      #expect(events.all == [.refused(study: agent.study, sequence: 1, rule: "replayed")])
      #expect(try await agent.exposure() == .refused(.held))
    }
  }

  @Test func aGrantAboveTheConsentIsTakenOnceTheSiteConsents() async throws {
    try await TestAgent.with { agent in
      try await agent.join(.silent)
      try await agent.say(.grant(agent.grant(1)))
      let events = StandingEvents()
      try await agent.standingWorker(events.add).runOnce()
      #expect(events.all == [.refused(study: agent.study, sequence: 1, rule: "aboveConsent")])
      #expect(try await agent.exposure() == .refused(.noWord))
      let remarks = try await agent.book().overview(at: agent.now()).flatMap(\.remarks)
      #expect(remarks.contains { $0.contains("aboveConsent") })
      _ = try await agent.book().changeConsent(
        .limited, study: agent.study, by: "A. Person", reason: "ready", with: agent.signing, at: agent.now())
      try await agent.standingWorker().runOnce()
      #expect(isPermitted(try await agent.exposure()))
      #expect(try agent.acknowledgements().map(\.about) == [.grant])
    }
  }

  @Test func aWordInAStoreThatSomebodyEditedDoesNotCount() async throws {
    try await TestAgent.with { agent in
      try await agent.join()
      try await agent.say(.grant(agent.grant(1)))
      try await agent.say(.stopOrder(agent.order(2)))
      try await agent.standingWorker().runOnce()
      #expect(try await agent.exposure() == .refused(.held))
      try OtherHand.edit(agent.directory.store, "UPDATE words SET sequence = 9 WHERE kind = 'grant'")
      #expect(try await agent.exposure() == .refused(.unverifiable))
    }
  }

  @Test func renewedGrantsAreAcknowledgedOnlyWhenTheHistoryWentOn() async throws {
    try await TestAgent.with { agent in
      try await agent.join()
      try await agent.say(.grant(agent.grant(1, history: 5)))
      try await agent.say(.grant(agent.grant(2, history: 5)))
      try await agent.say(.grant(agent.grant(3, history: 6)))
      try await agent.standingWorker().runOnce()
      #expect(try agent.acknowledgements().map(\.wordSequence) == [1, 3])
      #expect(try agent.acknowledgements().map(\.sequence) == [1, 2])
    }
  }
}
