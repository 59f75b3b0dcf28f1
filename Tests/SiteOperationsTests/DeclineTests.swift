import Foundation
import EvaluationProtocols
import Aggregates
import CanonicalJSON
import CoordinatorAPI
import Cryptography
import SiteEvaluation
import SiteOperations
import Testing

/// What leaves when an assignment is not carried out, and what only this machine is told.
@Suite struct DeclineTests {
  @Test func deniedProtocolIsDeclinedWithItsCodeOnly() async throws {
    try await TestAgent.with { agent in
      try await agent.offer()
      try await agent.worker().runOnce()
      let store = try agent.store()
      _ = try await ProtocolGovernance(store, site: TestAgent.site).refuse(
        store.protocolDocument(named: agent.evaluationProtocol.id), by: "A. Person", reason: "secret reason",
        at: TestAgent.time)
      try await agent.worker().runOnce()
      #expect(try await agent.record().state == .declined)
      #expect(agent.coordinator.refusals == [RefusalDocument(code: .protocolDenied).encode()])
      #expect(try await agent.store().verifyEgress().entries == 1)
    }
  }

  @Test func phaseBeyondTheConsentIsDeclinedAndNoRowIsRead() async throws {
    try await TestAgent.with { agent in
      try await agent.offer(phase: .limited)
      try await agent.worker().runOnce()
      try await agent.register()
      // An approval is a consent as far as silent.
      try await agent.approve(.automatic)
      try await agent.worker().runOnce()
      #expect(try await agent.record().state == .declined)
      #expect(agent.coordinator.refusals == [RefusalDocument(code: .phaseNotConsented).encode()])
      #expect(agent.coordinator.submitted.isEmpty)
    }
  }

  @Test func revokedApprovalStopsWhatHasNotLeft() async throws {
    try await TestAgent.with { agent in
      try await agent.untilComputed(.hold)
      _ = try await agent.previewAndRelease()
      let store = try agent.store()
      let pin = try await ProtocolGovernance(store, site: TestAgent.site).refuse(
        store.protocolDocument(named: agent.evaluationProtocol.id), by: "A. Person", reason: "withdrawn",
        at: TestAgent.time)
      #expect(pin.decision == .revoked)
      try await agent.worker().runOnce()
      #expect(agent.coordinator.submitted.isEmpty)
      #expect(try await agent.record().state == .declined)
    }
  }

  @Test func unreadableDataIsDeclinedWithoutAWordAboutThem() async throws {
    try await TestAgent.with { agent in
      // A header without the columns: the error names a column and a path.
      try overwrite("a,b\n1,2\n", at: agent.dataFile)
      try await agent.untilComputed(.automatic)
      let record = try await agent.record()
      #expect(record.state == .declined)
      #expect(record.code == RefusalCode.dataUnreadable.rawValue)
      #expect(record.remark?.contains(agent.dataFile) == true)
      #expect(agent.coordinator.refusals == [RefusalDocument(code: .dataUnreadable).encode()])
      for refusal in agent.coordinator.refusals {
        #expect(!String(decoding: refusal, as: UTF8.self).contains("/"))
      }
    }
  }

  @Test func everyEvaluationErrorHasAWordOfTheClosedList() {
    let errors: [SiteEvaluationError] = [
      .noFiles, .unknownSite("x"), .tooManyRows(limit: 1), .sameFileTwice("a", "b"),
      .baselineIsTheModel(column: "b"),
      .table(.noHeader(path: "/secret")), .policy(.tooLow(1)), .intake(.refused([])),
    ]
    #expect(
      errors.map(\.refusalCode) == [
        .datasetMissing, .evaluationFailed, .dataUnreadable, .dataUnreadable, .evaluationFailed,
        .dataUnreadable, .policyRefuses, .dataUnreadable,
      ])
  }

  @Test(
    "a snapshot that changed is said and never counted",
    arguments: ["cut", "changed", "removed"])
  func changedSnapshotIsNotUsed(how: String) async throws {
    try await TestAgent.with { agent in
      try await agent.offer()
      try await agent.worker().runOnce()
      let dataset = try await agent.register()
      let snapshot = try snapshotFile(of: agent)
      switch how {
      case "cut":
        let bytes = try Data(contentsOf: URL(fileURLWithPath: snapshot))
        try removeFile(snapshot)
        try bytes.dropLast(40).write(to: URL(fileURLWithPath: snapshot))
      case "removed": try removeFile(snapshot)
      default: try changeOneByte(of: snapshot)
      }
      try await agent.approve(.automatic)
      try await agent.worker().runOnce()
      let record = try await agent.record()
      #expect(record.state == .blocked)
      #expect(record.remark?.contains("the snapshot") == true)
      #expect(agent.coordinator.submitted.isEmpty && agent.coordinator.refusals.isEmpty)
      let registry = DatasetRegistry(try agent.store(), directory: agent.directory)
      #expect(try registry.checkSnapshot(of: dataset) != .unchanged)

      // Registered again, it is the same release: the same approval covers it and the assignment goes on.
      #expect(try await agent.register().release == dataset.release)
      #expect(try registry.checkSnapshot(of: dataset) == .unchanged)
      try await agent.worker().runOnce(ignoringWaits: true)
      #expect(try await agent.record().state == .receipted)
    }
  }

  @Test(
    "a data file that changes after it was registered changes nothing",
    arguments: ["longer", "same size", "removed"])
  func changedFileMakesNoDifference(how: String) async throws {
    try await TestAgent.with { agent in
      try await agent.offer()
      try await agent.worker().runOnce()
      let dataset = try await agent.register()
      switch how {
      case "longer": try append("\n", to: agent.dataFile)
      case "removed": try removeFile(agent.dataFile)
      default: try changeOneDigit(in: agent.dataFile)
      }
      let registry = DatasetRegistry(try agent.store(), directory: agent.directory)
      #expect(registry.check(dataset).map(\.condition) != [.unchanged])
      #expect(try registry.checkSnapshot(of: dataset) == .unchanged)
      try await agent.approve(.automatic)
      try await agent.worker().runOnce()
      #expect(try await agent.record().state == .receipted)
    }
  }

  @Test func sameFilesAreTheSameRelease() async throws {
    try await TestAgent.with { agent in
      let first = try await agent.register()
      let second = try await agent.register()
      #expect(first.release == second.release)
      #expect(try await agent.store().datasets().count == 1)
      try append("\n", to: agent.dataFile)
      let third = try await agent.register()
      #expect(third.release.digest != first.release.digest)
      let datasets = try await agent.store().datasets()
      #expect(datasets.map(\.isCurrent) == [true, false])
      // One more line break is another extract of the same rows.
      #expect(third.release.rows != first.release.rows && third.release.snapshot == first.release.snapshot)
    }
  }

  @Test func otherPolicyNeedsAnotherApproval() async throws {
    try await TestAgent.with { agent in
      try await agent.offer()
      try await agent.worker().runOnce()
      try await agent.register()
      try await agent.approve(.automatic)
      let registry = DatasetRegistry(try agent.store(), directory: agent.directory)
      let dataset = try #require(try await agent.store().currentDataset(study: agent.evaluationProtocol.id))
      _ = try await registry.register(
        files: [agent.dataFile], declaration: dataset.declarationBytes, policy: nil,
        study: agent.evaluationProtocol.id, by: "B. Person", at: TestAgent.time)
      try await agent.worker().runOnce()
      let record = try await agent.record()
      #expect(record.state == .awaitingApproval)
      #expect(record.remark?.contains("policy") == true)
      #expect(agent.coordinator.submitted.isEmpty)
    }
  }
}
