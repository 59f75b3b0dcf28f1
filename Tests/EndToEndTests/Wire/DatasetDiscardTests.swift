import Foundation
import TestSupport
import Testing

extension WireTests {
  /// Rows that a hospital may not keep any longer.
  @Suite struct DatasetDiscardTests {
    private static let folder = Repository.path("Tests/EndToEndTests/Wire/")
    private static let canTrace =
      (try? OtherProgram.run("python3", [folder + "crash_points.py", "--probe"]).status) == 0

    private static func snapshots(_ agent: String) throws -> [String] {
      try FileManager.default.contentsOfDirectory(atPath: agent + "/snapshots").filter {
        $0.hasSuffix(".columns")
      }
    }

    private static func dataset(_ agent: String) throws -> [String: Any] {
      let list = try json(
        Programs.require("site-agent", ["dataset", "list", "--directory", agent, "--json"]))
      return try #require((list["datasets"] as? [[String: Any]])?.first)
    }

    private static func discard(_ release: String, _ agent: String) -> [String] {
      [
        "dataset", "discard", release, "--name", "C. Person", "--reason", "retention ended", "--directory",
        agent,
      ]
    }

    @Test func discardIsShownAndNothingIsDoneWithTheRows() throws {
      try WireTemplate.withDeployment { deployment in
        let agent = deployment.agent("cleveland")
        let release = try #require(try Self.dataset(agent)["release"] as? String)
        #expect(try Self.dataset(agent)["rowsCondition"] as? String == "kept")
        let unnamed = try Programs.run("site-agent", Self.discard(WireDeployment.study, agent))
        #expect(unnamed.code == 3 && unnamed.errors.contains("no release here"))
        #expect(try Self.snapshots(agent).count == 1)

        let said = try Programs.run("site-agent", Self.discard(release, agent))
        #expect(said.code == 0 && said.output.contains("rows: removed from snapshots/"), "\(said)")
        #expect(said.errors.contains("the disk is not overwritten"))
        #expect(try Self.snapshots(agent).isEmpty)
        let shown = try Programs.require(
          "site-agent", ["dataset", "show", WireDeployment.study, "--directory", agent])
        #expect(shown.contains("by C. Person, because: retention ended") && shown.contains("what it holds"))
        let table = try Programs.require("site-agent", ["dataset", "list", "--directory", agent])
        #expect(table.contains("discarded"))
        let checked = try Programs.run(
          "site-agent", ["dataset", "check", WireDeployment.study, "--directory", agent])
        #expect(checked.code == 3 && checked.errors.contains("was discarded at"))
        let again = try Programs.run("site-agent", Self.discard(release, agent))
        #expect(again.code == 3 && again.errors.contains("was discarded at"))
      }
    }

    @Test(
      "ended at any of its calls, it claims no more than it did and is finished by the next start",
      .enabled(if: canTrace, "processes may not be traced on this machine"))
    func discardEndedAnywhereIsFinished() throws {
      try WireTemplate.withDeployment { deployment in
        let original = deployment.agent("cleveland")
        let release = try #require(try Self.dataset(original)["release"] as? String)
        var seen: Set<String> = []
        for point in 1..<200 {
          let agent = "\(deployment.folder)/copy-\(point)"
          try Programs.require("cp", ["-a", original, agent])
          let tracer = [
            Self.folder + "end_at_call.py", "--at", "\(point)", "--log", agent + ".log", "--from-start", "--",
            Programs.tools + "/site-agent",
          ]
          let ended = try Programs.run("python3", tracer + Self.discard(release, agent))
          let condition = try #require(try Self.dataset(agent)["rowsCondition"] as? String)
          seen.insert(condition)
          #expect(try Self.snapshots(agent).isEmpty == (condition == "removed"), "point \(point)")
          if ended.code != 137 {
            #expect(ended.code == 0 && condition == "removed", "\(ended)")
            #expect(seen == ["kept", "leftOver", "removed"])
            return
          }
          if condition == "leftOver" {
            let daemon = try deployment.run("cleveland", directory: agent)
            try eventually("the end of the rows") { try Self.snapshots(agent).isEmpty }
            daemon.kill()
            #expect(try Self.dataset(agent)["rowsCondition"] as? String == "removed")
          } else if condition == "kept" {
            try Programs.require(
              "site-agent", ["dataset", "check", WireDeployment.study, "--directory", agent])
          }
        }
        Issue.record("it did not end by itself")
      }
    }
  }
}
