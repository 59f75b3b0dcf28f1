import CoordinatorAPI
import Cryptography
import EvaluationProtocols
import Foundation
import ServiceRuntime
import SiteOperations
import StudyFixtures
import Synchronization
import Testing

/// The vendor's card at a site: fetched by digest, found by protocol, and in nobody's way.
@Suite struct ModelCardTests {
  private final class Troubles: Sendable {
    private let list = Mutex<[ModelCardTrouble]>([])
    var all: [ModelCardTrouble] { list.withLock { $0 } }
    @Sendable func add(_ trouble: ModelCardTrouble) { list.withLock { $0.append(trouble) } }
  }

  private func card(version: String = "1", summary: String = "Logistic") throws -> [UInt8] {
    let text = String(decoding: try HeartDiseaseStudy.file("model-card.json"), as: UTF8.self)
    return Array(
      text.replacing(#""version":"1""#, with: #""version":"\#(version)""#)
        .replacing("Logistic regression", with: "\(summary) regression").utf8)
  }

  private func fetcher(_ agent: TestAgent, _ troubles: Troubles) throws -> ModelCardFetcher {
    ModelCardFetcher(
      store: try agent.store(), directory: agent.directory, connection: agent.coordinator,
      environment: agent.environment, report: troubles.add)
  }

  private func found(_ agent: TestAgent) async throws -> FoundModelCard {
    try await ModelCards(agent.store(), directory: agent.directory).beside(agent.evaluationProtocol)
  }

  private func fetches(of bytes: [UInt8], _ agent: TestAgent) -> Int {
    agent.coordinator.state.withLock { $0.fetched.count { $0 == Digest(of: bytes) } }
  }

  @Test func aNamedCardIsFetchedOnceAndFound() async throws {
    try await TestAgent.with { agent in
      let bytes = try card()
      #expect(try await found(agent) == FoundModelCard(card: nil, missing: [], isProtocolKnown: false))
      try await agent.offer(card: bytes)
      try await agent.worker().runOnce()
      let before = try await found(agent)
      #expect(before.card == nil && before.missing.map(\.digest) == [Digest(of: bytes)])
      let troubles = Troubles()
      let fetcher = try fetcher(agent, troubles)
      for _ in 0..<2 { try await fetcher.fetch() }
      #expect(fetches(of: bytes, agent) == 1 && troubles.all.isEmpty)
      let after = try await found(agent)
      #expect(after.card?.digest == Digest(of: bytes) && after.missing.isEmpty && after.isProtocolKnown)
    }
  }

  @Test func aProtocolWithoutANamedCardHasNone() async throws {
    try await TestAgent.with { agent in
      try await agent.offer()
      try await agent.worker().runOnce()
      #expect(try await found(agent) == FoundModelCard(card: nil, missing: [], isProtocolKnown: true))
    }
  }

  @Test func theNewestCardOfTheModelsVersionIsShown() async throws {
    try await TestAgent.with { agent in
      let (first, second, third) = (try card(), try card(summary: "Newer"), try card(version: "2"))
      let fetcher = try fetcher(agent, Troubles())
      try await agent.offer(card: first)
      try await agent.list(card: second)
      try await fetcher.fetch()
      #expect(try await found(agent).card?.digest == Digest(of: second))
      // The study's next model already has a card; the protocol is still of this one.
      try await agent.list(card: third)
      try await fetcher.fetch()
      #expect(try await found(agent).card?.digest == Digest(of: first))
    }
  }

  @Test func withoutACardOfTheModelsVersionTheNewestIsShown() async throws {
    try await TestAgent.with { agent in
      let bytes = try card(version: "2")
      try await agent.offer(card: bytes)
      try await fetcher(agent, Troubles()).fetch()
      #expect(try await found(agent).card?.digest == Digest(of: bytes))
    }
  }

  @Test func otherBytesThanTheNamedOnesAreNotKept() async throws {
    try await TestAgent.with { agent in
      let bytes = try card()
      try await agent.offer(card: bytes)
      let forged = try card(summary: "Forged")
      agent.coordinator.state.withLock { $0.objects[Digest(of: bytes)] = forged }
      let troubles = Troubles()
      let fetcher = try fetcher(agent, troubles)
      // Not again before the wait is over, which grows, and told once.
      for (after, expected) in [(0, 1), (0, 1), (1, 2), (1, 2), (1, 3)] {
        agent.clock.advance(seconds: Int64(after))
        try await fetcher.fetch()
        #expect(fetches(of: bytes, agent) == expected)
      }
      #expect(troubles.all.map(\.card) == [Digest(of: bytes)])
      #expect(try await found(agent).card == nil)
      agent.coordinator.state.withLock { $0.objects[Digest(of: bytes)] = bytes }
      agent.clock.advance(seconds: 60)
      try await fetcher.fetch()
      #expect(try await found(agent).card?.digest == Digest(of: bytes))
    }
  }

  @Test func whatIsNoCardIsToldOnceAndNotShown() async throws {
    try await TestAgent.with { agent in
      let bytes = try HeartDiseaseStudy.file("sites/switzerland/policy.json")
      try await agent.offer(card: bytes)
      let troubles = Troubles()
      let fetcher = try fetcher(agent, troubles)
      for _ in 0..<2 { try await fetcher.fetch() }
      #expect(troubles.all.count == 1 && fetches(of: bytes, agent) == 1)
      let found = try await found(agent)
      #expect(found.card == nil)
      #expect(found.missing.count == 1 && found.missing[0].reason.hasPrefix("it cannot be read: "))
    }
  }

  @Test func aCardOverTheLimitIsNotKept() async throws {
    try await TestAgent.with { agent in
      let bytes = [UInt8](repeating: 0x20, count: ModelCardFetcher.maximumBytes + 1)
      try await agent.offer(card: bytes)
      let troubles = Troubles()
      try await fetcher(agent, troubles).fetch()
      #expect(troubles.all.count == 1 && troubles.all[0].reason.contains("more than"))
      #expect(!exists("\(agent.directory.artifacts)/\(Digest(of: bytes).hex)"))
    }
  }

  @Test func nothingIsFetchedDuringAPause() async throws {
    try await TestAgent.with { agent in
      let bytes = try card()
      try await agent.offer(card: bytes)
      try Pause(since: TestAgent.time, person: "A. Person", reason: "maintenance").begin(in: agent.directory)
      let troubles = Troubles()
      let fetcher = try fetcher(agent, troubles)
      await #expect(throws: AgentError.paused) { try await fetcher.fetch() }
      #expect(fetches(of: bytes, agent) == 0 && troubles.all.isEmpty)
    }
  }

  /// The whole daemon: with a card that nobody has, the submission leaves all the same.
  @Test func aMissingCardHoldsNothingUp() async throws {
    try await TestAgent.with { agent in
      let bytes = try card()
      try await agent.untilComputed(card: bytes)
      agent.coordinator.state.withLock { $0.objects[Digest(of: bytes)] = nil }
      let told = Troubles()
      let loop = SiteAgentLoop(
        store: try agent.store(), directory: agent.directory, identity: agent.identity,
        connection: agent.coordinator, environment: agent.environment, pollWait: 0,
        report: { if case .modelCardMissing(let trouble) = $0 { told.add(trouble) } })
      _ = try await agent.previewAndRelease()
      let task = Task { try await loop.run() }
      let deadline = ContinuousClock.now + .seconds(60)
      while ContinuousClock.now < deadline {
        if try await agent.record().state == .receipted, !told.all.isEmpty { break }
        try await Task.sleep(for: .milliseconds(10))
      }
      task.cancel()
      try await task.value
      #expect(try await agent.record().state == .receipted)
      #expect(try await agent.record().remark == nil)
      #expect(told.all.map(\.card) == [Digest(of: bytes)] && told.all[0].study == agent.study)
      #expect(try await agent.store().standing(agent.study)?.remark == nil)
      #expect(try await found(agent).card == nil)
    }
  }
}
