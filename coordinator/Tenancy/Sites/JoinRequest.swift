package import Cryptography

/// What an agent sends to answer an invitation; nothing of it is believed yet.
package struct JoinRequest: Sendable, Equatable {
  /// The invitation's id.
  package let invitation: String
  /// The invitation's secret.
  package let secret: String
  /// A PKCS#10 request in DER by the new TLS key.
  package let request: [UInt8]
  /// The site's signing root in DER.
  package let signingRoot: [UInt8]
  /// The attestation of an `EnrolmentStatement`.
  package let statement: [UInt8]
  /// The TLS key's signature of `statement`.
  package let tlsSignature: [UInt8]

  /// A request as it was read.
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
}

/// What an agent gets.
package struct JoinAnswer: Sendable, Equatable {
  /// The tenant.
  package let tenant: String
  /// The site.
  package let site: String
  /// The agent's instance.
  package let instance: String
  /// Its certificate.
  package let certificate: Certificate
  /// The tenant's authority.
  package let issuer: Certificate
  /// The root of the coordinator's evidence key for this tenant.
  package let evidenceRoot: Certificate
  /// Whether an administrator confirmed the site before.
  package let isConfirmed: Bool
}
