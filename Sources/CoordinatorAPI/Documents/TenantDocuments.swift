package import CanonicalJSON
import EvaluationProtocols

/// The operator asks for a new tenant with its first administrator: the body of `POST /v1/tenants`.
package struct TenantRequestDocument: WireDocument {
  package static let format = "urn:equipoise:tenant-request:v1"

  package let name: String
  package let administratorName: String
  /// The administrator's certificate request, PKCS#10 in DER.
  package let administratorRequest: [UInt8]

  /// A request for a tenant.
  package init(name: String, administratorName: String, administratorRequest: [UInt8]) {
    self.name = name
    self.administratorName = administratorName
    self.administratorRequest = administratorRequest
  }

  package init(reading object: inout DocumentObject) throws(DocumentError) {
    name = try object.required("name").string(maximum: 200)
    (administratorName, administratorRequest) = try object.required("administrator").record {
      administrator throws(DocumentError) in
      (
        try administrator.required("name").string(maximum: 200),
        try administrator.required("request").der()
      )
    }
  }

  package var members: JSONObject {
    [
      "name": .string(name),
      "administrator": ["name": .string(administratorName), "request": base64(administratorRequest)],
    ]
  }
}

/// What the operator signs with the deployment's root, which the coordinator does not have.
package struct TenantCertificateRequestDocument: WireDocument {
  package static let format = "urn:equipoise:tenant-certificate-request:v1"

  package let tenant: String
  /// Request for the tenant's intermediate certificate, PKCS#10 in DER.
  package let request: [UInt8]
  /// The only host that URIs under the intermediate may name: `<tenant>.<deployment>`.
  package let nameConstraint: String

  /// A request to the holder of the root.
  package init(tenant: String, request: [UInt8], nameConstraint: String) {
    self.tenant = tenant
    self.request = request
    self.nameConstraint = nameConstraint
  }

  package init(reading object: inout DocumentObject) throws(DocumentError) {
    tenant = try object.required("tenant").identifier()
    request = try object.required("request").der()
    nameConstraint = try object.required("nameConstraint").string(maximum: 253)
  }

  package var members: JSONObject {
    ["tenant": .string(tenant), "request": base64(request), "nameConstraint": .string(nameConstraint)]
  }
}

/// The tenant's intermediate certificate, signed by the root: the body of `PUT /v1/tenants/<id>/certificate`.
package struct TenantCertificateDocument: WireDocument {
  package static let format = "urn:equipoise:tenant-certificate:v1"

  package let certificate: [UInt8]

  /// A signed intermediate.
  package init(certificate: [UInt8]) { self.certificate = certificate }

  package init(reading object: inout DocumentObject) throws(DocumentError) {
    certificate = try object.required("certificate").der()
  }

  package var members: JSONObject { ["certificate": base64(certificate)] }
}

/// A tenant that is open: its first administrator and that person's certificate.
package struct TenantOpenedDocument: WireDocument {
  package static let format = "urn:equipoise:tenant-opened:v1"

  package let tenant: String
  package let user: String
  package let certificate: [UInt8]
  package let issuer: [UInt8]

  /// An open tenant.
  package init(tenant: String, user: String, certificate: [UInt8], issuer: [UInt8]) {
    self.tenant = tenant
    self.user = user
    self.certificate = certificate
    self.issuer = issuer
  }

  package init(reading object: inout DocumentObject) throws(DocumentError) {
    tenant = try object.required("tenant").identifier()
    user = try object.required("user").identifier(.user)
    certificate = try object.required("certificate").der()
    issuer = try object.required("issuer").der()
  }

  package var members: JSONObject {
    [
      "tenant": .string(tenant), "user": .string(user), "certificate": base64(certificate),
      "issuer": base64(issuer),
    ]
  }
}

/// Whether a tenant can be used.
package enum TenantState: String, CaseIterable, Sendable {
  /// Its intermediate is not signed yet.
  case requested
  case open
}

/// A tenant in the operator's list.
package struct TenantSummary: Sendable, Equatable {
  package let tenant: String
  package let name: String
  package let state: TenantState

  /// A row of the list.
  package init(tenant: String, name: String, state: TenantState) {
    self.tenant = tenant
    self.name = name
    self.state = state
  }
}

/// The answer of `GET /v1/tenants`.
package struct TenantsDocument: WireDocument {
  package static let format = "urn:equipoise:tenants:v1"
  package static let limits = JSONLimits.protocolDocument

  /// By id.
  package let tenants: [TenantSummary]

  /// A list.
  package init(tenants: [TenantSummary]) { self.tenants = tenants }

  package init(reading object: inout DocumentObject) throws(DocumentError) {
    tenants = try object.required("tenants").list(maximum: mostListed) { field throws(DocumentError) in
      try field.record { row throws(DocumentError) in
        TenantSummary(
          tenant: try row.required("tenant").identifier(),
          name: try row.required("name").string(maximum: 200),
          state: try row.required("state").choice(of: TenantState.self))
      }
    }
  }

  package var members: JSONObject {
    [
      "tenants": .array(
        tenants.map {
          ["tenant": .string($0.tenant), "name": .string($0.name), "state": .string($0.state.rawValue)]
        })
    ]
  }
}
