import CanonicalJSON
import Cryptography
import Foundation
import SiteEvaluation
import SiteOperations
import TestSupport
import Synchronization
import Testing

/// The list of affected encounters stays where it was asked for.
@Suite struct AffectedEncountersTests {
  private func question(_ threshold: String) throws -> AffectedQuestion {
    AffectedQuestion(
      from: try UTCTime(parsing: "1981-01-01T00:00:00Z"), until: try UTCTime(parsing: "1990-01-01T00:00:00Z"),
      threshold: try ExactDecimal(parsing: threshold))
  }

  private func dump(_ path: String) throws -> String {
    let script = "import sqlite3,sys\nfor l in sqlite3.connect(sys.argv[1]).iterdump(): print(l)"
    let outcome = try OtherProgram.run("python3", ["-c", script, path])
    try #require(outcome.status == 0)
    return outcome.output
  }

  private func filesOf(_ agent: TestAgent) throws -> Set<String> {
    Set(try FileManager.default.subpathsOfDirectory(atPath: agent.directory.path))
  }

  @Test func nothingOfTheListIsInTheStoreOrLeaves() async throws {
    try await TestAgent.with { agent in
      try await agent.join()
      try await agent.standingWorker().runOnce()
      let statements = agent.coordinator.state.withLock(\.statements)
      let before = try dump(agent.directory.store)
      let files = try filesOf(agent)
      let list = try await AffectedEncounters(agent.store(), directory: agent.directory).list(
        question("0.5"), study: agent.study)
      let lines = String(decoding: list, as: UTF8.self).split(separator: "\n")
      #expect(lines.count > 20)
      // Byte for byte the same store, and no new file beside it.
      let isUnchanged = try dump(agent.directory.store) == before
      #expect(isUnchanged)
      #expect(try filesOf(agent) == files)
      try await agent.standingWorker().runOnce()
      try await agent.worker().runOnce()
      #expect(agent.coordinator.state.withLock(\.statements) == statements)
      #expect(agent.coordinator.submitted.isEmpty)
    }
  }

  @Test func aHigherThresholdListsFewerOfTheSameRows() async throws {
    try await TestAgent.with { agent in
      try await agent.join()
      let affected = AffectedEncounters(try agent.store(), directory: agent.directory)
      func rows(_ threshold: String) async throws -> Set<String> {
        Set(
          String(decoding: try await affected.list(question(threshold), study: agent.study), as: UTF8.self)
            .split(separator: "\n").dropFirst().map(String.init))
      }
      let (all, some, none) = (try await rows("0"), try await rows("0.5"), try await rows("1.1"))
      let isPart = some.isSubset(of: all)
      #expect(isPart && some.count < all.count && !some.isEmpty && none.isEmpty)
    }
  }

  @Test func aSnapshotThatChangedIsNotListed() async throws {
    try await TestAgent.with { agent in
      try await agent.join()
      try changeOneByte(of: snapshotFile(of: agent))
      let affected = AffectedEncounters(try agent.store(), directory: agent.directory)
      await #expect(throws: SiteEvaluationError.self) {
        try await affected.list(question("0.5"), study: agent.study)
      }
      await #expect(throws: AgentError.unknownProtocol("other")) {
        try await affected.list(question("0.5"), study: "other")
      }
    }
  }
}
