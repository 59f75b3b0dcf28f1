import Foundation
import TestSupport
import Testing

extension WireTests {
  /// A study that is held by a person, until named people sign for its restart (security.md: G4).
  @Suite struct HoldTests {
    @Test func aHeldStudyTakesNothingUntilItsReviewersSignForTheRestart() throws {
      try GateTemplate.withStudy { study, agents in
        let deployment = study.deployment
        try study.enterLimited()
        // A round is open, and one site has not answered yet.
        try #require(agents["cleveland"]).end()
        try study.open(phase: "limited", quorum: 3)
        let round = WireRound(fields: try study.newestRound())
        #expect(round.state == "open")
        let started = ContinuousClock.now
        #expect(try study.move("hold", "--reason", "alarms at budapest").code == 0)
        try deployment.run("cleveland")
        try deployment.awaitAcknowledgements(study.study)
        print("held until everybody had acknowledged: \(ContinuousClock.now - started)")

        let status = try study.status()
        #expect(status.state == "held")
        let incident = try #require(status.incidents.first)
        #expect((incident["stopSeconds"] as? Int).map { (0...30).contains($0) } == true, "\(incident)")
        #expect(incident["waitingFor"] as? [String] == [])
        for site in WireDeployment.sites {
          #expect(status.word(of: site) == "hold", "\(site)")
          #expect(try study.exposure(at: site).code == 1)
        }
        try nothingIsTaken(study, round)
        try restart(study, incident: try #require(incident["incident"] as? String))
      }
    }

    private func nothingIsTaken(_ study: GatedStudy, _ round: WireRound) throws {
      let deployment = study.deployment
      #expect(try study.newestRound()["state"] as? String == "failed")
      // The answer that was missing comes too late.
      let first = try #require(try study.events("evidenceRecorded").first?["round"] as? String)
      let package = deployment.folder + "/package.json"
      try Data(
        deployment.curl(
          "GET", "/v1/rounds/\(first)/submissions/cleveland", as: Credential(profile: deployment.vendor)
        ).body
      ).write(to: URL(filePath: package))
      let late = try deployment.curl(
        "PUT", "/v1/assignments/\(round.assignment(of: "cleveland"))/submission",
        as: Credential(agent: deployment.agent("cleveland")), body: package)
      #expect(late.problem == "not-open", "\(late.text)")
      for phase in ["silent", "limited"] {
        let opened = try Programs.run(
          "coordinator",
          [
            "round", "open", "--profile", deployment.vendor, "--study", study.study, "--phase", phase,
            "--deadline", "10min", "--quorum", "1",
          ])
        #expect(opened.code == 3 && opened.errors.contains("held"), "\(opened.errors)")
      }
      let advanced = try study.move("advance", "--to", "broad")
      #expect(advanced.code == 3 && advanced.errors.contains("state"), "\(advanced.errors)")
    }

    private func restart(_ study: GatedStudy, incident: String) throws {
      let deployment = study.deployment
      func unmet() throws -> [String] {
        let refused = try study.move("resume", "--phase", "silent")
        #expect(refused.code == 3, "\(refused.output)")
        return try study.status().unmet
      }
      #expect(try unmet().sorted() == ["correctiveAction"] + Array(repeating: "signOffMissing", count: 3))
      // The approvals of the phase are no approvals of a restart.
      #expect(try study.submit(study.file(.sponsor)).code == 0, "it is known")
      #expect(try unmet().count == 4)
      // One signs at once; what is written down afterwards asks for a new signature.
      try study.review()
      try study.submit(study.sign(.sponsor, "approve", "--gate", "restart", "--phase", "silent"))
      #expect(try study.status().standing(of: WireReviewer.sponsor.role) == "approved")
      let noted = try Programs.run(
        "coordinator",
        [
          "incident", "note", "--profile", deployment.vendor, "--study", study.study, "--incident", incident,
          "--text", "a unit was wrong", "--owner", "Dr Lind", "--corrective-action", "the mapping is mended",
        ])
      #expect(noted.code == 0, "\(noted.errors)")
      #expect(try study.status().standing(of: WireReviewer.sponsor.role) == "void")
      try study.review()
      for reviewer in WireReviewer.all {
        #expect(try study.move("resume", "--phase", "silent").code == 3)
        let answer = try study.submit(
          study.sign(reviewer, "approve", "--gate", "restart", "--phase", "silent"))
        #expect(answer.code == 0, "\(answer.errors)")
      }
      // They signed for silent, and for no other phase.
      #expect(try study.move("resume", "--phase", "limited").code == 3)
      let resumed = try study.move("resume", "--phase", "silent")
      #expect(resumed.code == 0, "\(resumed.errors)")
      try deployment.awaitAcknowledgements(study.study)
      let status = try study.status()
      #expect(status.state == "silent")
      #expect(status.incidents.first?["open"] as? Bool == false)
      #expect((status.incidents.first?["closedBy"] as? [String])?.sorted() == WireReviewer.all.map(\.person))
      #expect(status.word(of: "cleveland") == "grant of silent")
      // What was shown before the hold was of another stay in the phase.
      let refused = try study.move("advance", "--to", "limited")
      #expect(refused.code == 3 && refused.errors.contains("noEvidence"), "\(refused.errors)")
      try study.finishRound()
      #expect(try study.status().unmet.allSatisfy { $0.hasPrefix("signOff") })
    }
  }
}
