import ServiceRuntime
import CanonicalJSON
import CoordinatorAPI
import Cryptography
import SiteOperations
import Synchronization
import Testing

/// The daemon's work as a whole, with a clock and a coordinator that the test moves.
@Suite struct LoopTests {
  private final class Events: Sendable {
    let list = Mutex<[AgentEvent]>([])
    var all: [AgentEvent] { list.withLock { $0 } }
  }

  private func loop(_ agent: TestAgent, _ events: Events) throws -> SiteAgentLoop {
    SiteAgentLoop(
      store: try agent.store(), directory: agent.directory, identity: agent.identity,
      connection: agent.coordinator, environment: agent.environment, pollWait: 0,
      report: { event in events.list.withLock { $0.append(event) } })
  }

  /// Runs the loop until something is true, at most a minute, and stops it.
  private func run(
    _ loop: SiteAgentLoop, until isDone: () async throws -> Bool
  ) async throws {
    let task = Task { try await loop.run() }
    let clock = ContinuousClock()
    let deadline = clock.now + .seconds(60)
    var wasDone = false
    while !wasDone, clock.now < deadline {
      wasDone = try await isDone()
      try await Task.sleep(for: .milliseconds(10))
    }
    task.cancel()
    try await task.value
    #expect(wasDone)
  }

  @Test func assignmentGoesFromTheListToItsReceiptWhilePeopleDecide() async throws {
    try await TestAgent.with { agent in
      let events = Events()
      try await agent.register()
      try await agent.offer()
      let task = Task { try await self.loop(agent, events).run() }
      // Commands and daemon share the store: the approval is seen without a signal.
      while try await agent.record().state != .awaitingApproval {
        try await Task.sleep(for: .milliseconds(10))
      }
      try await agent.approve(.hold)
      while try await agent.record().state != .computed { try await Task.sleep(for: .milliseconds(10)) }
      let preview = try await agent.previewAndRelease()
      while try await agent.record().state != .receipted { try await Task.sleep(for: .milliseconds(10)) }
      task.cancel()
      try await task.value
      #expect(agent.coordinator.submitted == [preview.content])
      let states = events.all.compactMap { event -> LocalState? in
        if case .assignmentMoved(_, let state, _) = event { return state }
        return nil
      }
      #expect(states.last == .receipted)
      let status = try await agent.store().status()
      #expect(status.lastContact != nil && status.aliveAt != nil)
      #expect(status.clockSkew == 0)
    }
  }

  @Test func unreachableCoordinatorIsSaidOnceAndForgottenAfterwards() async throws {
    try await TestAgent.with { agent in
      let events = Events()
      let loop = try loop(agent, events)
      await #expect(throws: ConnectionError.self) { try await loop.poll() }
      try await run(loop) { try await agent.store().status().errorCode == "connection" }
      try await agent.offer()
      let second = try self.loop(agent, events)
      try await second.poll()
      #expect(try await agent.store().status().errorCode == nil)
    }
  }

  @Test func clockThatIsFarOffIsReported() async throws {
    try await TestAgent.with { agent in
      let events = Events()
      try await agent.offer()
      agent.clock.set(try TestAgent.time.secondsSinceEpoch + 400)
      try await loop(agent, events).poll()
      #expect(events.all == [.clockSkew(seconds: 400)])
      let status = try await agent.store().status()
      #expect(status.clockSkew == 400)
      #expect(status.isSkewTooLarge)
    }
  }

  @Test func listForAnotherSiteIsNotTaken() async throws {
    try await TestAgent.with { agent in
      let time = try TestAgent.time
      agent.coordinator.state.withLock {
        $0.document = AssignmentsDocument(
          time: time, cursor: 1, tenant: TestAgent.tenant, site: "other", assignments: [])
      }
      let loop = try loop(agent, Events())
      await #expect(throws: AgentError.answerDiffers("site")) { try await loop.poll() }
    }
  }

  @Test func cloneStopsTheLoopFromSending() async throws {
    try await TestAgent.with { agent in
      let events = Events()
      try await agent.offer()
      try await agent.worker().runOnce()
      let theirs = try TestAgent.accepted(elsewhere: Digest(of: [9]), of: agent)
      agent.coordinator.state.withLock { $0.document = theirs }
      try await run(try loop(agent, events)) { Pause.isOn(agent.directory) }
      #expect(try await agent.record().state == .suspectedClone)
      #expect(try await agent.store().decisions(maximum: 1).first?.action == "agent.paused")
    }
  }
}

extension TestAgent {
  /// The coordinator's list after somebody else answered.
  static func accepted(elsewhere submission: Digest, of agent: TestAgent) throws -> AssignmentsDocument {
    let document = try agent.document()
    return AssignmentsDocument(
      time: document.time, cursor: 2, tenant: tenant, site: site,
      assignments: document.assignments.map {
        Assignment(
          id: $0.id, round: $0.round, study: $0.study, evaluationProtocol: $0.evaluationProtocol,
          phase: $0.phase, kind: $0.kind, deadline: $0.deadline, sequence: $0.sequence, objects: $0.objects,
          state: .accepted, submission: submission)
      })
  }
}
