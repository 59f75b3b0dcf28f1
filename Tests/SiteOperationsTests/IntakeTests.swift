import CanonicalJSON
import CoordinatorAPI
import Cryptography
import EvaluationProtocols
import SiteEvaluation
import SiteOperations
import TestSupport
import Testing

/// What an agent looks at before it registers a dataset and before it counts one.
@Suite struct IntakeTests {
  /// The example's table with every row changed.
  private func change(_ agent: TestAgent, _ row: (inout [String]) -> Void) throws {
    let lines = String(decoding: try fileBytes(agent.dataFile), as: UTF8.self).split(separator: "\n")
    let changed = lines.enumerated().map { index, line in
      var cells = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      if index > 0 { row(&cells) } else { cells.append("contact") }
      return (index > 0 && cells.count < 17 ? cells + [""] : cells).joined(separator: ",")
    }
    try overwrite(changed.joined(separator: "\n") + "\n", at: agent.dataFile)
  }

  @Test func identifiersAreNotRegistered() async throws {
    try await TestAgent.with { agent in
      try await agent.register()
      try change(agent) { $0.append($0[0].hasSuffix("7") ? "m.person@example.org" : "") }
      let error = await #expect(throws: IntakeError.self) { try await agent.register() }
      #expect(error?.description.contains("column contact: e-mail addresses") == true)
      #expect(error?.description.contains("example.org") == false)
      #expect(try await agent.store().datasets().count == 1)
    }
  }

  @Test func profileIsKeptWithTheRelease() async throws {
    try await TestAgent.with { agent in
      try await agent.untilComputed(.hold)
      let dataset = try #require(try await agent.store().datasets().first)
      let intake = try await agent.store().intake(of: dataset.release.digest)
      #expect(intake.profile.rows == dataset.release.rowsRead)
      #expect(intake.profile.column("sex")?.values.map(\.text) == ["female", "male"])
      let reports = try await agent.store().intakeReports(of: dataset.release.digest)
      #expect(reports.map(\.evaluationProtocol) == [agent.evaluationProtocol.digest])
      #expect(reports[0].report.refusals.isEmpty)
    }
  }

  @Test func valuesThatCannotBeWhatTheProtocolSaysAreDeclinedWithAWord() async throws {
    try await TestAgent.with { agent in
      // Pressure in another unit: every number lies below the protocol's range.
      try change(agent) { $0[5] = $0[5].isEmpty ? "" : "1\($0[5].last ?? "0").5" }
      try await agent.untilComputed(.automatic)
      let record = try await agent.record()
      #expect(record.state == .declined)
      #expect(record.code == RefusalCode.dataUnreadable.rawValue)
      #expect(
        record.remark?.contains("column trestbps: all of its numbers lie outside 60 to 260 mm Hg") == true)
      #expect(agent.coordinator.refusals == [RefusalDocument(code: .dataUnreadable).encode()])
      #expect(agent.coordinator.submitted.isEmpty)
      let dataset = try #require(try await agent.store().datasets().first)
      let reports = try await agent.store().intakeReports(of: dataset.release.digest)
      #expect(reports.first?.report.refusals.map(\.check) == [.range])
    }
  }
}
