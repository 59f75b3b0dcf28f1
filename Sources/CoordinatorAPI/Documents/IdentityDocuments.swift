package import CanonicalJSON
package import Cryptography
import EvaluationProtocols

/// The version of the API that this build speaks: the `v1` of its paths.
package let apiVersion = 1

/// Who the caller is, as the coordinator sees it: the answer of `GET /v1/identity`.
package struct IdentityDocument: WireDocument {
  package static let format = "urn:equipoise:identity:v1"

  package let tenant: String
  /// `user/<id>` or `site/<site>/agent/<instance>`, as in the audit log.
  package let principal: String
  package let role: Role
  /// The coordinator's clock.
  package let time: UTCTime
  /// When the caller's certificate ends.
  package let notAfter: UTCTime
  /// Digest of the key above the tenant's evidence key: what a receipt is verified with.
  package let evidenceRoot: Digest
  package let apiVersion: Int

  /// An answer to one caller.
  package init(
    tenant: String, principal: String, role: Role, time: UTCTime, notAfter: UTCTime, evidenceRoot: Digest,
    apiVersion: Int = CoordinatorAPI.apiVersion
  ) {
    self.tenant = tenant
    self.principal = principal
    self.role = role
    self.time = time
    self.notAfter = notAfter
    self.evidenceRoot = evidenceRoot
    self.apiVersion = apiVersion
  }

  package init(reading object: inout DocumentObject) throws(DocumentError) {
    tenant = try object.required("tenant").identifier()
    principal = try object.required("principal").string(maximum: 200)
    role = try object.required("role").choice(of: Role.self)
    time = try object.required("time").time()
    notAfter = try object.required("notAfter").time()
    evidenceRoot = try object.required("evidenceRoot").digest()
    apiVersion = try object.required("apiVersion").integer(in: 1...1000)
  }

  package var members: JSONObject {
    [
      "tenant": .string(tenant), "principal": .string(principal), "role": .string(role.rawValue),
      "time": .string(time.text), "notAfter": .string(notAfter.text),
      "evidenceRoot": .string(evidenceRoot.text), "apiVersion": number(apiVersion),
    ]
  }
}

/// A request for a new certificate; only its public key has an effect.
package struct CertificateRequestDocument: WireDocument {
  package static let format = "urn:equipoise:certificate-request:v1"

  /// PKCS#10 in DER.
  package let request: [UInt8]

  /// A request.
  package init(request: [UInt8]) { self.request = request }

  package init(reading object: inout DocumentObject) throws(DocumentError) {
    request = try object.required("request").der()
  }

  package var members: JSONObject { ["request": base64(request)] }
}

/// A certificate and the one that issued it, both in DER.
package struct CertificateDocument: WireDocument {
  package static let format = "urn:equipoise:certificate:v1"

  package let certificate: [UInt8]
  package let issuer: [UInt8]

  /// An issued certificate.
  package init(certificate: [UInt8], issuer: [UInt8]) {
    self.certificate = certificate
    self.issuer = issuer
  }

  package init(reading object: inout DocumentObject) throws(DocumentError) {
    certificate = try object.required("certificate").der()
    issuer = try object.required("issuer").der()
  }

  package var members: JSONObject { ["certificate": base64(certificate), "issuer": base64(issuer)] }
}

/// What limits the coordinator now.
package enum ServiceState: String, CaseIterable, Sendable {
  case ok
  /// Little space is left: nothing that needs storage is taken.
  case storageLow
  /// The audit log cannot be written: nothing is changed.
  case auditUnavailable
}

/// The answer of `GET /v1/health`.
package struct HealthDocument: WireDocument {
  package static let format = "urn:equipoise:health:v1"

  package let state: ServiceState
  package let time: UTCTime

  /// The state at a time.
  package init(state: ServiceState, time: UTCTime) {
    self.state = state
    self.time = time
  }

  package init(reading object: inout DocumentObject) throws(DocumentError) {
    state = try object.required("state").choice(of: ServiceState.self)
    time = try object.required("time").time()
  }

  package var members: JSONObject { ["state": .string(state.rawValue), "time": .string(time.text)] }
}
