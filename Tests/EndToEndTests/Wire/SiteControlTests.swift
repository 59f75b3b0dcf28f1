import Foundation
import TestSupport
import Testing

extension WireTests {
  /// What a hospital decides by itself (security.md: D1, D2, D4, D5, D7, D8).
  @Suite struct SiteControlTests {
    private let decision = ["--name", "A.Person", "--reason", "test"]

    private func decide(_ deployment: WireDeployment, _ words: String...) throws {
      try Programs.require(
        "site-agent",
        words + ["--directory", deployment.agent("cleveland")] + decision)
    }

    @Test func withdrawnProtocolIsDeclinedWithACodeAndNothingElse() throws {
      try WireTemplate.withDeployment { deployment in
        try decide(deployment, "protocol", "revoke", WireDeployment.study)
        try deployment.run("cleveland")
        try deployment.openRound(quorum: 1)
        try eventually("the refusal") { try deployment.round().state(of: "cleveland") == "declined" }
        #expect(try deployment.round().refusal(of: "cleveland") == "protocolDenied")
        let list = try deployment.siteAgent(
          "egress", "list", "--directory", deployment.agent("cleveland"), "--json")
        #expect(list.components(separatedBy: "\"kind\":\"refusal\"").count == 2, "\(list)")
        try deployment.coordinator(
          "round", "close", "--profile", deployment.vendor, "--study", WireDeployment.study)
        #expect(try deployment.round().state == "failed")
      }
    }

    @Test func damagedSnapshotIsNotEvaluatedUntilItIsRegisteredAgain() throws {
      try WireTemplate.withDeployment { deployment in
        let data = deployment.folder + "/data.csv"
        let source = WireDeployment.example + "/sites/cleveland"
        try Programs.require("cp", [source + "/data.csv", data])
        try deployment.siteAgent(
          "dataset", "register", "--directory", deployment.agent("cleveland"), "--study",
          WireDeployment.study,
          "--data", data, "--declaration", source + "/dataset.json", "--policy", source + "/policy.json")
        let text = try String(contentsOfFile: data, encoding: .utf8)
        // Another release has no cached counts; one row less than what was registered.
        let rows = text.split(separator: "\n", omittingEmptySubsequences: false)
        try (rows.dropLast(3).joined(separator: "\n") + "\n").write(
          toFile: data, atomically: true, encoding: .utf8)
        // The same counts would come from the cache, and no row be read: the release has to differ from the
        // one before.
        try deployment.siteAgent(
          "dataset", "register", "--directory", deployment.agent("cleveland"), "--study",
          WireDeployment.study,
          "--data", data, "--declaration", source + "/dataset.json", "--policy", source + "/policy.json")
        try text.write(toFile: data, atomically: true, encoding: .utf8)
        let snapshots = deployment.agent("cleveland") + "/snapshots"
        let names = try FileManager.default.contentsOfDirectory(atPath: snapshots).filter {
          $0.hasSuffix(".columns")
        }
        #expect(names.count > 1)
        for name in names {
          var bytes = try fileBytes("\(snapshots)/\(name)")
          bytes[bytes.count / 4] ^= 1
          try FileManager.default.removeItem(atPath: "\(snapshots)/\(name)")
          try Data(bytes).write(to: URL(filePath: "\(snapshots)/\(name)"))
        }
        try deployment.run("cleveland")
        try deployment.openRound(quorum: 1)
        try eventually("what the agent says") {
          let state = try deployment.assignment(at: "cleveland")["state"] as? String
          return state == "blocked" || state == "declined"
        }
        let assignment = try deployment.assignment(at: "cleveland")
        #expect("\(assignment)".contains("is damaged"), "\(assignment)")
        #expect(try deployment.round().state(of: "cleveland") == "open")
        // Registered again, the round goes on.
        try deployment.siteAgent(
          "dataset", "register", "--directory", deployment.agent("cleveland"), "--study",
          WireDeployment.study,
          "--data", data, "--declaration", source + "/dataset.json", "--policy", source + "/policy.json")
        try eventually("the answer") { try deployment.round().state(of: "cleveland") == "accepted" }
      }
    }

