import Foundation
import TestSupport
import Testing

extension WireTests {
  /// What is taken in once, and what is not (security.md: P1–P3, I4, R7).
  @Suite struct SubmissionTests {
    private func package(_ deployment: WireDeployment, of site: String) throws -> (
      path: String, bytes: [UInt8]
    ) {
      let bytes = try deployment.curl(
        "GET", "/v1/rounds/\(try deployment.round().id)/submissions/\(site)",
        as: Credential(profile: deployment.vendor)
      ).body
      let path = deployment.folder + "/package-\(UUID().uuidString)"
      try Data(bytes).write(to: URL(filePath: path))
      return (path, bytes)
    }

    private func target(_ assignment: String) -> String { "/v1/assignments/\(assignment)/submission" }

    @Test func sameBytesAgainGetTheSameReceipt() throws {
      try WireTemplate.withDeployment { deployment in
        let package = try package(deployment, of: "cleveland")
        let agent = Credential(agent: deployment.agent("cleveland"))
        let path = target(try deployment.round().assignment(of: "cleveland"))
        let kept = try Programs.require(
          "sqlite3",
          [deployment.agent("cleveland") + "/site.sqlite", "SELECT lower(hex(receipt)) FROM outbox"])
        let state = try deployment.exportState()
        for _ in 0..<2 {
          let answer = try deployment.curl("PUT", path, as: agent, body: package.path)
          #expect(answer.status == 200)
          let hex = answer.body.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
          let same = hex == kept.trimmingCharacters(in: .whitespacesAndNewlines)
          #expect(same, "another receipt than the agent has: \(answer.text.prefix(200))")
        }
        #expect(try deployment.exportState() == state)
      }
    }

    @Test func whatIsNotThisSitesAnswerToThisAssignmentIsRefused() throws {
      try WireTemplate.withDeployment { deployment in
        let own = try package(deployment, of: "cleveland")
        let other = try package(deployment, of: "budapest")
        try deployment.openRound()
        let agent = Credential(agent: deployment.agent("cleveland"))
        let path = target(try deployment.round().assignment(of: "cleveland"))
        let foreign = target(try deployment.round().assignment(of: "budapest"))
        var changed = own.bytes
        changed[changed.count / 2] ^= 1
        let altered = deployment.folder + "/altered"
        try Data(changed).write(to: URL(filePath: altered))
        try deployment.expectNothingComes(refusals: 6) {
          // The round before, replayed; another site's, signed by that site; one byte off; no submission at all.
          for (what, body) in [
            ("replay", own.path), ("another site's", other.path), ("altered", altered),
            ("not JSON", try deployment.file("not JSON")), ("empty object", try deployment.file("{}")),
          ] {
            let answer = try deployment.curl("PUT", path, as: agent, body: body)
            #expect(answer.status == 422 || answer.status == 400, "\(what): \(answer)")
          }
          #expect(try deployment.curl("PUT", foreign, as: agent, body: other.path).status == 404)
        }
      }
    }

    @Test func agentRestoredFromACopyIsFoundOutAndTheFirstAnswerStands() throws {
      try WireTemplate.withDeployment { deployment in
        let copy = deployment.folder + "/copy"
        try Programs.require("cp", ["-a", deployment.agent("cleveland"), copy])
        try deployment.openRound(quorum: 1)
        // The copy has made its package and is about to send it.
        let clone = try deployment.run(
          "cleveland", directory: copy, environment: ["EQUIPOISE_FAULT": "submission-logged:1:stop"])
        try eventually("the copy's package") {
          try deployment.assignment(at: "cleveland", directory: copy)["state"] as? String == "sent"
        }
        try eventually("its stop") { clone.isStopped }
        let original = try deployment.run("cleveland")
        try eventually("the first answer") { try deployment.round().state(of: "cleveland") == "accepted" }
        let accepted = try deployment.round().submission(of: "cleveland")
        kill(clone.pid, SIGCONT)
        try eventually("the conflict") { try deployment.round().conflicts(of: "cleveland") == 1 }
        #expect(try deployment.round().submission(of: "cleveland") == accepted)
        let state = try deployment.exportState()
        for folder in [copy, deployment.agent("cleveland")] {
          try eventually(within: 40, "the pause of \(folder)") {
            try deployment.status(folder)["paused"] as? String != nil
          }
        }
        #expect(
          try deployment.assignment(at: "cleveland", directory: copy)["state"] as? String == "suspected-clone"
        )
        #expect(original.ended == nil && clone.ended == nil)
        #expect(try deployment.exportState() == state)
        #expect(try deployment.audit().filter { $0.action == "submission.conflict" }.count == 1)
        // It is told to whoever asks.
        let text = try deployment.coordinator(
          "round", "status", "--profile", deployment.vendor, "--study", WireDeployment.study)
        #expect(text.contains("conflict"), "\(text)")
      }
    }

    @Test func lateSubmissionIsRefusedAndBothSidesSaySo() throws {
      try WireTemplate.withDeployment { deployment in
        try deployment.openRound(deadline: "10min")
        let agent = try deployment.run(
          "cleveland", environment: ["EQUIPOISE_FAULT": "submission-logged:1:stop"])
        try eventually("the package") {
          try deployment.assignment(at: "cleveland")["state"] as? String == "sent"
        }
        try eventually("its stop") { agent.isStopped }
        try deployment.moveClock(601)
        try eventually("the end of the round") { try deployment.round().state == "failed" }
        #expect(try deployment.round().state(of: "cleveland") == "expired")
        kill(agent.pid, SIGCONT)
        try eventually("the refusal") {
          ["refused", "closed"].contains(try deployment.assignment(at: "cleveland")["state"] as? String)
        }
        #expect(try deployment.round().state == "failed")
        #expect(try deployment.round().state(of: "cleveland") == "expired")
        #expect(agent.ended == nil)
      }
    }
  }
}
