import Foundation
import TestSupport
import Testing

extension WireTests {
  /// What a hospital may register by mistake while its agent runs.
  @Suite(.enabled(if: OtherProgram.path("gzip") != nil, "needs gzip"))
  struct BadDatasetTests {
    private static let site = "budapest"

    private func register(_ path: String, on deployment: WireDeployment) throws -> Outcome {
      let folder = "\(WireDeployment.example)/sites/\(Self.site)"
      return try Programs.run(
        "site-agent",
        [
          "dataset", "register", "--directory", deployment.agent(Self.site), "--study", WireDeployment.study,
          "--data", path, "--declaration", folder + "/dataset.json", "--policy", folder + "/policy.json",
        ])
    }

    /// The datasets that the agent knows, and the files in its directory.
    private func kept(_ deployment: WireDeployment) throws -> String {
      let directory = deployment.agent(Self.site)
      let files = FileManager.default.enumerator(atPath: directory)?.compactMap { $0 as? String } ?? []
      return try deployment.siteAgent("dataset", "list", "--directory", directory, "--json")
        + files.sorted().joined(separator: "\n")
    }

    @Test func registrationOfNoTableLeavesNothingAndTheAgentGoesOn() throws {
      try WireTemplate.withDeployment { deployment in
        let agent = try deployment.run(Self.site)
        try eventually("the agent") { agent.text.contains("coordinator reached") }
        let before = try kept(deployment)
        for table in HostileTable.all where !table.isTable {
          let path = deployment.folder + "/data"
          try table.write(to: path)
          let outcome = try register(path, on: deployment)
          #expect(outcome.code == 3, "\(table.name): \(outcome.errors)")
          let isTold = outcome.errors.contains(table.sentence) && outcome.errors.contains("  hint: ")
          #expect(isTold, "\(table.name): \(outcome.errors)")
          let isSame = try kept(deployment) == before
          #expect(isSame, "\(table.name) left something behind")
        }
        #expect(agent.ended == nil)
      }
    }

    @Test func assignmentOverABadTableIsDeclinedAndTheNextOneIsAnswered() throws {
      try WireTemplate.withDeployment { deployment in
        let table = try #require(HostileTable.all.first { $0.name == "other unit" })
        let path = deployment.folder + "/data.csv"
        try table.write(to: path)
        let registered = try register(path, on: deployment)
        #expect(registered.code == 0, "\(registered.errors)")
        let agent = try deployment.run(Self.site)
        try deployment.openRound(quorum: 1)
        try eventually("the refusal") { try deployment.round().refusal(of: Self.site) == "dataUnreadable" }
        #expect(agent.ended == nil)

        // Nobody else answers.
        try deployment.coordinator(
          "round", "close", "--profile", deployment.vendor, "--study", WireDeployment.study)
        #expect(try register(HostileTable.good, on: deployment).code == 0)
        try deployment.openRound(quorum: 1)
        try eventually("the answer") { try deployment.round().state(of: Self.site) == "accepted" }
        #expect(agent.ended == nil)
      }
    }
  }
}