    @Test func registrationRefusesIdentifiersAndSaysWhatChangedSince() throws {
      try WireTemplate.withDeployment { deployment in
        let source = WireDeployment.example + "/sites/cleveland"
        let data = deployment.folder + "/data.csv"
        let agent = ["--directory", deployment.agent("cleveland")]
        let register = [
          "dataset", "register", "--study", WireDeployment.study, "--data", data, "--declaration",
          source + "/dataset.json", "--policy", source + "/policy.json",
        ]
        let text = try String(contentsOfFile: source + "/data.csv", encoding: .utf8)
        let lines = text.split(separator: "\n")
        func write(_ column: String, _ cell: String) throws {
          let rows = lines.enumerated().map { $1 + "," + ($0 == 0 ? column : cell) }
          try (rows.joined(separator: "\n") + "\n").write(toFile: data, atomically: true, encoding: .utf8)
        }
        let first = try deployment.siteAgent("dataset", "list", "--directory", agent[1], "--json")
        let release = try #require(
          (try json(first)["datasets"] as? [[String: Any]])?.first?["release"] as? String)
        try write("mrn", "00481516")
        let refused = try Programs.run("site-agent", register + agent)
        #expect(refused.code == 3)
        #expect(refused.errors.contains("column mrn: medical record numbers (Safe Harbor kind H) in all of"))
        #expect(!refused.errors.contains("00481516") && !refused.output.contains("00481516"))
        #expect(try deployment.siteAgent("dataset", "list", "--directory", agent[1], "--json") == first)

        try write("ward", "b")
        try Programs.require("site-agent", register + agent)
        let shown = try Programs.require("site-agent", ["dataset", "show", WireDeployment.study] + agent)
        #expect(shown.contains("ward") && shown.contains("what it holds"))
        let difference = try json(
          Programs.require(
            "site-agent",
            ["dataset", "diff", String(release.dropFirst(7).prefix(12)), WireDeployment.study, "--json"]
              + agent))
        let changes = try #require(difference["changes"] as? [[String: String]])
        #expect(changes.map { $0["kind"] } == ["schema"] && changes.first?["subject"] == "ward")
      }
    }

    @Test func pausedAgentSendsNothingUntilItIsResumed() throws {
      try WireTemplate.withDeployment { deployment in
        let agent = try deployment.run("cleveland")
        try eventually("the agent") { agent.text.contains("coordinator reached") }
        try decide(deployment, "pause")
        let before = try deployment.siteAgent(
          "egress", "list", "--directory", deployment.agent("cleveland"), "--json")
        // What was under way may still end.
        sleep(1)
        try deployment.openRound(quorum: 1)
        sleep(2)
        #expect(try deployment.round().state(of: "cleveland") == "open")
        let after = try deployment.siteAgent(
          "egress", "list", "--directory", deployment.agent("cleveland"), "--json")
        #expect(after == before)
        try decide(deployment, "resume")
        try eventually("the answer") { try deployment.round().state(of: "cleveland") == "accepted" }
        #expect(agent.ended == nil)
      }
    }

    @Test func previewedBytesAreTheBytesThatArrive() throws {
      try WireTemplate.withDeployment { deployment in
        try decide(deployment, "protocol", "approve", WireDeployment.study, "--release", "hold")
        let agent = try deployment.run("cleveland")
        let before = try deployment.curl(
          "GET", "/v1/rounds/\(try deployment.round().id)/submissions/cleveland",
          as: Credential(profile: deployment.vendor)
        ).text
        try deployment.openRound(quorum: 1)
        try eventually("the package") {
          try deployment.assignment(at: "cleveland")["state"] as? String == "computed"
        }
        // It waits for a person, and has no port on which anybody could ask for it.
        let sockets = try Programs.require(
          "ss", ["--listening", "--tcp", "--udp", "--numeric", "--processes"])
        #expect(!sockets.contains("pid=\(agent.pid),"))
        #expect(sockets.contains("pid=\(try #require(deployment.server).pid),"))
        let assignment = try #require(try deployment.assignment(at: "cleveland")["id"] as? String)
        let preview = deployment.folder + "/preview.json"
        try deployment.siteAgent(
          "preview", assignment, "--directory", deployment.agent("cleveland"), "--out", preview)
        #expect(try deployment.round().state(of: "cleveland") == "open")
        let digest = try Programs.require("sha256sum", [preview]).prefix(64)
        try Programs.require(
          "site-agent",
          ["release", String(digest), "--directory", deployment.agent("cleveland")] + decision)
        try eventually("the answer") { try deployment.round().state(of: "cleveland") == "accepted" }
        let arrived = try deployment.curl(
          "GET", "/v1/rounds/\(try deployment.round().id)/submissions/cleveland",
          as: Credential(profile: deployment.vendor)
        )
        let same = try arrived.body == fileBytes(preview)
        #expect(same, "other bytes arrived than were shown")
        // The same data, model and protocol as in the round before: the same numbers.
        let numbers = try [before, arrived.text].map { text in
          try JSONSerialization.data(
            withJSONObject: try #require(try json(text)["aggregate"]), options: .sortedKeys)
        }
        let equal = numbers[0] == numbers[1]
        #expect(equal, "another aggregate from the same data")
        try deployment.siteAgent("egress", "verify", "--directory", deployment.agent("cleveland"))
      }
    }
  }
}
