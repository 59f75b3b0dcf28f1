import CoordinatorAPI
import Cryptography
import ServiceRuntime
import Tenancy
import Transport

extension CoordinatorService {
  /// Routes of the deployment's operators.
  var tenantHandlers: [RouteName: Handler] {
    [
      .createTenant: { call in
        let request: TenantRequestDocument = try call.document()
        let made = try await self.deployment.tenants.requestTenant(
          name: request.name,
          administrator: (name: request.administratorName, request: request.administratorRequest),
          by: call.identity.actor, at: call.now)
        self.log.info(
          "tenant requested", [("tenant", .text(made.tenant))])
        return HTTPResponse(
          TenantCertificateRequestDocument(
            tenant: made.tenant, request: made.request, nameConstraint: made.host), status: 201)
      },
      .certifyTenant: { call in
        let signed: TenantCertificateDocument = try call.document()
        let installed = try await self.deployment.tenants.installTenant(
          call.parameter(.tenant), certificate: signed.certificate, by: call.identity.actor, at: call.now)
        // The new authority is an anchor for connections from now on.
        try self.reloadTLS()
        let issued = installed.administrator.issued
        self.log.info(
          "tenant open", [("tenant", .text(installed.tenant))])
        return HTTPResponse(
          TenantOpenedDocument(
            tenant: installed.tenant, user: installed.administrator.user,
            certificate: issued.certificate.der, issuer: issued.issuer.der))
      },
      .tenants: { call in
        let tenants = try await self.deployment.tenants.list()
        return HTTPResponse(
          TenantsDocument(
            tenants: tenants.map {
              CoordinatorAPI.TenantSummary(
                tenant: $0.id, name: $0.name, state: $0.isInstalled ? .open : .requested)
            }))
      },
    ]
  }
}
