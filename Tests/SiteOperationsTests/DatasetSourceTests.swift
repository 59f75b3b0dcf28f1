import EvaluationProtocols
import Foundation
import ServiceRuntime
import SiteEvaluation
import StudyFixtures
import TestSupport
import Testing

@testable import SiteOperations

/// A database is registered, checked and evaluated by the agent like a table.
@Suite(.enabled(if: OtherProgram.path("sqlite3") != nil, "needs sqlite3"))
struct DatasetSourceTests {
  private func register(_ path: String, query: String, with agent: TestAgent) async throws
    -> RegisteredDataset
  {
    let tables = ##"{"tables":{"kind":"sqlite","query":["\##(query)"]},"dataClass""##
    let declaration = String(
      decoding: try HeartDiseaseStudy.file("sites/\(TestAgent.site)/dataset.json"), as: UTF8.self
    ).replacing(#"{"dataClass""#, with: tables)
    return try await DatasetRegistry(agent.store(), directory: agent.directory).register(
      files: [path], declaration: Array(declaration.utf8),
      policy: HeartDiseaseStudy.file("sites/\(TestAgent.site)/policy.json"),
      study: agent.evaluationProtocol.id,
      by: "B. Person", at: agent.now())
  }

  @Test func databaseIsEvaluatedAsItWasRegisteredAndOnlySo() async throws {
    try await TestAgent.with { agent in
      let path = agent.dataFile + ".db"
      let made = try OtherProgram.run(
        "sqlite3", [path, "-cmd", ".mode csv", ".import \(agent.dataFile) stays"])
      try #require(made.status == 0)
      let first = try await register(path, query: "SELECT * FROM stays", with: agent)
      #expect(try await register(path, query: "SELECT * FROM stays", with: agent).release == first.release)
      let other = try await register(path, query: "SELECT * FROM stays WHERE sex = 'male'", with: agent)
      #expect(other.release.rows != first.release.rows && other.release.rowsRead < first.release.rowsRead)
      #expect(
        DatasetRegistry(try agent.store(), directory: agent.directory).check(other).map(\.condition) == [
          .unchanged
        ])

      _ = try await register(path, query: "SELECT * FROM stays", with: agent)
      try await agent.offer()
      try await agent.worker().runOnce()
      try await agent.approve(.automatic)
      try await agent.worker().runOnce(ignoringWaits: true)
      #expect(try await agent.record().state == .receipted)

      #expect(try OtherProgram.run("sqlite3", [path, "DELETE FROM stays WHERE sex = 'male'"]).status == 0)
      #expect(
        DatasetRegistry(try agent.store(), directory: agent.directory).check(first).map(\.condition) == [
          .changed
        ])
    }
  }
}
