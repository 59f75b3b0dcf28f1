import Attestations
import CoordinatorAPI
import Cryptography
import ServiceRuntime
import Tenancy
import Transport

extension CoordinatorService {
  /// Routes about the people of a tenant.
  var peopleHandlers: [RouteName: Handler] {
    [
      .users: { call in HTTPResponse(try await users(of: call.tenant)) },
      .inviteUser: { call in
        let request: PersonInvitationRequestDocument = try call.document()
        guard let role = PrincipalRole(rawValue: request.role.rawValue) else { throw Problem.internal }
        let invitation = try await call.tenant.invite(
          person: request.name, role: role, lifetime: Int64(request.lifetimeSeconds),
          by: call.identity.actor, at: call.now)
        try self.updateJoinPort()
        return HTTPResponse(
          PersonInvitationDocument(
            id: invitation.id, secret: invitation.secret, tenant: invitation.tenant, user: invitation.user,
            role: request.role, name: invitation.name, joinURL: self.configuration.joinURL,
            apiURL: self.configuration.url,
            serverCertificateAuthority: self.deployment.serverAuthority.der,
            evidenceRoot: call.tenant.evidence.fingerprint.digest, expiresAt: invitation.expiresAt),
          status: 201)
      },
      .revokeUser: { call in
        let revocation: UserRevocationDocument = try call.document()
        let user = try call.parameter(.user)
        try await call.tenant.revoke(
          user: user, reason: revocation.reason, by: call.identity.actor, at: call.now)
        try self.updateJoinPort()
        self.dropConnectionsOfTheRefused()
        return HTTPResponse(try await users(of: call.tenant, only: user))
      },
    ]
  }
}

private func users(of tenant: TenantStore, only user: String? = nil) async throws -> UsersDocument {
  let accounts = try await tenant.accounts().filter { user == nil || $0.id == user }
  return UsersDocument(
    users: try accounts.map { account in
      guard let role = PersonRole(rawValue: account.role.rawValue),
        let state = UserState(rawValue: account.state.rawValue)
      else { throw Problem.internal }
      return UserSummary(
        user: account.id, name: account.name, role: role, state: state,
        certificateNotAfter: account.certificateEnd, invitationExpiresAt: account.invitationEnd)
    })
}
