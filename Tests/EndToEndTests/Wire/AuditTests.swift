import Foundation
import TestSupport
import Testing

extension WireTests {
  /// The audit log (security.md: L1–L4).
  @Suite struct AuditTests {
    /// Somebody with a shell on the server edits a tenant's file while nothing runs.
    private func edit(_ deployment: WireDeployment, _ profile: String, _ statements: String) throws {
      let store = "\(deployment.home)/store/\(try deployment.tenant(of: profile)).sqlite"
      let triggers = try Programs.require(
        "sqlite3", [store, "SELECT name FROM sqlite_schema WHERE type = 'trigger'"]
      ).split(separator: "\n").map { "DROP TRIGGER \($0);" }.joined()
      try Programs.require("sqlite3", [store, triggers + statements])
    }

    @Test func changedLeftOutAndMovedEntriesAreFound() throws {
      try WireTemplate.withDeployment { deployment in
        let alterations = [
          (
            deployment.vendor,
            """
            UPDATE audit_entry SET entry = CAST(replace(CAST(entry AS TEXT), 'done', 'fail') AS BLOB)
            WHERE sequence = 5
            """
          ),
          (deployment.rival, "DELETE FROM audit_entry WHERE sequence = 3"),
          (
            deployment.home + "/operator",
            """
            UPDATE audit_entry SET sequence = 1000 WHERE sequence = 1;
            UPDATE audit_entry SET sequence = 1 WHERE sequence = 2;
            UPDATE audit_entry SET sequence = 2 WHERE sequence = 1000
            """
          ),
        ]
        for (profile, _) in alterations {
          try deployment.coordinator("audit", "verify", "--profile", profile)
        }
        try deployment.server?.end()
        for (profile, statements) in alterations { try edit(deployment, profile, statements) }
        try deployment.serve()
        for (profile, statements) in alterations {
          let verified = try Programs.run("coordinator", ["audit", "verify", "--profile", profile])
          #expect(verified.code == 4 && verified.errors.contains("hint: "), "\(statements): \(verified)")
        }
      }
    }

    @Test func cutOffEndShowsAgainstAHeadThatSomebodyKept() throws {
      try WireTemplate.withDeployment { deployment in
        let head = try deployment.coordinator("audit", "verify", "--profile", deployment.vendor, "--json")
        try deployment.server?.end()
        try edit(deployment, deployment.vendor, "DELETE FROM audit_entry WHERE sequence > 30")
        try deployment.serve()
        #expect(
          try deployment.coordinator("audit", "verify", "--profile", deployment.vendor, "--json") != head)
      }
    }

    @Test func nothingChangesWhenTheLogCannotBeWritten() throws {
      try WireTemplate.withDeployment { deployment in
        let state = try deployment.exportState()
        try deployment.server?.end()
        try edit(
          deployment, deployment.vendor,
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
