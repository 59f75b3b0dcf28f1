import Attestations
import CanonicalJSON
import CoordinatorAPI
import Cryptography
import ServiceRuntime
import Tenancy
import Transport

extension CoordinatorService {
  /// Routes about the caller itself.
  var identityHandlers: [RouteName: Handler] {
    [
      .health: { call in
        HTTPResponse(self.health(at: call.now))
      },
      .whoami: { call in
        HTTPResponse(
          IdentityDocument(
            tenant: call.identity.tenant, principal: call.identity.actor, role: call.role, time: call.now,
            notAfter: call.identity.notAfter, evidenceRoot: call.tenant.evidence.fingerprint.digest,
            apiVersion: apiVersion))
      },
      .renew: { call in
        let request: CertificateRequestDocument = try call.document()
        let issued = try await call.tenant.renew(call.identity, request: request.request, at: call.now)
        self.log.info(
          "certificate renewed",
          [("tenant", .text(call.identity.tenant)), ("actor", .text(call.identity.actor))])
        return HTTPResponse(
          CertificateDocument(certificate: issued.certificate.der, issuer: issued.issuer.der))
      },
    ]
  }

  /// How the coordinator is, from memory.
  func health(at now: UTCTime) -> HealthDocument {
    HealthDocument(state: isStorageLow ? .storageLow : .ok, time: now)
  }
}
