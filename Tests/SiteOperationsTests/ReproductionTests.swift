import Cryptography
import EvaluationProtocols
import Foundation
import ServiceRuntime
import SiteEvaluation
import SiteOperations
import StudyFixtures
import Testing

@Suite struct ReproductionTests {
  private func reproduction(_ agent: TestAgent) throws -> Reproduction {
    Reproduction(
      try agent.store(), directory: agent.directory, identity: agent.identity, clock: { try TestAgent.time })
  }

  @Test func sameRowsGiveTheBytesThatWereSigned() async throws {
    try await TestAgent.with { agent in
      try await agent.untilComputed()
      let result = try await reproduction(agent).run(TestAgent.assignment)
      let item = try #require(try await agent.store().outbox(TestAgent.assignment))
      #expect(result.isSame && result.stored == item.aggregate)
      // A look back is no step: nothing of it is written down or sent.
      #expect(try await agent.record().state == .computed && agent.coordinator.submitted.isEmpty)
    }
  }

  @Test func anEarlierReleaseIsReproducedFromItsOwnRows() async throws {
    try await TestAgent.with { agent in
      try await agent.untilComputed()
      let other = agent.dataFile + ".second"
      let rows = try String(contentsOfFile: agent.dataFile, encoding: .utf8).split(separator: "\n")
      try (rows.dropLast().joined(separator: "\n") + "\n").write(
        toFile: other, atomically: true, encoding: .utf8)
      _ = try await DatasetRegistry(agent.store(), directory: agent.directory).register(
        files: [other], declaration: HeartDiseaseStudy.file("sites/\(TestAgent.site)/dataset.json"),
        policy: HeartDiseaseStudy.file("sites/\(TestAgent.site)/policy.json"),
        study: agent.evaluationProtocol.id, by: "B. Person", at: TestAgent.time)
      #expect(try await reproduction(agent).run(TestAgent.assignment).isSame)
    }
  }

  @Test func changedRowsAndUnknownAssignmentsAreRefused() async throws {
    try await TestAgent.with { agent in
      try await agent.untilComputed()
      await #expect(throws: AgentError.unknownAssignment("a-none")) {
        try await reproduction(agent).run("a-none")
      }
      // What became of the files that were registered makes no difference, what became of the snapshot does.
      try FileManager.default.removeItem(atPath: agent.dataFile)
      #expect(try await reproduction(agent).run(TestAgent.assignment).isSame)
      try changeOneByte(of: snapshotFile(of: agent))
      await #expect(throws: SiteEvaluationError.self) {
        try await reproduction(agent).run(TestAgent.assignment)
      }
    }
  }

  @Test func whatWasNotSignedCannotBeReproduced() async throws {
    try await TestAgent.with { agent in
      try await agent.offer()
      try await agent.register()
      try await agent.worker().runOnce(ignoringWaits: true)
      await #expect(throws: AgentError.self) { try await reproduction(agent).run(TestAgent.assignment) }
    }
  }
}
