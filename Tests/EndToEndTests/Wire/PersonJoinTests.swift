import Foundation
import TestSupport
import Testing

extension WireTests {
  /// How a person gets in: `coordinator user invite` and `join` over real TLS (security.md: I1).
  @Suite struct PersonJoinTests {
    private func join(_ deployment: WireDeployment, _ invitation: String, into name: String) throws -> Outcome
    {
      try Programs.run("coordinator", ["join", invitation, "--profile", deployment.folder + "/" + name])
    }

    private func state(_ deployment: WireDeployment, _ user: String) throws -> String {
      let list = try json(deployment.coordinator("user", "list", "--profile", deployment.vendor, "--json"))
      let users = try #require(list["users"] as? [[String: Any]])
      return users.first { $0["user"] as? String == user }?["state"] as? String ?? ""
    }

    private func field(_ name: String, of invitation: String) throws -> String {
      try #require(try json(String(contentsOfFile: invitation, encoding: .utf8))[name] as? String)
    }

    @Test func invitedPersonJoinsAndWorksWithTheProfile() throws {
      try WireTemplate.withDeployment { deployment in
        #expect(!accepts(deployment.join))
        let invitation = try deployment.invitePerson("reviewer")
        try eventually("the join port") { accepts(deployment.join) }
        let user = try field("user", of: invitation)
        #expect(try state(deployment, user) == "invited")
        let outcome = try join(deployment, invitation, into: "ada")
        #expect(outcome.code == 0 && outcome.output.contains(user), "\(outcome)")
        #expect(try state(deployment, user) == "active")
        let profile = deployment.folder + "/ada"
        for (path, mode) in [("", 0o700), ("/client.key", 0o600)] {
          let attributes = try FileManager.default.attributesOfItem(atPath: profile + path)
          #expect(attributes[.posixPermissions] as? Int == mode, "\(path)")
        }
        #expect(
          try FileManager.default.contentsOfDirectory(atPath: profile).sorted() == [
            "client.key", "client.pem", "profile.json", "server-ca.pem",
          ])
        try deployment.coordinator("study", "list", "--profile", profile)
        // Nobody else is expected.
        try eventually(within: 5, "the end of the join port") { !accepts(deployment.join) }
        // Once more with the same folder, there is nothing left to do.
        #expect(try join(deployment, invitation, into: "ada").code == 0)
        let server = try #require(deployment.server)
        let secret = try field("secret", of: invitation)
        #expect(!server.text.contains(secret))
        #expect(try !deployment.audit().contains { $0.text.contains(secret) })
      }
    }

    @Test func interruptedJoinGoesOnWithTheKeyThatIsThere() throws {
      try WireTemplate.withDeployment { deployment in
        let invitation = try deployment.invitePerson("auditor")
        #expect(try join(deployment, invitation, into: "ada").code == 0)
        let profile = deployment.folder + "/ada"
        let certificate = try fileBytes(profile + "/client.pem")
        // As if it had been ended before each of the files, the last one first.
        for names in [
          ["profile.json"], ["profile.json", "client.pem"], ["profile.json", "client.pem", "server-ca.pem"],
        ] {
          for name in names { try FileManager.default.removeItem(atPath: profile + "/" + name) }
          let again = try join(deployment, invitation, into: "ada")
          #expect(again.code == 0, "\(names): \(again)")
          let same = try fileBytes(profile + "/client.pem") == certificate
          #expect(same, "\(names): another certificate")
        }
        let issued = try deployment.audit().filter { $0.action == "user.joined" }
        #expect(issued.count == 1 && !issued[0].isRefusal)
        // The folder is this person's, and of nobody else.
        let other = try deployment.invitePerson("reviewer")
        let refused = try join(deployment, other, into: "ada")
        #expect(refused.code == 3 && refused.errors.contains("choose another folder"), "\(refused)")
      }
    }

