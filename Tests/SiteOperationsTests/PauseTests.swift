import CanonicalJSON
import CoordinatorAPI
import Cryptography
import SiteOperations
import Testing

/// The switch, and what the agent does when somebody else answers as its site.
@Suite struct PauseTests {
  private func pause(_ agent: TestAgent) throws {
    try Pause(since: TestAgent.time, person: "A. Person", reason: "maintenance").begin(in: agent.directory)
  }

  @Test func pausedAgentSendsNothingAndGoesOnAfterwards() async throws {
    try await TestAgent.with { agent in
      try await agent.untilComputed(.hold)
      _ = try await agent.previewAndRelease()
      try pause(agent)
      let worker = try agent.worker()
      await #expect(throws: AgentError.paused) { try await worker.runOnce() }
      #expect(agent.coordinator.submitted.isEmpty)
      #expect(try await agent.store().egressEntries().isEmpty)
      #expect(try Pause.current(in: agent.directory)?.reason == "maintenance")
      try Pause.end(in: agent.directory)
      try Pause.end(in: agent.directory)
      try await agent.worker().runOnce()
      #expect(try await agent.record().state == .receipted)
    }
  }

  @Test func pauseBreaksOffWhatIsUnderWay() async throws {
    try await TestAgent.with { agent in
      try await agent.untilComputed(.hold)
      _ = try await agent.previewAndRelease()
      agent.coordinator.plan(.hang)
      let worker = try agent.worker()
      let sending = Task { try await worker.runOnce() }
      while agent.coordinator.submitted.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
      let clock = ContinuousClock()
      let began = clock.now
      try pause(agent)
      await #expect(throws: AgentError.paused) { try await sending.value }
      #expect(clock.now - began < .seconds(1))
      // Nobody knows whether it arrived.
      #expect(try await agent.record().state == .sent)
      try Pause.end(in: agent.directory)
      try await agent.worker().runOnce()
      #expect(try await agent.record().state == .receipted)
      #expect(Set(agent.coordinator.submitted).count == 1)
    }
  }

  @Test func anythingAtThePlaceOfTheSwitchCounts() async throws {
    try await TestAgent.with { agent in
      #expect(!Pause.isOn(agent.directory))
      try create("", at: agent.directory.pause)
      #expect(Pause.isOn(agent.directory))
      #expect(throws: AgentError.pauseMalformed(path: agent.directory.pause)) {
        try Pause.current(in: agent.directory)
      }
    }
  }

  @Test func conflictPausesTheAgentAndIsShown() async throws {
    try await TestAgent.with { agent in
      agent.coordinator.plan(.refuse(Problem(.conflict, detail: "other bytes", remedy: "call")))
      try await agent.untilComputed(.hold)
      _ = try await agent.previewAndRelease()
      try await agent.worker().runOnce()
      #expect(try await agent.record().state == .suspectedClone)
      #expect(try Pause.current(in: agent.directory)?.reason.hasPrefix("suspected clone") == true)
    }
  }

  @Test func answerThatWasNotGivenHerePausesTheAgent() async throws {
    try await TestAgent.with { agent in
      try await agent.offer()
      try await agent.worker().runOnce()
      // Another copy of this directory answered.
      try await agent.offer(state: .accepted, submission: Digest(of: [9]))
      #expect(try await agent.record().state == .suspectedClone)
      #expect(try await agent.record().remark?.contains("not made here") == true)
      // Said once, not at every poll.
      #expect(try await agent.store().merge(agent.document(), at: TestAgent.time) == [])
    }
  }
}
