import Foundation
import TestSupport
import Testing

extension WireTests {
  /// What people may do, each in the role that they were invited in.
  @Suite struct PeopleTests {
    private static let fast: [String: Int] = ["requestsPerSecond": 100_000, "requestBurst": 100_000]
    private static let roles = ["tenantAdministrator", "studyLead", "reviewer", "auditor"]

    /// The vendor's objects by the parameters of the patterns.
    private func objects(_ deployment: WireDeployment) throws -> [String: String] {
      let round = try deployment.round()
      let digest = try #require(round.fields["protocol"] as? String)
      return [
        "digest": String(digest.dropFirst("sha256:".count)), "site": "budapest",
        "study": WireDeployment.study, "round": round.id, "user": "u-" + String(repeating: "a", count: 26),
        "incident": "x-" + String(repeating: "a", count: 26),
      ]
    }

    /// The other half, that each role is refused on every other route, is in `ForeignObjectTests`.
    @Test func everyRoleReachesEachOfItsRoutes() throws {
      try WireTemplate.withDeployment(settings: PeopleTests.fast) { deployment in
        let objects = try objects(deployment)
        try deployment.coordinator(
          "evidence", "seal", "--profile", deployment.vendor, "--study", WireDeployment.study)
        for role in PeopleTests.roles {
          let profile = try deployment.person(role)
          let session = try WireSession(deployment, as: Credential(profile: profile))
          let identity = try json(String(decoding: session.ask("GET", "/v1/identity").body, as: UTF8.self))
          #expect(identity["role"] as? String == role)
          let user = try deployment.user(of: profile)
          #expect(identity["principal"] as? String == "user/" + user)
          let own = try wireRoutes().filter { $0.roles.contains(role) }
          #expect(own.count >= 12)
          for route in own {
            // A body that nobody can read: whoever is let in is told so, and nothing comes of it.
            let body = route.hasBody ? Array(#"{"format":"of no use"}"#.utf8) : []
            let answer = try session.ask(route.method, route.path(objects), body: body)
            let isServed =
              route.method == "GET"
              ? answer.status == 200 : answer.status < 500 && answer.status != 403 && answer.status != 404
            #expect(isServed, "\(route.name) as \(role): \(answer.status) \(answer.problem)")
          }
        }
      }
    }

    @Test func studyLeadOpensClosesAndSealsARoundAndAReviewerDoesNot() throws {
      try WireTemplate.withDeployment { deployment in
        let (lead, reviewer) = (try deployment.person("studyLead"), try deployment.person("reviewer"))
        func open(_ profile: String) throws -> Outcome {
          try Programs.run(
            "coordinator",
            [
              "round", "open", "--profile", profile, "--study", WireDeployment.study, "--phase", "silent",
              "--deadline", "10min", "--quorum", "4",
            ])
        }
        let before = try deployment.round().id
        try deployment.expectNothingComes(refusals: 1) {
          let refused = try open(reviewer)
          #expect(refused.code == 3 && refused.errors.contains("your role"), "\(refused)")
        }
        #expect(try deployment.round().id == before)
        try deployment.coordinator(
          "evidence", "seal", "--profile", lead, "--study", WireDeployment.study, "--round", before)
        #expect(try open(lead).code == 0)
        let opened = try deployment.round().id
        #expect(opened != before)
        _ = try Programs.run(
          "coordinator",
          ["round", "close", "--profile", lead, "--study", WireDeployment.study, "--round", opened])
        #expect(try deployment.round().state == "failed")
        // What a reviewer exports is what was sealed.
        for (profile, name) in [(lead, "of-lead"), (reviewer, "of-reviewer")] {
          try deployment.coordinator(
            "evidence", "export", "--profile", profile, "--study", WireDeployment.study, "--round", before,
            "--out", deployment.folder + "/" + name)
        }
        try Programs.require(
          "diff", ["-r", deployment.folder + "/of-lead", deployment.folder + "/of-reviewer"])
        let actors = try deployment.audit().filter { $0.action == "round.opened" }.map(\.actor)
        let leader = try deployment.user(of: lead)
        #expect(actors.last == "user/" + leader)
      }
    }

    @Test func auditorReadsTheLogAndChangesNothing() throws {
      try WireTemplate.withDeployment(settings: PeopleTests.fast) { deployment in
        let auditor = try deployment.person("auditor")
        let objects = try objects(deployment)
        let session = try WireSession(deployment, as: Credential(profile: auditor))
        let changing = try wireRoutes().filter { $0.method != "GET" && $0.name != "renew" }
        #expect(changing.count >= 14)
        try deployment.expectNothingComes(refusals: changing.count, to: auditor) {
          for route in changing {
            let path = route.path(
              objects.merging([
                "assignment": "a-" + String(repeating: "a", count: 26),
                "tenant": "t-" + String(repeating: "a", count: 26),
              ]) { $1 })
            let status = try session.ask(route.method, path).status
            #expect(status == 403, "\(route.name)")
          }
        }
        try deployment.coordinator("audit", "verify", "--profile", auditor)
        try deployment.coordinator("user", "list", "--profile", auditor)
      }
    }

    @Test func revokedPersonIsRefusedAtTheNextRequestAndTheirPollEnds() throws {
      try WireTemplate.withDeployment { deployment in
        let reviewer = try deployment.person("reviewer")
        let credential = Credential(profile: reviewer)
        let connection = try WireSession(deployment, as: credential)
        #expect(try connection.ask("GET", "/v1/studies").status == 200)
        let polling = try WireSession(deployment, as: credential)
        let poll = try polling.send("GET", "/v1/rounds/\(try deployment.round().id)?after=1000000&wait=25")
        #expect(try polling.wait(poll, seconds: 0.5).status == 0)
        let user = try deployment.user(of: reviewer)
        let listed = try json(
          deployment.coordinator(
            "user", "revoke", user, "--profile", deployment.vendor, "--reason", "left the study", "--json"))
        #expect((listed["users"] as? [[String: Any]])?.first?["state"] as? String == "revoked")
        let ended = try polling.wait(poll, seconds: 5)
        #expect(ended.isClosed || ended.status == 410, "\(ended)")
        let next = try connection.ask("GET", "/v1/studies")
        #expect(next.status == 410 || (next.isClosed && next.status == 0), "\(next)")
        #expect(try deployment.curl("GET", "/v1/health", as: credential).problem == "superseded")
        // A second time there is nothing to end; and the last administrator stays.
        for (who, said) in [(user, "is revoked"), (try deployment.user(of: deployment.vendor), "last")] {
          let outcome = try Programs.run(
            "coordinator", ["user", "revoke", who, "--profile", deployment.vendor, "--reason", "left"])
          #expect(outcome.code == 3 && outcome.errors.contains(said), "\(outcome)")
        }
        #expect(try deployment.audit().contains { $0.text.contains("left the study") })
      }
    }
  }
}
