/// An error that means no to whoever asked. `TenantStore.write` undoes the change and records the refusal.
package protocol Refusal: Error {
  /// What was asked for, such as `site.confirmed`.
  var action: String { get }
  /// What it was asked of.
  var object: String { get }
  /// Why not: a word of a closed set.
  var code: String { get }
}

/// Why the tenancy said no. The cases are the caller's fault or the state's.
package enum TenancyRefusal: Error, Equatable, Sendable {
  /// Not there, or not theirs: nobody can tell which.
  case absent(action: String, object: String)
  /// Something in the request is malformed.
  case invalid(action: String, object: String, field: String)
  /// A site has as many live invitations as it may.
  case tooManyInvitations(site: String)
  /// The tenant has as many live invitations of people as it may.
  case tooManyPersonInvitations(user: String)
  /// The fingerprint is not the one that the site registered.
  case fingerprintDiffers(site: String)
  /// The state does not allow it, such as a confirmation of a site that has not joined.
  case wrongState(action: String, object: String, state: String)
  /// The certificate request cannot be used.
  case requestInvalid(action: String, object: String)
  /// The key was certified before, here or elsewhere.
  case keySeen(action: String, object: String)
  /// Less than half of the certificate's life has passed.
  case tooEarly(object: String)
  /// The certificate that asks is not active any more.
  case notActive(action: String, object: String)
  /// The last administrator cannot go.
  case lastAdministrator(user: String)
  /// The tenant's certificate is not the one that was asked for.
  case authorityInvalid(tenant: String)
}

extension TenancyRefusal: Refusal {
  /// What was asked for.
  package var action: String {
    switch self {
    case .absent(let action, _), .invalid(let action, _, _), .wrongState(let action, _, _),
      .requestInvalid(let action, _), .keySeen(let action, _), .notActive(let action, _):
      action
    case .tooManyInvitations, .tooManyPersonInvitations: "invitation.created"
    case .fingerprintDiffers: "site.confirmed"
    case .tooEarly: "certificate.renewed"
    case .lastAdministrator: "user.revoked"
    case .authorityInvalid: "tenant.installed"
    }
  }

  /// What it was asked of.
  package var object: String {
    switch self {
    case .absent(_, let object), .invalid(_, let object, _), .wrongState(_, let object, _),
      .requestInvalid(_, let object), .keySeen(_, let object), .notActive(_, let object),
      .tooEarly(let object):
      object
    case .tooManyInvitations(let site), .fingerprintDiffers(let site): "site/" + site
    case .lastAdministrator(let user), .tooManyPersonInvitations(let user): "user/" + user
    case .authorityInvalid(let tenant): "tenant/" + tenant
    }
  }

  /// Why not.
  package var code: String {
    switch self {
    case .absent: "absent"
    case .invalid: "invalid"
    case .tooManyInvitations, .tooManyPersonInvitations: "too-many-invitations"
    case .fingerprintDiffers: "fingerprint-differs"
    case .wrongState: "wrong-state"
    case .requestInvalid: "request-invalid"
    case .keySeen: "key-seen"
    case .tooEarly: "too-early"
    case .notActive: "not-active"
    case .lastAdministrator: "last-administrator"
    case .authorityInvalid: "authority-invalid"
    }
  }
}

extension TenancyRefusal: CustomStringConvertible {
  /// Why not, for whoever asked.
  package var description: String {
    switch self {
    case .absent(_, let object): "there is no \(object)"
    case .invalid(_, _, let field): "\(field) is not valid"
    case .tooManyInvitations: "the site has three live invitations"
    case .tooManyPersonInvitations: "the tenant has fifty live invitations of people"
    case .fingerprintDiffers: "the fingerprint is not that of the site's signing root"
    case .wrongState(_, let object, let state): "\(object) is \(state)"
    case .requestInvalid: "the certificate request cannot be used"
    case .keySeen: "the key was certified before"
    case .tooEarly: "less than half of the certificate's life has passed"
    case .notActive: "the certificate is not active any more"
    case .lastAdministrator: "this is the last administrator"
    case .authorityInvalid: "the certificate is not the one that was asked for"
    }
  }

  /// What the caller can do.
  package var remedy: String {
    switch self {
    case .absent: "check the name"
    case .invalid: "correct the field"
    case .tooManyInvitations: "wait until one expires, or revoke the site"
    case .tooManyPersonInvitations: "wait until one expires, or revoke somebody who was invited"
    case .fingerprintDiffers:
      "do not confirm; ask the hospital to read its fingerprint again, and revoke the site if it still differs"
    case .wrongState: "look at the state first"
    case .requestInvalid: "make a request with a new P-256 key"
    case .keySeen: "make a new key; a key is certified once"
    case .tooEarly: "renew after half of the certificate's life"
    case .notActive: "use the newest certificate, or ask for a new invitation"
    case .lastAdministrator: "add another administrator first"
    case .authorityInvalid: "sign the request of this tenant with the root key of this deployment"
    }
  }
}
