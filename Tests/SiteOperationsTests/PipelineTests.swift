import EvaluationProtocols
import Synchronization
import Attestations
import ServiceRuntime
import CanonicalJSON
import CoordinatorAPI
import Cryptography
import SiteOperations
import Submissions
import Testing

/// The way of an assignment, step by step.
@Suite struct PipelineTests {
  @Test func previewedBytesAreTheSentBytesAndAreReceipted() async throws {
    try await TestAgent.with { agent in
      try await agent.untilComputed()
      #expect(try await agent.record().state == .computed)
      #expect(agent.coordinator.submitted.isEmpty)

      let preview = try await agent.previewAndRelease()
      #expect(try await agent.record().state == .approved)
      try await agent.worker().runOnce()
      #expect(try await agent.record().state == .receipted)
      #expect(agent.coordinator.submitted == [preview.content])
      #expect(Digest(of: preview.content) == preview.item.package)
      #expect(try await agent.store().verifyEgress().entries == 1)
      // What was signed is what a coordinator takes in.
      let files = try SubmissionFiles.parsePackage(preview.content)
      let verified = try files.verify(
        under: agent.evaluationProtocol, phase: .silent, pinnedRootKey: agent.signing.fingerprint.digest,
        at: try TestAgent.time)
      #expect(verified.predicate.sequence == 1)
      #expect(verified.predicate.datasetDigest == preview.item.datasetRelease)
    }
  }

  @Test func unapprovedProtocolIsNeitherEvaluatedNorSent() async throws {
    try await TestAgent.with { agent in
      try await agent.offer()
      try await agent.register()
      for _ in 0..<3 { try await agent.worker().runOnce(ignoringWaits: true) }
      let record = try await agent.record()
      #expect(record.state == .awaitingApproval)
      #expect(record.remark == "no decision yet")
      // Not even the model was fetched.
      #expect(agent.coordinator.state.withLock(\.fetched) == [agent.evaluationProtocol.digest])
      #expect(agent.coordinator.submitted.isEmpty && agent.coordinator.refusals.isEmpty)
      #expect(try await agent.store().egressEntries().isEmpty)
    }
  }

