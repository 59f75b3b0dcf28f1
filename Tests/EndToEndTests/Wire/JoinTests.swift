import Foundation
import Testing

extension WireTests {
  /// Invitations (security.md: I1, I2).
  @Suite struct JoinTests {
    /// `site-agent join` with an invitation.
    private func join(_ deployment: WireDeployment, _ invitation: String, into name: String) throws -> Outcome
    {
      try Programs.run(
        "site-agent",
        ["join", "--invitation", invitation, "--directory", deployment.folder + "/" + name])
    }

    @Test func joinPortIsOpenOnlyWhileAnInvitationLives() throws {
      try WireTemplate.withDeployment { deployment in
        #expect(!accepts(deployment.join))
        let invitation = try deployment.invite("north")
        try eventually("the join port") { accepts(deployment.join) }
        // No other route is there, and nobody has an identity.
        for path in ["/v1/health", "/v1/state", "/v1/sites", "/"] {
          let answer = try deployment.curl(
            "GET", path, as: Credential(profile: deployment.vendor), port: deployment.join)
          #expect(answer.status == 404, "\(path)")
        }
        #expect(try join(deployment, invitation, into: "north").code == 0)
        // Until its certificate was used, the answer to the hospital may have been lost.
        #expect(accepts(deployment.join))
        let north = Credential(agent: deployment.folder + "/north")
        #expect(try deployment.curl("GET", "/v1/health", as: north).status == 200)
        try eventually(within: 5, "the end of the join port") { !accepts(deployment.join) }
        // Opened again by an invitation, closed again by its end.
        _ = try deployment.invite("south", lifetime: "1h")
        try eventually("the join port") { accepts(deployment.join) }
        try deployment.moveClock(3601)
        try eventually(within: 5, "the end of the join port") { !accepts(deployment.join) }
      }
    }

    @Test func secondUseWithAnotherKeyEndsTheFirstAndRaisesAnAlarm() throws {
      try WireTemplate.withDeployment { deployment in
        let invitation = try deployment.invite("north")
        _ = try deployment.invite("keeps-the-port-open")
        #expect(try join(deployment, invitation, into: "first").code == 0)
        let first = Credential(agent: deployment.folder + "/first")
        #expect(try deployment.curl("GET", "/v1/health", as: first).status == 200)
        let second = try join(deployment, invitation, into: "second")
        #expect(second.code == 3, "\(second)")
        let log = try deployment.audit()
        #expect(log.filter { $0.action == "invitation.reused" }.count == 1)
        // Nobody can tell which of the two was the hospital.
        #expect(try deployment.curl("GET", "/v1/health", as: first).problem == "superseded")
        #expect(try join(deployment, invitation, into: "third").code == 3)
        try deployment.coordinator("audit", "verify", "--profile", deployment.vendor)
      }
    }

    @Test func fiveWrongSecretsBurnAnInvitation() throws {
      try WireTemplate.withDeployment { deployment in
        let invitation = try deployment.invite("north")
        _ = try deployment.invite("keeps-the-port-open")
        let text = try String(contentsOfFile: invitation, encoding: .utf8)
        let secret = try #require(try json(text)["secret"] as? String)
        let wrong = deployment.folder + "/wrong.json"
        let other = String(secret.dropLast()) + (secret.hasSuffix("a") ? "b" : "a")
        try text.replacingOccurrences(of: secret, with: other)
          .write(toFile: wrong, atomically: true, encoding: .utf8)
        for _ in 0..<6 { #expect(try join(deployment, wrong, into: "guesser").code == 3) }
        let right = try join(deployment, invitation, into: "right")
        #expect(right.code == 3, "\(right)")
        let log = try deployment.audit()
        #expect(log.filter { $0.action == "site.joined" && $0.text.contains("wrong-secret") }.count == 5)
        #expect(log.filter { $0.action == "invitation.burned" }.count == 1)
        #expect(!log.contains { $0.text.contains(secret) || $0.text.contains(other) })
        let server = try #require(deployment.server)
        #expect(!server.text.contains(secret))
      }
    }

    @Test func expiredInvitationIsRefused() throws {
      try WireTemplate.withDeployment { deployment in
        let invitation = try deployment.invite("north")
        _ = try deployment.invite("keeps-the-port-open", lifetime: "12h")
        try deployment.moveClock(3601)
        usleep(150_000)
        let outcome = try join(deployment, invitation, into: "late")
        #expect(outcome.code == 3 && outcome.errors.contains("has ended"), "\(outcome)")
        #expect(try deployment.audit().last?.isRefusal == true)
        try deployment.moveClock(0)
        usleep(150_000)
        #expect(try join(deployment, invitation, into: "late").code == 0)
      }
    }
  }
}
