import CoordinatorAPI
import Cryptography
import Rounds
import ServiceRuntime
import Tenancy
import Transport

extension CoordinatorService {
  /// Routes of the sites' agents.
  var agentHandlers: [RouteName: Handler] {
    [
      .assignments: { call in
        guard let site = call.site else { throw Problem.notAllowed }
        let tenant = call.identity.tenant
        self.noteSeen(site: site, of: tenant, at: call.now)
        let topic = Topic.site(tenant, site)
        let revision = self.bell.revision(of: topic)
        if call.query.wait > 0, try await self.cursor(of: site, call) <= call.query.after {
          await self.wait(for: topic, after: revision, seconds: call.query.wait)
          // Whoever was revoked while waiting gets nothing more.
          guard self.isStillAdmitted(call.identity) else { throw Problem.certificateNotAccepted }
        }
        return HTTPResponse(try await self.assignments(of: site, call))
      },
      .submit: { call in
        guard let site = call.site else { throw Problem.notAllowed }
        let assignment = try call.parameter(.assignment)
        let tenant = call.tenant
        let admission = try await call.change { database, record in
          let desk = AssignmentDesk(database, tenant: tenant.tenant, site: site)
          return try desk.admit(
            call.body, for: assignment, signingRoot: try desk.registeredSigningRoot(),
            receiptsBy: tenant.evidence,
            at: call.now, record: record)
        }
        try await self.advanceRounds(of: tenant, at: call.now)
        switch admission {
        case .accepted(let receipt):
          self.log.info(
            "submission accepted",
            [("tenant", .text(tenant.tenant)), ("site", .text(site)), ("assignment", .text(assignment))])
          return HTTPResponse(json: receipt)
        case .conflict:
          self.log.warning(
            "submission conflicts with an earlier one",
            [("tenant", .text(tenant.tenant)), ("site", .text(site)), ("assignment", .text(assignment))])
          // The agent that was answered first learns of the other one now, not at its next question.
          self.bell.ring(.site(tenant.tenant, site))
          // Recorded when it was kept.
          return HTTPResponse(.otherSubmission)
        }
      },
      .decline: { call in
        guard let site = call.site else { throw Problem.notAllowed }
        let assignment = try call.parameter(.assignment)
        let refusal: RefusalDocument = try call.document()
        let tenant = call.tenant
        let answer = try await call.change { database, record in
          try AssignmentDesk(database, tenant: tenant.tenant, site: site).decline(
            assignment, code: refusal.code, at: call.now, record: record)
        }
        try await self.advanceRounds(of: tenant, at: call.now)
        return HTTPResponse(answer)
      },
    ]
  }

  /// What a poll compares, without the list itself: most polls end with nothing new.
  private func cursor(of site: String, _ call: Call) async throws -> Int {
    guard call.role == .site else { return 0 }
    let tenant = call.tenant.tenant
    return try await call.look { try AssignmentDesk($0, tenant: tenant, site: site).cursor() }
  }

  private func assignments(of site: String, _ call: Call) async throws -> AssignmentsDocument {
    let now = try now()
    let tenant = call.tenant
    return try await call.look { database in
      // A site that is not confirmed is told that there is nothing.
      guard call.role == .site else {
        return AssignmentsDocument(
          time: now, cursor: 0, tenant: tenant.tenant, site: site, assignments: [])
      }
      return try AssignmentDesk(database, tenant: tenant.tenant, site: site).list(at: now)
    }
  }
}

extension Problem {
  /// For a submission that is kept beside the one that was accepted.
  fileprivate static let otherSubmission = Problem(
    .conflict, detail: "another submission was accepted for this assignment; both are kept",
    remedy: "find out whether this agent was restored from a copy, or runs twice")
}
