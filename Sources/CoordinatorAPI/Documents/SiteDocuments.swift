package import CanonicalJSON
package import Cryptography
import EvaluationProtocols

/// Where a site stands with the tenant.
package enum SiteState: String, CaseIterable, Sendable {
  /// An invitation was made and nobody joined with it.
  case invited
  /// An agent joined; its signing root's fingerprint is to be confirmed.
  case pending
  case confirmed
  case revoked
}

/// A site in the administrator's list.
package struct SiteSummary: Sendable, Equatable {
  package let site: String
  package let displayName: String
  package let state: SiteState
  /// Digest of the signing root's key, once an agent joined.
  package let signingRoot: Digest?
  package let instance: String?
  /// When the agent's certificate ends.
  package let certificateNotAfter: UTCTime?
  /// When the agent last asked for assignments, to the coordinator's knowledge.
  package let lastSeen: UTCTime?

  /// A row of the list.
  package init(
    site: String, displayName: String, state: SiteState, signingRoot: Digest? = nil, instance: String? = nil,
    certificateNotAfter: UTCTime? = nil, lastSeen: UTCTime? = nil
  ) {
    self.site = site
    self.displayName = displayName
    self.state = state
    self.signingRoot = signingRoot
    self.instance = instance
    self.certificateNotAfter = certificateNotAfter
    self.lastSeen = lastSeen
  }

  init(_ field: DocumentField) throws(DocumentError) {
    self = try field.record { object throws(DocumentError) in
      SiteSummary(
        site: try object.required("site").identifier(),
        displayName: try object.required("displayName").string(maximum: 200),
        state: try object.required("state").choice(of: SiteState.self),
        signingRoot: try object.optional("signingRoot")?.digest(),
        instance: try object.optional("instance")?.identifier(.instance),
        certificateNotAfter: try object.optional("certificateNotAfter")?.time(),
        lastSeen: try object.optional("lastSeen")?.time())
    }
  }

  var json: JSONValue {
    var object: JSONObject = [
      "site": .string(site), "displayName": .string(displayName), "state": .string(state.rawValue),
    ]
    if let signingRoot { object["signingRoot"] = .string(signingRoot.text) }
    if let instance { object["instance"] = .string(instance) }
    if let certificateNotAfter { object["certificateNotAfter"] = .string(certificateNotAfter.text) }
    if let lastSeen { object["lastSeen"] = .string(lastSeen.text) }
    return .object(object)
  }
}

/// The answer of `GET /v1/sites`; after a confirmation or a revocation, with the one site.
package struct SitesDocument: WireDocument {
  package static let format = "urn:equipoise:sites:v1"
  package static let limits = JSONLimits.protocolDocument

  /// By id.
  package let sites: [SiteSummary]

  /// A list.
  package init(sites: [SiteSummary]) { self.sites = sites }

  package init(reading object: inout DocumentObject) throws(DocumentError) {
    sites = try object.required("sites").list(maximum: mostListed, SiteSummary.init)
  }

  package var members: JSONObject { ["sites": .array(sites.map(\.json))] }
}

/// The administrator asks for an invitation: the body of `POST /v1/sites/<site>/invitations`.
package struct InvitationRequestDocument: WireDocument {
  package static let format = "urn:equipoise:invitation-request:v1"
  /// One minute to thirty days.
  package static let lifetimes = 60...2_592_000

  package let lifetimeSeconds: Int
  package let displayName: String

  /// A request for an invitation.
  package init(lifetimeSeconds: Int, displayName: String) {
    self.lifetimeSeconds = lifetimeSeconds
    self.displayName = displayName
  }

  package init(reading object: inout DocumentObject) throws(DocumentError) {
    lifetimeSeconds = try object.required("lifetimeSeconds").integer(in: Self.lifetimes)
    displayName = try object.required("displayName").string(maximum: 200)
  }

  package var members: JSONObject {
    ["lifetimeSeconds": number(lifetimeSeconds), "displayName": .string(displayName)]
  }
}

/// The file that a hospital's IT gets: it holds a secret and works once.
package struct InvitationDocument: WireDocument {
  package static let format = "urn:equipoise:invitation:v1"

  package let id: String
  /// 160 random bits, 32 base32 characters.
  package let secret: String
  package let tenant: String
  package let site: String
  package let joinURL: String
  package let apiURL: String
  /// The authority above the coordinator's server certificate, in DER: the only one the agent believes.
  package let serverCertificateAuthority: [UInt8]
  /// Digest of the key above the tenant's evidence key.
  package let evidenceRoot: Digest
  package let expiresAt: UTCTime

  /// An invitation.
  package init(
    id: String, secret: String, tenant: String, site: String, joinURL: String, apiURL: String,
    serverCertificateAuthority: [UInt8], evidenceRoot: Digest, expiresAt: UTCTime
  ) {
    self.id = id
    self.secret = secret
    self.tenant = tenant
    self.site = site
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
    site = try object.required("site").identifier()
    joinURL = try object.required("joinURL").address()
    apiURL = try object.required("apiURL").address()
    serverCertificateAuthority = try object.required("serverCertificateAuthority").der()
    evidenceRoot = try object.required("evidenceRoot").digest()
    expiresAt = try object.required("expiresAt").time()
  }

  package var members: JSONObject {
    [
      "id": .string(id), "secret": .string(secret), "tenant": .string(tenant), "site": .string(site),
      "joinURL": .string(joinURL), "apiURL": .string(apiURL),
      "serverCertificateAuthority": base64(serverCertificateAuthority),
      "evidenceRoot": .string(evidenceRoot.text), "expiresAt": .string(expiresAt.text),
    ]
  }
}

extension DocumentField {
  /// 32 lower-case base32 characters.
  func invitationSecret() throws(DocumentError) -> String {
    let text = try string(maximum: 32, minimum: 32)
    guard text.utf8.allSatisfy({ (0x61...0x7A).contains($0) || (0x32...0x37).contains($0) }) else {
      throw error("not 32 characters of a to z and 2 to 7", remedy: "copy the secret from the invitation")
    }
    return text
  }
}

/// The administrator compared the fingerprint with the one that the hospital told: the body of
/// `POST /v1/sites/<site>/confirmation`.
package struct ConfirmationDocument: WireDocument {
  package static let format = "urn:equipoise:confirmation:v1"

  /// Digest of the signing root's key.
  package let fingerprint: Digest

  /// A confirmation.
  package init(fingerprint: Digest) { self.fingerprint = fingerprint }

  package init(reading object: inout DocumentObject) throws(DocumentError) {
    fingerprint = try object.required("fingerprint").digest()
  }

  package var members: JSONObject { ["fingerprint": .string(fingerprint.text)] }
}

/// Why an identity is revoked.
package enum RevocationReason: String, CaseIterable, Sendable {
  case keyCompromised, superseded, siteLeft, administrative
}

/// The body of `POST /v1/sites/<site>/revocation`.
package struct RevocationDocument: WireDocument {
  package static let format = "urn:equipoise:revocation:v1"

  package let reason: RevocationReason

  /// A revocation.
  package init(reason: RevocationReason) { self.reason = reason }

  package init(reading object: inout DocumentObject) throws(DocumentError) {
    reason = try object.required("reason").choice(of: RevocationReason.self)
  }

  package var members: JSONObject { ["reason": .string(reason.rawValue)] }
}
