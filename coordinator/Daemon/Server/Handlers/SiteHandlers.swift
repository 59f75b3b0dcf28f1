import Attestations
import CanonicalJSON
import CoordinatorAPI
import Cryptography
import ServiceRuntime
import Tenancy
import Transport

extension CoordinatorService {
  /// Routes about who takes part in a tenant.
  var siteHandlers: [RouteName: Handler] {
    [
      .sites: { call in HTTPResponse(try await self.sites(of: call.tenant)) },
      .inviteSite: { call in
        let request: InvitationRequestDocument = try call.document()
        let invitation = try await call.tenant.invite(
          site: call.parameter(.site), displayName: request.displayName,
          lifetime: Int64(request.lifetimeSeconds),
          by: call.identity.actor, at: call.now)
        try self.updateJoinPort()
        return HTTPResponse(
          InvitationDocument(
            id: invitation.id, secret: invitation.secret, tenant: invitation.tenant, site: invitation.site,
            joinURL: self.configuration.joinURL, apiURL: self.configuration.url,
            serverCertificateAuthority: self.deployment.serverAuthority.der,
            evidenceRoot: call.tenant.evidence.fingerprint.digest, expiresAt: invitation.expiresAt),
          status: 201)
      },
      .confirmSite: { call in
        let confirmation: ConfirmationDocument = try call.document()
        let site = try call.parameter(.site)
        try await call.tenant.confirm(
          site: site, fingerprint: confirmation.fingerprint, by: call.identity.actor, at: call.now)
        // Its agent waits for assignments that it may see from now on.
        self.bell.ring(.site(call.identity.tenant, site))
        return HTTPResponse(try await self.sites(of: call.tenant, only: site))
      },
      .revokeSite: { call in
        let revocation: RevocationDocument = try call.document()
        let site = try call.parameter(.site)
        try await call.tenant.revoke(
          site: site, reason: revocation.reason.rawValue, by: call.identity.actor, at: call.now)
        try self.updateJoinPort()
        self.dropConnectionsOfTheRefused()
        return HTTPResponse(try await self.sites(of: call.tenant, only: site))
      },
    ]
  }

  private func sites(of tenant: TenantStore, only site: String? = nil) async throws -> SitesDocument {
    let enrolled = try await tenant.sites().filter { site == nil || $0.id == site }
    return SitesDocument(
      sites: enrolled.map { enrolled in
        SiteSummary(
          site: enrolled.id, displayName: enrolled.name,
          state: CoordinatorAPI.SiteState(rawValue: enrolled.state.rawValue) ?? .revoked,
          signingRoot: enrolled.signingRoot?.publicKey.digest, instance: enrolled.instance,
          certificateNotAfter: enrolled.certificateEnd,
          lastSeen: lastSeen(site: enrolled.id, of: tenant.tenant))
      })
  }
}
