/// Why an agent or a person was turned away. Without the right secret there is one answer, whatever the reason.
package enum JoinRefusal: String, Error, CaseIterable, Sendable {
  /// No such invitation, or not its secret.
  case unknown
  /// The invitation has ended.
  case expired
  /// The invitation was burned: by wrong secrets, by a second key, or with its site or account.
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

  /// What whoever was invited can do.
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
