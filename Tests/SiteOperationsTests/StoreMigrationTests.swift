import CanonicalJSON
import Cryptography
import Foundation
import ServiceRuntime
import SiteEvaluation
import StudyFixtures
import Testing

@testable import SiteOperations
@testable import Storage

/// Stores that earlier builds made.
@Suite struct StoreMigrationTests {
  @Test(
    "a store of an earlier step keeps what people decided, and datasets are registered again",
    arguments: [1, 2, 3])
  func earlierStoreIsBroughtForward(steps: Int) async throws {
    try await TestAgent.with { agent in
      let release = Digest(of: [9]).text
      try FileManager.default.removeItem(atPath: agent.directory.store)
      try makeStore(agent.directory.store, steps: steps, release: release)
      let store = try SiteStore(agent.directory, createIfMissing: false)
      try await store.quickCheck()
      #expect(try await store.decisions(maximum: 10).map(\.reason) == ["as before"])
      #expect(try await store.datasets().isEmpty)
      await #expect(throws: AgentError.unknownDataset(release)) { try await store.dataset(named: release) }

      let dataset = try await agent.register()
      let intake = try await store.intake(of: dataset.release.digest)
      #expect(intake.profile.rows == dataset.release.rowsRead)
      #expect(try await store.datasets().map(\.release) == [dataset.release])
    }
  }

  @Test func storeWithSnapshotsKeepsThemAndTheyCanBeDiscarded() async throws {
    try await TestAgent.with { agent in
      let dataset = try await agent.register()
      // As a build without discards left it.
      try OtherHand.edit(agent.directory.store, "DROP TABLE dataset_discards")
      try OtherHand.edit(
        agent.directory.store,
        "UPDATE storage_schema SET version = 4 WHERE owner = '\(SiteSchema.owner)'")
      let store = try SiteStore(agent.directory, createIfMissing: false)
      #expect(try await store.datasets() == [dataset])
      let registry = DatasetRegistry(store, directory: agent.directory)
      _ = try await registry.discard(
        dataset.release.digest.hex, by: "C. Person", reason: "x", at: TestAgent.time)
      #expect(try await store.datasets().first?.discard != nil)
    }
  }

  /// A store as an earlier build left it: a decision, and a dataset that was files only.
  private func makeStore(_ path: String, steps: Int, release: String) throws {
    let database = try Database(
      opening: path, journal: .rollback,
      schemas: [Schema(owner: SiteSchema.owner, steps: Array(SiteSchema.steps.prefix(steps)))],
      createIfMissing: true)
    try database.run(
      "INSERT INTO decisions (time, action, object, person, reason) VALUES (1, 'x', 'y', 'A', 'as before')")
    try database.run(
      """
      INSERT INTO datasets (release_digest, study, release, declaration, policy, registered_at, number)
      VALUES (?1, 'heart-disease', x'7b7d', x'7b7d', NULL, 1, 1)
      """, [.text(release)])
    try database.run(
      """
      INSERT INTO dataset_files (release_digest, position, path, digest, bytes, modified_at)
      VALUES (?1, 0, '/data.csv', ?1, 1, 1)
      """, [.text(release)])
    guard steps > 2 else { return }
    try database.run(
      "INSERT INTO dataset_profiles (release_digest, profile, report) VALUES (?1, x'7b7d', x'7b7d')",
      [.text(release)])
  }
}
