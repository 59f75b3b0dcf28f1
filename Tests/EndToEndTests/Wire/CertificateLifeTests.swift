import Foundation
import TestSupport
import Testing

extension WireWaitingTests {
  /// Revocation, renewal and expiry (security.md: I3, I5, I6).
  @Suite struct CertificateLifeTests {
    @Test func revocationEndsOpenConnectionsAndLongPolls() throws {
      try WireTemplate.withDeployment { deployment in
        let agent = Credential(agent: deployment.agent("budapest"))
        let connection = try WireSession(deployment, as: agent)
        let polling = try WireSession(deployment, as: agent)
        #expect(try connection.ask("GET", "/v1/health").status == 200)
        let poll = try polling.send("GET", "/v1/assignments?after=1000000&wait=25")
        #expect(try polling.wait(poll, seconds: 0.5).status == 0)
        try deployment.coordinator(
          "site", "revoke", "--profile", deployment.vendor, "--site", "budapest", "--reason", "keyCompromised"
        )
        let ended = try polling.wait(poll, seconds: 5)
        #expect(ended.isClosed || ended.status == 410, "\(ended)")
        #expect(ended.seconds < 1, "\(ended.seconds)")
        let next = try connection.ask("GET", "/v1/health")
        #expect(next.status == 410 || (next.isClosed && next.status == 0), "\(next)")
        #expect(try deployment.curl("GET", "/v1/health", as: agent).problem == "superseded")
        // Everybody else goes on.
        let other = Credential(agent: deployment.agent("cleveland"))
        #expect(try deployment.curl("GET", "/v1/health", as: other).status == 200)
        let daemon = try deployment.run("budapest")
        try eventually("what the agent says") {
          let status = try deployment.status(deployment.agent("budapest"))["daemon"] as? [String: Any]
          return status?["errorCode"] as? String == "superseded"
        }
        #expect(daemon.ended == nil)
      }
    }

    @Test func agentRenewsAgainAndAgainWithoutARestart() throws {
      try WireTemplate.withDeployment(settings: ["agentLifetime": "6s"]) { deployment in
        let folder = deployment.folder + "/north"
        try deployment.joinSite("north", of: deployment.rival, into: folder)
        let daemon = try deployment.run("north", directory: folder)
        let path = folder + "/tls/client.pem"
        let old = Credential(certificate: deployment.folder + "/old.pem", key: deployment.folder + "/old.key")
        var keys: Set<String> = []
        try eventually(within: 25, "two renewals") {
          let key = try Programs.run("openssl", ["x509", "-in", path, "-noout", "-pubkey"]).output
          if keys.insert(key).inserted, keys.count == 2 {
            try Programs.require("cp", [path, old.certificate])
            try Programs.require("cp", [folder + "/tls/client.key", old.key])
          }
          return keys.count >= 3
        }
        #expect(daemon.ended == nil)
        #expect(try deployment.curl("GET", "/v1/health", as: old).status != 200)
        #expect(try deployment.curl("GET", "/v1/health", as: Credential(agent: folder)).status == 200)
        let log = try deployment.audit(deployment.rival).filter { $0.actor.hasPrefix("site/north/") }
        #expect(log.filter { $0.action == "certificate.renewed" && !$0.isRefusal }.count >= 2)
        #expect(!log.contains { $0.isRefusal && $0.action == "certificate.renewed" }, "\(log.map(\.text))")
        try deployment.siteAgent("egress", "verify", "--directory", folder)
      }
    }

    @Test func expiredAgentSaysSoAndComesBackWithOneInvitation() throws {
      try WireTemplate.withDeployment(settings: ["agentLifetime": "2s"]) { deployment in
        let folder = deployment.folder + "/north"
        try deployment.joinSite("north", of: deployment.rival, into: folder)
        let fingerprint = try deployment.fingerprint(folder)
        sleep(3)
        let refused = try deployment.curl("GET", "/v1/health", as: Credential(agent: folder))
        #expect(refused.status == 0, "\(refused)")
        let daemon = try deployment.run("north", directory: folder)
        try eventually("what the agent says") {
          let status = try deployment.status(folder)
          return "\(status["warnings"] ?? "")".contains("ended at")
            && "\(status["daemon"] ?? "")".contains("error")
        }
        #expect(try daemon.end() == 0)
        // One command on each side; its state and its signing key are kept, so nobody has to confirm again.
        try deployment.siteAgent(
          "join", "--invitation", deployment.invite("north", by: deployment.rival), "--directory", folder)
        #expect(try deployment.curl("GET", "/v1/health", as: Credential(agent: folder)).status == 200)
        #expect(try deployment.fingerprint(folder) == fingerprint)
        let identity = try deployment.curl("GET", "/v1/identity", as: Credential(agent: folder))
        #expect(identity.text.contains(#""role":"site""#), "\(identity)")
      }
    }

    @Test func serverCertificateThatEndsSoonIsReplacedAtTheStart() throws {
      try WireTemplate.withDeployment { deployment in
        let file = deployment.home + "/server/server.pem"
        let first = try String(contentsOfFile: file, encoding: .utf8)
        #expect(try deployment.server?.end() == 0)
        try deployment.serve()
        #expect(try String(contentsOfFile: file, encoding: .utf8) == first)
        #expect(try deployment.server?.end() == 0)
        // 90 days less 61: under a month is left.
        try deployment.moveClock(61 * 86_400)
        try deployment.serve()
        #expect(try String(contentsOfFile: file, encoding: .utf8) != first)
      }
    }

    @Test func personRenewsFromHalfOfTheLifeOrComesBackOnTheServer() throws {
      try WireTemplate.withDeployment(settings: ["personLifetime": "400s"], serving: false) { deployment in
        let tenant = try deployment.tenant(of: deployment.vendor)
        let person = deployment.folder + "/person"
        func add(_ folder: String) throws -> Int32 {
          try Programs.run(
            "coordinator",
            [
              "administrator", "add", "--config", deployment.home + "/coordinator.json", "--tenant", tenant,
              "--out", folder,
            ], environment: ["EQUIPOISE_CLOCK_OFFSET_FILE": deployment.clockOffset]
          ).code
        }
        // Made 230 seconds ago, by the clock of the server at that time.
        try deployment.moveClock(-230)
        #expect(try add(person) == 0)
        try deployment.moveClock(0)
        try deployment.serve()
        #expect(try add(deployment.folder + "/other") != 0, "the server has the store open")
        try Programs.require("cp", ["-a", person, person + "-before"])
        try deployment.coordinator("profile", "renew", "--profile", person)
        try deployment.coordinator("status", "--profile", person)
        #expect(try folderNames(person) == ["client.key", "client.pem", "profile.json", "server-ca.pem"])
        // The new certificate was used, so the old one has ended; and it is not due for another.
        let old = try deployment.curl("GET", "/v1/health", as: Credential(profile: person + "-before"))
        #expect(old.status == 410, "\(old)")
        #expect(throws: (any Error).self) {
          try deployment.coordinator("profile", "renew", "--profile", person)
        }
      }
    }
  }
}
