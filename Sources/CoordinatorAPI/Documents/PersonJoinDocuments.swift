package import CanonicalJSON
package import Cryptography
import EvaluationProtocols

/// The administrator asks for a person's invitation: the body of `POST /v1/users/invitations`.
package struct PersonInvitationRequestDocument: WireDocument {
  package static let format = "urn:equipoise:person-invitation-request:v1"
  /// One minute to a day.
  package static let lifetimes = 60...86_400

  package let role: PersonRole
  package let name: String
  package let lifetimeSeconds: Int

  /// A request for an invitation.
  package init(role: PersonRole, name: String, lifetimeSeconds: Int) {
    self.role = role
    self.name = name
    self.lifetimeSeconds = lifetimeSeconds
  }

  package init(reading object: inout DocumentObject) throws(DocumentError) {
    role = try object.required("role").choice(of: PersonRole.self)
    name = try object.required("name").string(maximum: 200)
    lifetimeSeconds = try object.required("lifetimeSeconds").integer(in: Self.lifetimes)
  }

  package var members: JSONObject {
    [
      "role": .string(role.rawValue), "name": .string(name), "lifetimeSeconds": number(lifetimeSeconds),
    ]
  }
}

/// The file that a person gets: it holds a secret and works once.
///
/// - Source: `protocols/enrolment.md`, section "People".
package struct PersonInvitationDocument: WireDocument {
  package static let format = "urn:equipoise:person-invitation:v1"

  package let id: String
  /// 160 random bits, 32 base32 characters.
  package let secret: String
  package let tenant: String
  /// The account that waits for the person.
  package let user: String
  package let role: PersonRole
  package let name: String
  package let joinURL: String
  package let apiURL: String
  /// The authority above the coordinator's server certificate, in DER: the only one the person's program believes.
  package let serverCertificateAuthority: [UInt8]
  /// Digest of the key above the tenant's evidence key.
  package let evidenceRoot: Digest
  package let expiresAt: UTCTime

  /// An invitation.
  package init(
    id: String, secret: String, tenant: String, user: String, role: PersonRole, name: String,
    joinURL: String, apiURL: String, serverCertificateAuthority: [UInt8], evidenceRoot: Digest,
    expiresAt: UTCTime
  ) {
    self.id = id
    self.secret = secret
    self.tenant = tenant
    self.user = user
    self.role = role
    self.name = name
    self.joinURL = joinURL
    self.apiURL = apiURL
    self.serverCertificateAuthority = serverCertificateAuthority
    self.evidenceRoot = evidenceRoot
    self.expiresAt = expiresAt
  }

  package init(reading object: inout DocumentObject) throws(DocumentError) {
    id = try object.required("id").identifier(.invitation)
    secret = try object.required("secret").invitationSecret()
    tenant = try object.required("tenant").identifier()
    user = try object.required("user").identifier(.user)
    role = try object.required("role").choice(of: PersonRole.self)
    name = try object.required("name").string(maximum: 200)
    joinURL = try object.required("joinURL").address()
    apiURL = try object.required("apiURL").address()
    serverCertificateAuthority = try object.required("serverCertificateAuthority").der()
    evidenceRoot = try object.required("evidenceRoot").digest()
    expiresAt = try object.required("expiresAt").time()
  }

  package var members: JSONObject {
    [
      "id": .string(id), "secret": .string(secret), "tenant": .string(tenant), "user": .string(user),
      "role": .string(role.rawValue), "name": .string(name), "joinURL": .string(joinURL),
      "apiURL": .string(apiURL), "serverCertificateAuthority": base64(serverCertificateAuthority),
      "evidenceRoot": .string(evidenceRoot.text), "expiresAt": .string(expiresAt.text),
    ]
  }
}

/// A person with an invitation asks to be let in: the body of `POST /v1/join/person`, on the join port.
package struct PersonJoinRequestDocument: WireDocument {
  package static let format = "urn:equipoise:person-join-request:v1"

  package let invitation: String
  package let secret: String
  /// Request for the TLS certificate, PKCS#10 in DER.
  package let request: [UInt8]

  /// A request to join.
  package init(invitation: String, secret: String, request: [UInt8]) {
    self.invitation = invitation
    self.secret = secret
    self.request = request
  }

  package init(reading object: inout DocumentObject) throws(DocumentError) {
    invitation = try object.required("invitation").identifier(.invitation)
    secret = try object.required("secret").invitationSecret()
    request = try object.required("request").der()
  }

  package var members: JSONObject {
    ["invitation": .string(invitation), "secret": .string(secret), "request": base64(request)]
  }
}

/// The person's certificate.
package struct PersonJoinAnswerDocument: WireDocument {
  package static let format = "urn:equipoise:person-join-answer:v1"

  package let tenant: String
  package let user: String
  package let role: PersonRole
  /// The TLS certificate and its issuer, in DER.
  package let certificate: [UInt8]
  package let issuer: [UInt8]

  /// An answer.
  package init(tenant: String, user: String, role: PersonRole, certificate: [UInt8], issuer: [UInt8]) {
    self.tenant = tenant
    self.user = user
    self.role = role
    self.certificate = certificate
    self.issuer = issuer
  }

  package init(reading object: inout DocumentObject) throws(DocumentError) {
    tenant = try object.required("tenant").identifier()
    user = try object.required("user").identifier(.user)
    role = try object.required("role").choice(of: PersonRole.self)
    certificate = try object.required("certificate").der()
    issuer = try object.required("issuer").der()
  }

  package var members: JSONObject {
    [
      "tenant": .string(tenant), "user": .string(user), "role": .string(role.rawValue),
      "certificate": base64(certificate), "issuer": base64(issuer),
    ]
  }
}
