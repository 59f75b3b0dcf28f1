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

/// Why an agent was turned away. Without the right secret there is one answer, whatever the reason.
package enum JoinRefusal: String, Error, CaseIterable, Sendable {
  /// No such invitation, or not its secret.
  case unknown
  /// The invitation has ended.
  case expired
  /// The invitation was burned: by wrong secrets, by a second key, or with its site.
  case burned
  /// Another key was certified for this invitation: somebody else has it too.
  case reused
  /// The certificate request cannot be used.
  case requestInvalid = "request-invalid"
  /// The key was certified before.
  case keySeen = "key-seen"
  /// The signing root is not one, or is the root of another site.
  case signingRootInvalid = "signing-root-invalid"
  /// The site is registered with another signing root.
  case signingRootDiffers = "signing-root-differs"
  /// The statement is not signed by both keys, or says something else.
  case statementInvalid = "statement-invalid"
}

extension JoinRefusal: CustomStringConvertible {
  /// Why.
  package var description: String {
    switch self {
    case .unknown: "the invitation and its secret do not belong together"
    case .expired: "the invitation has ended"
    case .burned: "the invitation cannot be used any more"
    case .reused: "the invitation was already used with another key"
    case .requestInvalid: "the certificate request cannot be used"
    case .keySeen: "the key was certified before"
    case .signingRootInvalid: "the signing root cannot be used"
    case .signingRootDiffers: "the site is registered with another signing root"
    case .statementInvalid: "the statement is not one of this site by both of its keys"
    }
  }

  /// What the hospital can do.
  package var remedy: String {
    switch self {
    case .unknown: "use the invitation file as it came"
    case .expired, .burned: "ask the tenant's administrator for a new invitation"
    case .reused: "tell the tenant's administrator at once: somebody else has used this invitation"
    case .requestInvalid, .keySeen: "join again with a new key"
    case .signingRootInvalid, .statementInvalid: "join with the tool, with the site's own signing keys"
    case .signingRootDiffers:
      "use the site's signing keys, or ask the tenant's administrator to revoke the site and invite it anew"
    }
  }
}