    @Test func secondKeyEndsTheAccountAndRaisesAnAlarm() throws {
      try WireTemplate.withDeployment { deployment in
        let invitation = try deployment.invitePerson("studyLead")
        _ = try deployment.invite("keeps-the-port-open")
        #expect(try join(deployment, invitation, into: "first").code == 0)
        let first = Credential(profile: deployment.folder + "/first")
        #expect(try deployment.curl("GET", "/v1/studies", as: first).status == 200)
        let second = try join(deployment, invitation, into: "second")
        #expect(second.code == 3 && second.errors.contains("already used"), "\(second)")
        #expect(try deployment.audit().filter { $0.action == "invitation.reused" }.count == 1)
        #expect(try deployment.curl("GET", "/v1/studies", as: first).problem == "superseded")
        let user = try field("user", of: invitation)
        #expect(try state(deployment, user) == "revoked")
        #expect(try join(deployment, invitation, into: "third").code == 3)
        try deployment.coordinator("audit", "verify", "--profile", deployment.vendor)
      }
    }

    @Test func fiveWrongSecretsBurnAPersonsInvitation() throws {
      try WireTemplate.withDeployment { deployment in
        let invitation = try deployment.invitePerson("reviewer")
        _ = try deployment.invite("keeps-the-port-open")
        let text = try String(contentsOfFile: invitation, encoding: .utf8)
        let secret = try field("secret", of: invitation)
        let other = String(secret.dropLast()) + (secret.hasSuffix("a") ? "b" : "a")
        let wrong = try deployment.file(text.replacingOccurrences(of: secret, with: other))
        for _ in 0..<6 { #expect(try join(deployment, wrong, into: "guesser").code == 3) }
        #expect(try join(deployment, invitation, into: "right").code == 3)
        let log = try deployment.audit()
        #expect(log.filter { $0.action == "user.joined" && $0.text.contains("wrong-secret") }.count == 5)
        #expect(log.filter { $0.action == "invitation.burned" }.count == 1)
        #expect(!log.contains { $0.text.contains(secret) || $0.text.contains(other) })
      }
    }

    @Test func expiredInvitationOfAPersonIsRefusedHereAndThere() throws {
      try WireTemplate.withDeployment { deployment in
        let invitation = try deployment.invitePerson("reviewer")
        _ = try deployment.invite("keeps-the-port-open", lifetime: "12h")
        try deployment.moveClock(3601)
        usleep(150_000)
        let late = try join(deployment, invitation, into: "late")
        #expect(late.code == 3 && late.errors.contains("has ended"), "\(late)")
        #expect(try deployment.audit().last?.isRefusal == true)
        // The person's own clock tells it too, and nothing is sent.
        let text = try String(contentsOfFile: invitation, encoding: .utf8)
        let end = try field("expiresAt", of: invitation)
        let old = try deployment.file(text.replacingOccurrences(of: end, with: "2020-01-01T00:00:00Z"))
        #expect(try join(deployment, old, into: "old").code == 6)
        try deployment.moveClock(0)
        usleep(150_000)
        #expect(try join(deployment, invitation, into: "late").code == 0)
      }
    }

    @Test func onlyAnAdministratorInvitesAndOnlyIntoTheFourRoles() throws {
      try WireTemplate.withDeployment { deployment in
        let lead = try deployment.person("studyLead")
        let refused = try Programs.run(
          "coordinator",
          [
            "user", "invite", "--profile", lead, "--role", "reviewer", "--name", "Ada", "--out",
            deployment.folder + "/never.json",
          ])
        #expect(refused.code == 3 && refused.errors.contains("your role"), "\(refused)")
        #expect(!FileManager.default.fileExists(atPath: deployment.folder + "/never.json"))
        let body = try deployment.file(
          #"{"format":"urn:equipoise:person-invitation-request:v1","lifetimeSeconds":60,"name":"Ada","role":"operator"}"#
        )
        let answer = try deployment.curl(
          "POST", "/v1/users/invitations", as: Credential(profile: deployment.vendor), body: body)
        #expect(answer.problem == "malformed", "\(answer)")
        // Another administrator is the way for the first one to go.
        let second = try deployment.person("tenantAdministrator")
        try deployment.coordinator(
          "user", "revoke", deployment.user(of: deployment.vendor), "--profile", second, "--reason", "left")
        try deployment.coordinator("user", "list", "--profile", second)
      }
    }
  }
}