  @Test func approvedProtocolNeedsItsPreviewAndReleaseWhenItIsHeld() async throws {
    try await TestAgent.with { agent in
      try await agent.untilComputed(.hold)
      for _ in 0..<3 { try await agent.worker().runOnce(ignoringWaits: true) }
      #expect(agent.coordinator.submitted.isEmpty)
      let store = try agent.store()
      let package = try #require(try await store.outbox(TestAgent.assignment)).package
      await #expect(throws: AgentError.notPreviewed(package)) {
        _ = try await store.release(package, by: "A", reason: "r", at: TestAgent.time)
      }
      await #expect(throws: AgentError.unknownPackage(Digest(of: [1]))) {
        _ = try await store.release(Digest(of: [1]), by: "A", reason: "r", at: TestAgent.time)
      }
    }
  }

  @Test func automaticReleaseSendsWithoutALookAndSaysWhoAllowedIt() async throws {
    try await TestAgent.with { agent in
      try await agent.untilComputed(.automatic)
      #expect(try await agent.record().state == .receipted)
      #expect(agent.coordinator.submitted.count == 1)
      let item = try #require(try await agent.store().outbox(TestAgent.assignment))
      #expect(item.releasedBy == "automatic: A. Person")
    }
  }

  @Test func sentWithoutAnAnswerIsSentAgainIdentically() async throws {
    try await TestAgent.with { agent in
      agent.coordinator.plan(.loseAnswer, .loseAnswer)
      try await agent.untilComputed(.automatic)
      #expect(try await agent.record().state == .sent)
      // Not before the wait is over, then again and with growing waits.
      try await agent.worker().runOnce()
      #expect(agent.coordinator.submitted.count == 1)
      agent.clock.advance(seconds: 1)
      try await agent.worker().runOnce()
      #expect(agent.coordinator.submitted.count == 2)
      agent.clock.advance(seconds: 1)
      try await agent.worker().runOnce()
      #expect(agent.coordinator.submitted.count == 2)
      agent.clock.advance(seconds: 1)
      try await agent.worker().runOnce()
      #expect(try await agent.record().state == .receipted)
      #expect(Set(agent.coordinator.submitted).count == 1)
      // Every time the bytes left there is an entry.
      #expect(try await agent.store().verifyEgress().entries == 3)
    }
  }

  @Test(
    "a receipt that is not for these bytes by the pinned key is not believed",
    arguments: ["digest", "tenant", "key", "bytes"])
  func foreignReceiptIsRefused(what: String) async throws {
    try await TestAgent.with { agent in
      let coordinator = agent.coordinator
      let stranger = try SigningKeyPair.evidence()
      coordinator.plan(
        .receipt { package in
          switch what {
          case "digest":
            try coordinator.receipt(
              for: package, assignment: TestAgent.assignment, submission: Digest(of: [1]))
          case "tenant":
            try coordinator.receipt(for: package, assignment: TestAgent.assignment, tenant: "t-other")
          case "key": try coordinator.receipt(for: package, assignment: TestAgent.assignment, by: stranger)
          default: Array("{}".utf8)
          }
        })
      try await agent.untilComputed(.automatic)
      let record = try await agent.record()
      #expect(record.state == .sent)
      #expect(record.remark?.contains("the receipt is refused") == true)
      #expect(try await agent.store().outbox(TestAgent.assignment)?.receipt == nil)
    }
  }

  @Test func refusalOfTheCoordinatorIsShownAndNotRepeated() async throws {
    try await TestAgent.with { agent in
      agent.coordinator.plan(.refuse(Problem(.refused, detail: "a rule is broken", remedy: "look")))
      try await agent.untilComputed(.automatic)
      agent.clock.advance(seconds: 3600)
      try await agent.worker().runOnce(ignoringWaits: true)
      let record = try await agent.record()
      #expect(record.state == .refused)
      #expect(record.code == "refused")
      #expect(agent.coordinator.submitted.count == 1)
    }
  }

  @Test func busyCoordinatorIsAskedAgainLater() async throws {
    try await TestAgent.with { agent in
      agent.coordinator.plan(.refuse(.tooManyRequests(retryAfter: 7)))
      try await agent.untilComputed(.automatic)
      #expect(try await agent.record().state == .sent)
      agent.clock.advance(seconds: 600)
      try await agent.worker().runOnce()
      #expect(try await agent.record().state == .receipted)
    }
  }

  @Test func sameKeyGivesTheEarlierCountsAgain() async throws {
    try await TestAgent.with { agent in
      try await agent.untilComputed(.automatic)
      let second = "a-" + String(repeating: "e6", count: 13)
      // The file is gone: what was counted once is not counted again.
      try removeFile(agent.dataFile)
      try await agent.offer(second, sequence: 2)
      try await agent.worker().runOnce()
      #expect(try await agent.record(second).state == .receipted)
      let packages = try agent.coordinator.submitted.map(SubmissionFiles.parsePackage)
      #expect(packages.count == 2)
      #expect(packages[0].aggregate == packages[1].aggregate)
      #expect(packages[0].submission != packages[1].submission)
      let preview = try await ReleasePreview(second, in: agent.store())
      #expect(preview.lines.contains { $0.hasPrefix("also: number of different patients: ") })
      #expect(
        preview.changes == ["the counts are the same bytes as in the previous release: nothing new is told"])
    }
  }

  @Test func submissionWaitsUntilTheClocksAgree() async throws {
    try await TestAgent.with { agent in
      try await agent.store().updateStatus { $0.clockSkew = 301 }
      try await agent.untilComputed(.automatic)
      #expect(try await agent.record().state == .approved)
      #expect(try await agent.record().remark?.contains("301 seconds") == true)
      #expect(agent.coordinator.submitted.isEmpty)
      try await agent.store().updateStatus { $0.clockSkew = 300 }
      agent.clock.advance(seconds: 301)
      try await agent.worker().runOnce()
      #expect(try await agent.record().state == .receipted)
    }
  }
}
