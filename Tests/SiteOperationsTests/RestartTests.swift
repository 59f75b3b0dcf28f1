import ServiceRuntime
import CanonicalJSON
import CoordinatorAPI
import Cryptography
import SiteOperations
import Testing

/// The agent is killed between any two steps: every step here is done by a worker and a store that were opened
/// for it, as a process that just started would.
@Suite struct RestartTests {
  private func stepOnce(_ agent: TestAgent) async throws -> LocalState {
    _ = try await agent.worker().advance(agent.record())
    return try await agent.record().state
  }

  @Test func everyStepGoesOnWhereTheStoreSaysItWas() async throws {
    try await TestAgent.with { agent in
      try await agent.offer()
      try await agent.register()
      #expect(try await agent.record().state == .seen)
      #expect(try await stepOnce(agent) == .awaitingApproval)
      try await agent.approve(.hold)
      #expect(try await stepOnce(agent) == .preparing)
      // Model, feature definition, counts: three steps without a change of state.
      #expect(try await stepOnce(agent) == .preparing)
      #expect(try await stepOnce(agent) == .preparing)
      #expect(try await stepOnce(agent) == .preparing)
      #expect(try await stepOnce(agent) == .computed)
      let package = try #require(try await agent.store().outbox(TestAgent.assignment)).package
      #expect(try await stepOnce(agent) == .computed)
      let preview = try await agent.previewAndRelease()
      #expect(preview.item.package == package)
      // The bytes leave, the process dies before the answer.
      agent.coordinator.plan(.loseAnswer)
      #expect(try await stepOnce(agent) == .sent)
      agent.clock.advance(seconds: 60)
      #expect(try await stepOnce(agent) == .receipted)
      #expect(agent.coordinator.submitted == [preview.content, preview.content])
      #expect(try await agent.store().verifyEgress().entries == 2)
    }
  }

  @Test func killedBetweenTheLogAndTheWireSendsTheSameBytes() async throws {
    try await TestAgent.with { agent in
      // The connection is never reached: the entry is in the log, and nobody knows.
      agent.coordinator.plan(.loseAnswer)
      try await agent.untilComputed(.automatic)
      let store = try agent.store()
      let first = try await store.egressEntries()
      #expect(first.count == 1)
      agent.clock.advance(seconds: 60)
      try await agent.worker().runOnce()
      let entries = try await store.egressEntries()
      #expect(entries.count == 2)
      let digests = try entries.enumerated().map {
        try EgressEntry(parsing: $0.element, at: $0.offset + 1).digest
      }
      #expect(Set(digests).count == 1)
    }
  }

  @Test func twoProcessesDoNotDoOneStepTwice() async throws {
    try await TestAgent.with { agent in
      try await agent.untilComputed()
      let preview = try await agent.previewAndRelease()
      let record = try await agent.record()
      let store = try agent.store()
      try await store.advance(record.id, from: .approved, to: .previewed, at: TestAgent.time)
      await #expect(throws: AgentError.wrongState(assignment: record.id, state: "previewed")) {
        try await store.advance(record.id, from: .approved, to: .sent, at: TestAgent.time)
      }
      #expect(preview.record.state == .previewed || preview.record.state == .computed)
    }
  }
}
