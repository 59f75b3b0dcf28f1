import CanonicalJSON
import Cryptography
import EvaluationProtocols
import Foundation
import ServiceRuntime
import SiteEvaluation
import StudyFixtures
import TestSupport
import Testing

@testable import SiteOperations

/// The rows of a release go, its record stays.
@Suite struct DatasetDiscardTests {
  private func registry(_ agent: TestAgent) throws -> DatasetRegistry {
    DatasetRegistry(try agent.store(), directory: agent.directory)
  }

  private func discard(_ release: DatasetRelease, _ agent: TestAgent) async throws -> RegisteredDataset {
    try await registry(agent).discard(
      String(release.digest.hex.prefix(12)), by: "C. Person", reason: "retention ended", at: TestAgent.time)
  }

  private func registerForAnotherStudy(_ agent: TestAgent) async throws -> RegisteredDataset {
    try await registry(agent).register(
      files: [agent.dataFile], declaration: HeartDiseaseStudy.file("sites/\(TestAgent.site)/dataset.json"),
      policy: nil, study: "another-study", by: "B. Person", at: TestAgent.time)
  }

  private func snapshots(_ agent: TestAgent) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: agent.directory.snapshots)
      .filter { $0.hasSuffix(".columns") }
  }

  /// As `discard` leaves it that is killed once its decision is written down.
  private func discardAndDie(_ release: DatasetRelease, _ agent: TestAgent) async throws {
    _ = try await agent.store().discard(
      release.digest, by: "C. Person", reason: "retention ended", at: TestAgent.time
    ) { _ in Optional<Bool>.none }
  }

  @Test func discardedRowsAreGoneAndTheRecordStays() async throws {
    try await TestAgent.with { agent in
      try await agent.untilComputed()
      let before = try #require(try await agent.store().datasets().first)
      let path = try snapshotFile(of: agent)
      let discarded = try await discard(before.release, agent)
      #expect(!exists(path))
      #expect(try await registry(agent).condition(ofRowsOf: discarded) == .removed)
      let kept = try #require(try await agent.store().datasets().first)
      #expect(kept.release == before.release && kept.files == before.files)
      #expect(kept.declarationBytes == before.declarationBytes && kept.isCurrent)
      #expect(kept.discard?.person == "C. Person" && kept.discard?.reason == "retention ended")
      #expect(kept.discard?.time == (try TestAgent.time))
      let intake = try await agent.store().intake(of: kept.release.digest)
      #expect(intake.profile.rows == kept.release.rowsRead)
      let decision = try #require(try await agent.store().decisions(maximum: 1).first)
      #expect(decision.action == "dataset.discarded" && decision.object == kept.release.digest.text)
      await #expect(throws: AgentError.datasetDiscarded(kept.release.digest, at: try TestAgent.time)) {
        try await discard(before.release, agent)
      }
    }
  }

  @Test func nothingIsDoneWithRowsThatWereDiscarded() async throws {
    try await TestAgent.with { agent in
      try await agent.untilComputed(.automatic)
      let dataset = try #require(try await agent.store().datasets().first)
      _ = try await discard(dataset.release, agent)
      let error = AgentError.datasetDiscarded(dataset.release.digest, at: try TestAgent.time)
      await #expect(throws: error) {
        try await Reproduction(
          agent.store(), directory: agent.directory, identity: agent.identity, clock: { try TestAgent.time }
        ).run(TestAgent.assignment)
      }
      let now = try #require(try await agent.store().datasets().first)
      #expect(throws: error) { try registry(agent).checkSnapshot(of: now) }
      await #expect(throws: error) {
        try await AffectedEncounters(agent.store(), directory: agent.directory).list(
          AffectedQuestion(
            from: UTCTime(parsing: "1981-01-01T00:00:00Z"), until: UTCTime(parsing: "1990-01-01T00:00:00Z"),
            threshold: ExactDecimal(parsing: "0.5")), study: agent.study)
      }
      // The counts of the last assignment are still in the store, and no new answer is made of them.
      let next = "a-" + String(repeating: "b4", count: 13)
      try await agent.offer(next, sequence: 2)
      try await agent.worker().runOnce()
      let record = try await agent.record(next)
      #expect(record.state == .blocked)
      #expect(record.remark?.contains("was discarded at") == true)
    }
  }

  @Test func rowsThatAnAssignmentNeedsAreNotDiscarded() async throws {
    try await TestAgent.with { agent in
      let dataset = try await agent.register()
      try await agent.offer()
      func isRefused(_ state: LocalState) async throws {
        let error = AgentError.datasetNeeded(
          dataset.release.digest, by: TestAgent.assignment, state: state.rawValue)
        await #expect(throws: error) { try await discard(dataset.release, agent) }
      }
      try await isRefused(.seen)
      try await agent.worker().runOnce()
      try await isRefused(.awaitingApproval)
      try await agent.approve(.hold)
      _ = try await agent.worker().advance(agent.record())
      try await isRefused(.preparing)
      #expect(try snapshots(agent).count == 1)
      #expect(try await agent.store().decisions(maximum: 9).allSatisfy { $0.action != "dataset.discarded" })
      // Once the counts are signed the rows may go, and the answer leaves all the same.
      try await agent.worker().runOnce()
      _ = try await discard(dataset.release, agent)
      _ = try await agent.previewAndRelease()
      try await agent.worker().runOnce()
      #expect(try await agent.record().state == .receipted)
    }
  }

  @Test func releaseThatIsNotUsedMayGoWhileAnAssignmentWaits() async throws {
    try await TestAgent.with { agent in
      let old = try await agent.register()
      try changeOneDigit(in: agent.dataFile)
      let new = try await agent.register()
      try await agent.offer()
      _ = try await discard(old.release, agent)
      let registry = try registry(agent)
      #expect(try registry.checkSnapshot(of: new) == .unchanged)
      #expect(try snapshots(agent).count == 1)
    }
  }

  @Test func rowsThatSomebodyReadsAreNotDiscarded() async throws {
    try await TestAgent.with { agent in
      let dataset = try await agent.register()
      let path = try snapshotFile(of: agent)
      let digest = dataset.release.digest
      // As another process that evaluates: a lock belongs to an opened file, not to a process.
      var reader = try SnapshotLock.take(path, of: digest, for: .reading)
      try #require(reader != nil)
      #expect(try registry(agent).checkSnapshot(of: dataset) == .unchanged)
      await #expect(throws: AgentError.datasetInUse(digest)) { try await discard(dataset.release, agent) }
      #expect(try await agent.store().datasets().first?.discard == nil && exists(path))
      withExtendedLifetime(reader) {}
      reader = nil
      let writer = try #require(try SnapshotLock.take(path, of: digest, for: .discarding))
      #expect(throws: AgentError.datasetInUse(digest)) { try registry(agent).checkSnapshot(of: dataset) }
      withExtendedLifetime(writer) {}
    }
  }

  @Test(
    "a discard that ended early claims nothing and is finished later",
    arguments: ["start", "again", "registration"])
  func aDiscardThatEndedEarlyIsFinishedAndClaimsNothingBefore(by way: String) async throws {
    try await TestAgent.with { agent in
      let dataset = try await agent.register()
      let path = try snapshotFile(of: agent)
      try await discardAndDie(dataset.release, agent)
      let registry = try registry(agent)
      let discarded = try #require(try await agent.store().datasets().first)
      #expect(exists(path))
      #expect(try await registry.condition(ofRowsOf: discarded) == .leftOver)
      #expect(throws: AgentError.self) { try registry.checkSnapshot(of: discarded) }
      switch way {
      case "start": try await registry.removeDiscardedRows()
      case "again":
        await #expect(throws: AgentError.self) { try await discard(dataset.release, agent) }
      default:
        try changeOneDigit(in: agent.dataFile)
        try await agent.register()
      }
      #expect(!exists(path))
      #expect(try await registry.condition(ofRowsOf: discarded) == .removed)
    }
  }

  @Test func rowsOfTwoReleasesStayUntilBothAreDiscarded() async throws {
    try await TestAgent.with { agent in
      let one = try await agent.register()
      let other = try await registerForAnotherStudy(agent)
      let path = try snapshotFile(of: agent)
      let registry = try registry(agent)
      let first = try await discard(one.release, agent)
      #expect(exists(path))
      guard case .sharedWith(let holders) = try await registry.condition(ofRowsOf: first) else {
        Issue.record("it is not said that the rows are still there")
        return
      }
      #expect(holders.map(\.release) == [other.release])
      #expect(try registry.checkSnapshot(of: other) == .unchanged)
      _ = try await discard(other.release, agent)
      #expect(!exists(path))
      #expect(try await registry.condition(ofRowsOf: first) == .removed)
    }
  }

  @Test func sameFilesRegisteredAgainBringTheReleaseBack() async throws {
    try await TestAgent.with { agent in
      try await agent.untilComputed()
      let dataset = try #require(try await agent.store().datasets().first)
      _ = try await discard(dataset.release, agent)
      let again = try await agent.register()
      #expect(again.release == dataset.release && again.discard == nil)
      #expect(again.discards.map(\.registeredAgainAt) == [try TestAgent.time])
      let result = try await Reproduction(
        agent.store(), directory: agent.directory, identity: agent.identity, clock: { try TestAgent.time }
      ).run(TestAgent.assignment)
      #expect(result.isSame)
      #expect(try await discard(dataset.release, agent).discards.count == 2)
    }
  }

  @Test("only the digits of one release name what is discarded", arguments: ["study", "few", "other"])
  func releaseHasToBeNamed(how: String) async throws {
    try await TestAgent.with { agent in
      let dataset = try await agent.register()
      let text =
        switch how {
        case "study": agent.study
        case "few": String(dataset.release.digest.hex.prefix(7))
        default: String(Digest(of: [7]).hex.prefix(12))
        }
      await #expect(throws: AgentError.unknownRelease(text)) {
        try await registry(agent).discard(text, by: "C. Person", reason: "x", at: TestAgent.time)
      }
      #expect(try snapshots(agent).count == 1)
    }
  }
}
