package import CanonicalJSON
import EvaluationProtocols

/// An agent with an invitation asks to be let in: the body of `POST /v1/join`, on the join port.
package struct JoinRequestDocument: WireDocument {
  package static let format = "urn:equipoise:join-request:v1"

  package let invitation: String
  package let secret: String
  /// Request for the TLS certificate, PKCS#10 in DER.
  package let request: [UInt8]
  /// The site's signing root certificate, in DER.
  package let signingRoot: [UInt8]
  /// Signed statement `urn:equipoise:site-enrolment:v1` by the site's submission key.
  package let statement: [UInt8]
  /// Signature of the TLS key over the bytes of the statement.
  package let tlsSignature: [UInt8]

  /// A request to join.
  package init(
    invitation: String, secret: String, request: [UInt8], signingRoot: [UInt8], statement: [UInt8],
    tlsSignature: [UInt8]
  ) {
    self.invitation = invitation
    self.secret = secret
    self.request = request
    self.signingRoot = signingRoot
    self.statement = statement
    self.tlsSignature = tlsSignature
  }

  package init(reading object: inout DocumentObject) throws(DocumentError) {
    invitation = try object.required("invitation").identifier(.invitation)
    secret = try object.required("secret").invitationSecret()
    request = try object.required("request").der()
    signingRoot = try object.required("signingRoot").der()
    statement = try object.required("statement").base64(maximum: 32_768)
    tlsSignature = try object.required("tlsSignature").base64(maximum: 80)
  }

  package var members: JSONObject {
    [
      "invitation": .string(invitation), "secret": .string(secret), "request": base64(request),
      "signingRoot": base64(signingRoot), "statement": base64(statement),
      "tlsSignature": base64(tlsSignature),
    ]
  }
}

/// Whether an agent that joined may work yet.
package enum JoinStatus: String, CaseIterable, Sendable {
  /// An administrator has to confirm the fingerprint first.
  case pending
  case confirmed
}

/// The agent's new identity.
package struct JoinAnswerDocument: WireDocument {
  package static let format = "urn:equipoise:join-answer:v1"

  package let tenant: String
  package let site: String
  package let instance: String
  /// The TLS certificate and its issuer, in DER.
  package let certificate: [UInt8]
  package let issuer: [UInt8]
  /// Certificate of the root above the tenant's evidence key, in DER: receipts are verified with it. The
  /// digest of its key MUST be that of the invitation.
  package let evidenceRoot: [UInt8]
  package let status: JoinStatus

  /// An answer.
  package init(
    tenant: String, site: String, instance: String, certificate: [UInt8], issuer: [UInt8],
    evidenceRoot: [UInt8], status: JoinStatus
  ) {
    self.tenant = tenant
    self.site = site
    self.instance = instance
    self.certificate = certificate
    self.issuer = issuer
    self.evidenceRoot = evidenceRoot
    self.status = status
  }

  package init(reading object: inout DocumentObject) throws(DocumentError) {
    tenant = try object.required("tenant").identifier()
    site = try object.required("site").identifier()
    instance = try object.required("instance").identifier(.instance)
    certificate = try object.required("certificate").der()
    issuer = try object.required("issuer").der()
    evidenceRoot = try object.required("evidenceRoot").der()
    status = try object.required("status").choice(of: JoinStatus.self)
  }

  package var members: JSONObject {
    [
      "tenant": .string(tenant), "site": .string(site), "instance": .string(instance),
      "certificate": base64(certificate), "issuer": base64(issuer),
      "evidenceRoot": base64(evidenceRoot), "status": .string(status.rawValue),
    ]
  }
}
