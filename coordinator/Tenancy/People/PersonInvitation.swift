package import CanonicalJSON
package import Cryptography

/// What the tenant's administrator hands to a person. The secret is nowhere else: the store has its digest.
package struct PersonInvitation: Sendable, Equatable {
  /// The invitation's id.
  package let id: String
  /// 160 random bits in base32. Not for logs, names or URLs.
  package let secret: String
  /// The tenant that invites.
  package let tenant: String
  /// The account that waits for the person.
  package let user: String
  /// What the person will be.
  package let role: PrincipalRole
  /// The person's name, as the administrator wrote it.
  package let name: String
  /// When it ends.
  package let expiresAt: UTCTime
}

/// What a person's program sends to answer an invitation; nothing of it is believed yet.
package struct PersonJoinRequest: Sendable, Equatable {
  /// The invitation's id.
  package let invitation: String
  /// The invitation's secret.
  package let secret: String
  /// A PKCS#10 request in DER by the new TLS key.
  package let request: [UInt8]

  /// A request as it was read.
  package init(invitation: String, secret: String, request: [UInt8]) {
    self.invitation = invitation
    self.secret = secret
    self.request = request
  }
}

/// What a person gets.
package struct PersonJoinAnswer: Sendable, Equatable {
  /// The tenant.
  package let tenant: String
  /// The account.
  package let user: String
  /// What the person is.
  package let role: PrincipalRole
  /// The person's certificate.
  package let certificate: Certificate
  /// The tenant's authority.
  package let issuer: Certificate
}
