import Foundation
import TestSupport
import Testing

extension WireTests {
  /// The audit log (security.md: L1–L4).
  @Suite struct AuditTests {
    /// Somebody with a shell on the server edits the tenant's file while nothing runs.
    private func edit(_ deployment: WireDeployment, _ statements: String) throws {
      try deployment.server?.end()
      let store = "\(deployment.home)/store/\(try deployment.tenant(of: deployment.vendor)).sqlite"
      let triggers = try Programs.require(
        "sqlite3", [store, "SELECT name FROM sqlite_schema WHERE type = 'trigger'"]
      ).split(separator: "\n").map { "DROP TRIGGER \($0);" }.joined()
      try Programs.require("sqlite3", [store, triggers + statements])
    }

    @Test(
      "changed, left out and moved entries are found",
      arguments: [
        "UPDATE audit_entry SET entry = CAST(replace(CAST(entry AS TEXT), 'site/budapest', 'site/cleveland') AS BLOB) WHERE sequence = 20",
        "UPDATE audit_entry SET entry = CAST(replace(CAST(entry AS TEXT), 'done', 'fail') AS BLOB) WHERE sequence = 5",
        "DELETE FROM audit_entry WHERE sequence = 12",
        "UPDATE audit_entry SET sequence = -1 WHERE sequence = 7; UPDATE audit_entry SET sequence = 7 WHERE sequence = 8; UPDATE audit_entry SET sequence = 8 WHERE sequence = -1",
      ])
    func alterationIsFound(statements: String) throws {
      try WireTemplate.withDeployment { deployment in
        try deployment.coordinator("audit", "verify", "--profile", deployment.vendor)
        let before = try deployment.coordinator("audit", "list", "--profile", deployment.vendor, "--json")
        try edit(deployment, statements)
        // Either the coordinator does not start on such a store, or whoever asks finds it out.
        guard (try? deployment.serve()) != nil else {
          let text = try #require(deployment.children.last).text
          #expect(text.contains("audit") && text.contains("hint: "), "\(text)")
          return
        }
        let after = try Programs.run(
          "coordinator", ["audit", "list", "--profile", deployment.vendor, "--json"])
        #expect(after.output != before, "nothing was changed")
        let verified = try Programs.run("coordinator", ["audit", "verify", "--profile", deployment.vendor])
        #expect(verified.code == 4, "\(verified)")
      }
    }

    @Test func cutOffEndShowsAgainstAHeadThatSomebodyKept() throws {
      try WireTemplate.withDeployment { deployment in
        let head = try deployment.coordinator("audit", "verify", "--profile", deployment.vendor, "--json")
        try edit(deployment, "DELETE FROM audit_entry WHERE sequence > 30")
        try deployment.serve()
        #expect(
          try deployment.coordinator("audit", "verify", "--profile", deployment.vendor, "--json") != head)
      }
    }

    @Test func nothingChangesWhenTheLogCannotBeWritten() throws {
      try WireTemplate.withDeployment { deployment in
        let state = try deployment.exportState()
        try edit(
          deployment,
          "CREATE TRIGGER stop BEFORE INSERT ON audit_entry BEGIN SELECT RAISE(ABORT, 'no'); END")
        try deployment.serve()
        let vendor = try WireSession(deployment, as: Credential(profile: deployment.vendor))
        let body = Array(
          #"{"displayName":"north","format":"urn:equipoise:invitation-request:v1","lifetimeSeconds":3600}"#
            .utf8)
        let refused = try vendor.ask("POST", "/v1/sites/north/invitations", body: body)
        #expect(refused.status == 503 && refused.problem == "audit-unavailable", "\(refused)")
        // A refusal is not told before it is recorded.
        let agent = try WireSession(deployment, as: Credential(agent: deployment.agent("cleveland")))
        #expect(try agent.ask("GET", "/v1/state").problem == "audit-unavailable")
        for path in ["/v1/health", "/v1/sites", "/v1/state", "/v1/audit"] {
          #expect(try vendor.ask("GET", path).status == 200, "\(path)")
        }
        #expect(try deployment.exportState() == state)
        #expect(!accepts(deployment.join))
        // Rivals have a log of their own.
        let rival = try WireSession(deployment, as: Credential(profile: deployment.rival))
        #expect(try rival.ask("POST", "/v1/sites/north/invitations", body: body).status == 201)
      }
    }
  }
}
