import CanonicalJSON
import Cryptography
import ServiceRuntime
import SiteOperations
import Testing

/// What the doctor finds, and what a tool exits with then.
@Suite struct DoctorTests {
  private struct MadeUpProbe: NetworkProbe {
    let result: ProbeResult
    func probe() async -> ProbeResult { result }
  }

  private func answered(_ agent: TestAgent, role: String = "site", skew: Int64 = 0) throws -> ProbeResult {
    .answered(
      role: role, tenant: TestAgent.tenant, evidenceRoot: agent.identity.evidenceRoot.text,
      time: try UTCTime(secondsSinceEpoch: TestAgent.time.secondsSinceEpoch + skew),
      notAfter: try TestAgent.time)
  }

  private func examine(_ agent: TestAgent, _ result: ProbeResult) async throws -> [Finding] {
    await Doctor(agent.directory, probe: MadeUpProbe(result: result)).examine(at: try TestAgent.time)
  }

  private func outcomes(_ findings: [Finding], _ check: Finding.Check) -> [Finding.Outcome] {
    findings.filter { $0.check == check }.map(\.outcome)
  }

  @Test func everyCheckIsMadeAndEveryFailureHasARemedy() async throws {
    try await TestAgent.with { agent in
      try await agent.untilComputed()
      let findings = try await examine(agent, answered(agent))
      #expect(Set(findings.map(\.check)) == Set(Finding.Check.allCases))
      #expect(outcomes(findings, .data) == [.ok])
      #expect(outcomes(findings, .protocols) == [.ok])
      #expect(outcomes(findings, .store) == [.ok])
      #expect(outcomes(findings, .egressLog) == [.ok])
      #expect(outcomes(findings, .directory) == [.ok])
      for finding in findings where finding.outcome == .failed || finding.outcome == .warning {
        #expect(!finding.remedy.isEmpty, "\(finding)")
      }
      // The test agent has no certificate of its own.
      #expect(outcomes(findings, .certificate) == [.failed])
      #expect(Doctor.exitCode(for: findings) == .inputRefused)
    }
  }

  @Test(
    "a failure on the way names its stage",
    arguments: [
      Finding.Check.name, .proxy, .connection, .tls, .coordinator,
    ])
  func networkFailureIsPlaced(stage: Finding.Check) async throws {
    try await TestAgent.with { agent in
      let findings = try await examine(
        agent, .failed(at: stage, detail: "issuer Inspection CA", remedy: "ask the network team"))
      let stages: [Finding.Check] = [.name, .proxy, .connection, .tls, .coordinator]
      for check in stages {
        let outcome = outcomes(findings, check)
        let place = try #require(stages.firstIndex(of: check))
        let failed = try #require(stages.firstIndex(of: stage))
        #expect(outcome == [place < failed ? .ok : place == failed ? .failed : .skipped])
      }
      #expect(Doctor.exitCode(for: findings.filter { stages.contains($0.check) }) == .unreachable)
    }
  }

  @Test(
    "a clock that differs is found",
    arguments: [(60, Finding.Outcome.ok), (-61, .warning), (301, .failed)] as [(Int64, Finding.Outcome)])
  func clockThatDiffersIsFound(skew: Int64, expected: Finding.Outcome) async throws {
    try await TestAgent.with { agent in
      let findings = try await examine(agent, answered(agent, skew: skew))
      #expect(outcomes(findings, .clock) == [expected])
    }
  }

  @Test func otherCoordinatorIsFound() async throws {
    try await TestAgent.with { agent in
      let other = ProbeResult.answered(
        role: "site", tenant: TestAgent.tenant, evidenceRoot: Digest(of: [1]).text, time: try TestAgent.time,
        notAfter: try TestAgent.time)
      let findings = try await examine(agent, other)
      #expect(outcomes(findings, .coordinator) == [.failed])
      let unconfirmed = try await examine(agent, answered(agent, role: "pendingSite"))
      #expect(outcomes(unconfirmed, .coordinator) == [.warning])
    }
  }

  @Test func changedDataOpenFolderAndPauseAreFound() async throws {
    try await TestAgent.with { agent in
      try await agent.untilComputed()
      try append("\n", to: agent.dataFile)
      try setMode(0o755, of: agent.directory.path)
      try Pause(since: TestAgent.time, person: "A", reason: "r").begin(in: agent.directory)
      let findings = try await examine(agent, answered(agent))
      // The snapshot is what is evaluated; the file it was made of is only worth a word.
      #expect(outcomes(findings, .data) == [.ok, .warning])
      try changeOneByte(of: snapshotFile(of: agent))
      #expect(outcomes(try await examine(agent, answered(agent)), .data) == [.failed, .warning])
      #expect(outcomes(findings, .directory) == [.failed])
      #expect(outcomes(findings, .pause) == [.warning])
    }
  }

  @Test func discardedDatasetIsNoFailureAndRowsThatAreLeftOfItAreOne() async throws {
    try await TestAgent.with { agent in
      try await agent.untilComputed()
      let release = try #require(try await agent.store().datasets().first).release.digest
      let path = try snapshotFile(of: agent)
      _ = try await DatasetRegistry(agent.store(), directory: agent.directory).discard(
        release.hex, by: "C. Person", reason: "r", at: TestAgent.time)
      let findings = try await examine(agent, answered(agent))
      #expect(outcomes(findings, .data) == [.ok] && outcomes(findings, .protocols) == [.warning])
      // As from a backup that was unpacked over it.
      try create("rows", at: path)
      #expect(outcomes(try await examine(agent, answered(agent)), .data) == [.failed])
    }
  }

  @Test func emptyFolderFailsWithoutChangingAnything() async throws {
    try await TestAgent.with { agent in
      let empty = AgentDirectory(agent.directory.path + "/none")
      let findings = await Doctor(
        empty, probe: MadeUpProbe(result: .failed(at: .name, detail: "", remedy: "")),
        configurationProblem: (detail: "agent.json: broken", remedy: "mend it")
      ).examine(at: try TestAgent.time)
      #expect(outcomes(findings, .configuration) == [.failed])
      #expect(outcomes(findings, .store) == [.failed])
      #expect(outcomes(findings, .tls) == [.skipped])
      #expect(!exists(empty.path))
    }
  }
}
