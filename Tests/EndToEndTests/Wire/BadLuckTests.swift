import Foundation
import TestSupport
import Testing

extension WireTests {
  /// A coordinator that goes away, disks that fill up, processes that are started twice (security.md: R2, R3).
  @Suite struct BadLuckTests {
    @Test func roundEndsAlthoughTheCoordinatorWasAway() throws {
      try WireTemplate.withDeployment { deployment in
        for site in WireDeployment.sites.dropLast() { try deployment.run(site) }
        try deployment.openRound()
        try eventually("three answers") {
          let round = try deployment.round()
          return WireDeployment.sites.filter { round.state(of: $0) == "accepted" }.count == 3
        }
        deployment.server?.kill()
        try deployment.run("long-beach")
        try eventually("what an agent says") {
          "\(try deployment.status(deployment.agent("long-beach"))["daemon"] ?? "")".contains("errorCode")
        }
        try deployment.serve()
        try eventually(within: 30, "the end of the round") { try deployment.round().state == "complete" }
        for site in WireDeployment.sites {
          #expect(try deployment.round().conflicts(of: site) == 0)
          try deployment.siteAgent("egress", "verify", "--directory", deployment.agent(site))
        }
        try deployment.coordinator("audit", "verify", "--profile", deployment.vendor)
      }
    }

    @Test func secondProcessOnOneDirectoryIsRefused() throws {
      try WireTemplate.withDeployment { deployment in
        let agent = try deployment.run("cleveland")
        try eventually("the agent") { agent.text.contains("coordinator reached") }
        let secondAgent = try deployment.run("cleveland")
        #expect(try secondAgent.wait(10) != 0)
        #expect(
          secondAgent.text.contains("another process holds") && secondAgent.text.contains("hint: "),
          "\(secondAgent.text)")
        let second = try deployment.start(
          "coordinator", ["serve", "--config", deployment.home + "/coordinator.json"])
        #expect(try second.wait(10) != 0)
        #expect(
          second.text.contains("another process holds") && second.text.contains("hint: "), "\(second.text)")
        #expect(agent.ended == nil && deployment.server?.ended == nil)
        #expect(
          try deployment.curl("GET", "/v1/health", as: Credential(agent: deployment.agent("cleveland")))
            .status == 200)
      }
    }

    @Test func terminationAnswersWhoWaitsAndEndsWithinFiveSeconds() throws {
      try WireTemplate.withDeployment { deployment in
        let session = try WireSession(deployment, as: Credential(agent: deployment.agent("cleveland")))
        let watcher = try WireSession(deployment, as: Credential(profile: deployment.vendor))
        let agent = try deployment.run("budapest")
        try eventually("the agent") { agent.text.contains("coordinator reached") }
        let poll = try session.send("GET", "/v1/assignments?after=1000000&wait=25")
        let watch = try watcher.send("GET", "/v1/rounds/\(try deployment.round().id)?after=1000000&wait=25")
        #expect(try session.wait(poll, seconds: 0.5).status == 0)
        let server = try #require(deployment.server)
        kill(server.pid, SIGTERM)
        #expect(try session.wait(poll, seconds: 5).status == 200)
        #expect(try watcher.wait(watch, seconds: 5).status == 200)
        #expect(try server.wait(5) == 0)
        #expect(server.text.contains("stopped"))
        #expect(try agent.end(6) == 0)
        #expect(agent.text.contains("agent stopped"))
      }
    }

    /// A small volume in memory; needs root.
    private func withVolume(_ megabytes: Int, _ body: (String) throws -> Void) throws {
      let folder = FileManager.default.temporaryDirectory.path + "/\(Watchdog.prefix)volume"
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try Programs.require("mount", ["-t", "tmpfs", "-o", "size=\(megabytes)m", "tmpfs", folder])
      defer { _ = try? Programs.run("umount", ["--lazy", folder]) }
      try body(folder)
    }

    /// Takes all the room there is.
    private func fill(_ volume: String) throws -> String {
      let path = volume + "/filler"
      _ = try Programs.run("dd", ["if=/dev/zero", "of=" + path, "bs=64k"])
      return path
    }

    @Test(.enabled(if: geteuid() == 0, "only root can mount a small volume"))
    func fullDiskOfTheCoordinatorRefusesChangesAndRecovers() throws {
      try withVolume(160) { volume in
        try WireTemplate.withDeployment(in: volume) { deployment in
          let vendor = Credential(profile: deployment.vendor)
          let body = try deployment.file(
            #"{"displayName":"north","format":"urn:equipoise:invitation-request:v1","lifetimeSeconds":3600}"#)
          let state = try deployment.exportState()
          // Without room for curl's own files it could not be asked.
          try Programs.require("cp", ["-a", deployment.vendor, deployment.folder + "/spare"])
          let filler = try fill(volume)
          let session = try WireSession(deployment, as: vendor)
          let request = try fileBytes(body)
          func invite(_ site: String) throws -> Reply {
            try session.ask("POST", "/v1/sites/\(site)/invitations", body: request)
          }
          let refused = try invite("north")
          #expect(refused.problem == "storage-low" || refused.problem == "audit-unavailable", "\(refused)")
          #expect(refused.status >= 500)
          try eventually(within: 15, "the measure") {
            try String(decoding: session.ask("GET", "/v1/health").body, as: UTF8.self).contains("storageLow")
          }
          #expect(try invite("north").problem == "storage-low")
          #expect(try session.ask("GET", "/v1/sites").status == 200)
          #expect(try deployment.exportState() == state)
          // Shutting somebody out goes on.
          let revocation = #"{"format":"urn:equipoise:revocation:v1","reason":"keyCompromised"}"#
          let revoked = try session.ask(
            "POST", "/v1/sites/budapest/revocation", body: Array(revocation.utf8))
          #expect(revoked.status == 200, "\(String(decoding: revoked.body, as: UTF8.self))")
          unlink(filler)
          try eventually(within: 15, "the recovery") { try invite("north").status == 201 }
          #expect(deployment.server?.ended == nil)
          try deployment.coordinator("audit", "verify", "--profile", deployment.vendor)
        }
      }
    }

    @Test(.enabled(if: geteuid() == 0, "only root can mount a small volume"))
    func fullDiskOfASiteHoldsItsAnswerBackAndRecovers() throws {
      try withVolume(16) { volume in
        try WireTemplate.withDeployment { deployment in
          let folder = volume + "/agent"
          try Programs.require("cp", ["-a", deployment.agent("cleveland"), folder])
          let agent = try deployment.run("cleveland", directory: folder)
          try eventually("the agent") { agent.text.contains("coordinator reached") }
          let filler = try fill(volume)
          try deployment.openRound(quorum: 1)
          try eventually("what the agent says") { agent.text.contains("trouble") }
          #expect(agent.text.contains("space") || agent.text.contains("full"), "\(agent.text.suffix(600))")
          #expect(try deployment.round().state(of: "cleveland") == "open")
          unlink(filler)
          try eventually(within: 30, "the answer") {
            try deployment.round().state(of: "cleveland") == "accepted"
          }
          #expect(agent.ended == nil)
          try deployment.siteAgent("egress", "verify", "--directory", folder)
        }
      }
    }
  }
}
