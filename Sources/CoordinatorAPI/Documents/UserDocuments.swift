package import CanonicalJSON
import EvaluationProtocols

/// Where a person stands with the tenant.
package enum UserState: String, CaseIterable, Sendable {
  /// An invitation was made and nobody joined with it.
  case invited
  case active
  case revoked
}

/// A person in the administrator's list.
package struct UserSummary: Sendable, Equatable {
  package let user: String
  package let name: String
  package let role: PersonRole
  package let state: UserState
  /// When the newest certificate ends, of one who joined.
  package let certificateNotAfter: UTCTime?
  /// When the invitation ends, of one who did not.
  package let invitationExpiresAt: UTCTime?

  /// A row of the list.
  package init(
    user: String, name: String, role: PersonRole, state: UserState, certificateNotAfter: UTCTime? = nil,
    invitationExpiresAt: UTCTime? = nil
  ) {
    self.user = user
    self.name = name
    self.role = role
    self.state = state
    self.certificateNotAfter = certificateNotAfter
    self.invitationExpiresAt = invitationExpiresAt
  }

  init(_ field: DocumentField) throws(DocumentError) {
    self = try field.record { object throws(DocumentError) in
      UserSummary(
        user: try object.required("user").identifier(.user),
        name: try object.required("name").string(maximum: 200),
        role: try object.required("role").choice(of: PersonRole.self),
        state: try object.required("state").choice(of: UserState.self),
        certificateNotAfter: try object.optional("certificateNotAfter")?.time(),
        invitationExpiresAt: try object.optional("invitationExpiresAt")?.time())
    }
  }

  var json: JSONValue {
    var object: JSONObject = [
      "user": .string(user), "name": .string(name), "role": .string(role.rawValue),
      "state": .string(state.rawValue),
    ]
    if let certificateNotAfter { object["certificateNotAfter"] = .string(certificateNotAfter.text) }
    if let invitationExpiresAt { object["invitationExpiresAt"] = .string(invitationExpiresAt.text) }
    return .object(object)
  }
}

/// The answer of `GET /v1/users`; after a revocation, with the one person.
package struct UsersDocument: WireDocument {
  package static let format = "urn:equipoise:users:v1"
  package static let limits = JSONLimits.protocolDocument

  /// By id.
  package let users: [UserSummary]

  /// A list.
  package init(users: [UserSummary]) { self.users = users }

  package init(reading object: inout DocumentObject) throws(DocumentError) {
    users = try object.required("users").list(maximum: mostListed, UserSummary.init)
  }

  package var members: JSONObject { ["users": .array(users.map(\.json))] }
}

/// Why a person is revoked, in the administrator's words: the body of `POST /v1/users/<user>/revocation`.
package struct UserRevocationDocument: WireDocument {
  package static let format = "urn:equipoise:user-revocation:v1"

  package let reason: String

  /// A revocation.
  package init(reason: String) { self.reason = reason }

  package init(reading object: inout DocumentObject) throws(DocumentError) {
    reason = try object.required("reason").string(maximum: 200)
  }

  package var members: JSONObject { ["reason": .string(reason)] }
}
