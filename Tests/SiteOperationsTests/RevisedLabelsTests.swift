import CanonicalJSON
import Cryptography
import EvaluationProtocols
import SiteEvaluation
import SiteOperations
import StudyFixtures
import Submissions
import Testing

/// A dataset in the place of another one.
@Suite struct RevisedLabelsTests {
  private func register(
    _ agent: TestAgent, replacing release: String? = nil, notes: [String] = [], study: String? = nil
  ) async throws -> RegisteredDataset {
    var declaration = String(
      decoding: try HeartDiseaseStudy.file("sites/\(TestAgent.site)/dataset.json"), as: UTF8.self)
    if let release {
      declaration = declaration.replacing(
        #"{"dataClass""#,
        with: ##"{"replaces":{"release":"\##(release)","reason":"two cardiologists read again"},"dataClass""##
      )
    }
    if !notes.isEmpty {
      let list = notes.map { "\"\($0)\"" }.joined(separator: ",")
      declaration = declaration.replacing(#"{"#, with: ##"{"adjudication":[\##(list)],"##, maxReplacements: 1)
    }
    return try await DatasetRegistry(agent.store(), directory: agent.directory).register(
      files: [agent.dataFile], declaration: Array(declaration.utf8),
      policy: HeartDiseaseStudy.file("sites/\(TestAgent.site)/policy.json"),
      study: study ?? agent.evaluationProtocol.id, by: "B. Person", at: TestAgent.time)
  }

  @Test func newReleaseNamesTheOldOneAndTheReasonAndBothStay() async throws {
    try await TestAgent.with { agent in
      let old = try await register(agent)
      try changeOneDigit(in: agent.dataFile)
      let new = try await register(
        agent, replacing: old.release.digest.text, notes: ["a third reader decided 4 of 294"])
      let datasets = try await agent.store().datasets()
      #expect(datasets.map(\.release.digest) == [new.release.digest, old.release.digest])
      #expect(datasets.map(\.isCurrent) == [true, false])
      #expect(try new.declaration().replaces?.release == old.release.digest)
      let registry = DatasetRegistry(try agent.store(), directory: agent.directory)
      #expect(try datasets.map { try registry.checkSnapshot(of: $0) } == [.unchanged, .unchanged])
      let record = try DatasetRelease(parsing: new.release.encode())
      #expect(record == new.release)
      let text = String(decoding: record.encode(), as: UTF8.self)
      #expect(text.contains(old.release.digest.text) && text.contains("a third reader decided"))
    }
  }

  @Test func reasonAndNotesTravelWithTheSubmission() async throws {
    try await TestAgent.with { agent in
      let old = try await register(agent)
      _ = try await register(agent, replacing: old.release.digest.text, notes: ["a note"])
      let context = try #require(try await agent.store().currentDataset(study: agent.study)).declaration()
        .context(site: TestAgent.site)
      let parsed = try SiteContext.parse(context.encode())
      #expect(parsed == context && parsed.adjudication == ["a note"])
      #expect(
        parsed.replaces
          == SiteContext.Replacement(release: old.release.digest, reason: "two cardiologists read again"))
    }
  }

  @Test func releaseThatIsNotHereOrOfAnotherStudyIsRefused() async throws {
    try await TestAgent.with { agent in
      let unknown = Digest(of: [1]).text
      await #expect(throws: AgentError.unknownDataset(unknown)) {
        try await register(agent, replacing: unknown)
      }
      let other = try await register(agent, study: "another-study")
      await #expect(throws: AgentError.unknownDataset(other.release.digest.text)) {
        try await register(agent, replacing: other.release.digest.text)
      }
      #expect(try await agent.store().datasets().count == 1)
    }
  }

  @Test func sameRowsForTwoStudiesAreOneSnapshotAndTwoReleases() async throws {
    try await TestAgent.with { agent in
      let one = try await register(agent)
      let other = try await register(agent, study: "another-study")
      #expect(one.release.snapshot == other.release.snapshot && one.release.digest != other.release.digest)
      _ = try snapshotFile(of: agent)
    }
  }

  @Test func whatNoRecordNamesIsRemovedWithTheNextRegistration() async throws {
    try await TestAgent.with { agent in
      let dataset = try await register(agent)
      let orphan = "\(agent.directory.snapshots)/\(Digest(of: [1]).hex).columns"
      try create("left", at: orphan)
      #expect(try await register(agent).release == dataset.release)
      let path = try snapshotFile(of: agent)
      #expect(path != orphan)
    }
  }
}
