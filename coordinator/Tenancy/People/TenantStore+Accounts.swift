package import CanonicalJSON
internal import Cryptography
internal import Storage

/// A new account with its first certificate.
package struct NewAccount: Sendable, Equatable {
  /// The account's id.
  package let user: String
  /// The certificate for the key of the request.
  package let issued: IssuedCertificate
}

/// The tenant of the deployment's own operators. Its role is `operator`; it has no sites.
package let operatorsTenant = "operators"

extension TenantStore {
  /// Adds a person and issues the first certificate.
  ///
  /// - Parameter request: a PKCS#10 request in DER.
  /// - Throws: `TenancyRefusal.invalid`, `.requestInvalid`, `.keySeen`.
  package func addAccount(
    name: String, request: [UInt8], by actor: String, at now: UTCTime
  ) throws -> NewAccount {
    let user = try Identifier.user.make()
    let issuer = try issuer()
    let settings = settings
    return try write(by: actor, at: now) { database, trail in
      try Tenancy.addAccount(
        user: user, name: name, request: request, issuer: issuer, settings: settings, at: now, in: database,
        &trail)
    }
  }

  /// Ends an account with its certificates and its invitation.
  ///
  /// - Throws: `TenancyRefusal.absent`, `.wrongState`, `.lastAdministrator`, `.invalid`.
  package func revoke(user: String, reason: String, by actor: String, at now: UTCTime) throws {
    try write(by: actor, at: now) { database, trail in
      let action = "user.revoked"
      let object = "user/" + user
      guard let account = try Account.find(user, in: database) else {
        throw TenancyRefusal.absent(action: action, object: "user")
      }
      try requireReason(reason, action: action, object: object)
      guard account.state != .revoked else {
        throw TenancyRefusal.wrongState(action: action, object: object, state: account.state.rawValue)
      }
      guard try !isLastOfThoseWhoRun(account, in: database) else {
        throw TenancyRefusal.lastAdministrator(user: user)
      }
      let ended = try endAccount(user, in: database)
      trail.append(
        action: action, object: object,
        detail: ["certificates": .integer(Int64(ended)), "reason": .string(reason)])
      trail.changesIdentities = true
    }
  }

  /// All accounts, by id; those that only were requested are not among them.
  package func accounts() throws -> [Account] { try read { try Account.all(in: $0) } }
}

/// Whether nobody could run the tenant without this account. Somebody who was only invited may never come.
private func isLastOfThoseWhoRun(_ account: Account, in database: Database) throws -> Bool {
  guard account.isActive, account.role == .tenantAdministrator || account.role == .operator else {
    return false
  }
  return try !Account.all(in: database).contains {
    $0.isActive && $0.role == account.role && $0.id != account.id
  }
}

/// Revokes an account with its certificates and its open invitation, and tells how many certificates.
func endAccount(_ user: String, in database: Database) throws(StorageError) -> Int {
  try database.run("UPDATE account SET state = 'revoked' WHERE id = ?1", [.text(user)])
  try database.run(
    "UPDATE person_invitation SET state = 'burned' WHERE account = ?1 AND state = 'open'", [.text(user)])
  try database.run(
    "UPDATE certificate SET state = 'revoked' WHERE account = ?1 AND state = 'active'", [.text(user)])
  return database.changes
}

/// Adds a person inside a transaction.
func addAccount(
  user: String, name: String, request: [UInt8], issuer: Issuer, settings: TenancySettings, at now: UTCTime,
  in database: Database, _ trail: inout AuditTrail
) throws -> NewAccount {
  let action = "user.added"
  let object = "user/" + user
  guard isPlainText(name, atMost: 200) else {
    throw TenancyRefusal.invalid(action: action, object: object, field: "name")
  }
  let key = try requestedKey(request, action: action, object: object)
  let role: PrincipalRole = issuer.tenant == operatorsTenant ? .operator : .tenantAdministrator
  try database.run(
    """
    INSERT INTO account (id, name, role, state, created_at) VALUES (?1, ?2, ?3, 'active', ?4)
    ON CONFLICT (id) DO UPDATE SET state = 'active', request = NULL WHERE state = 'requested'
    """, [.text(user), .text(name), .text(role.rawValue), .integer(now.secondsSinceEpoch)])
  let issued = try issuer.issue(
    to: .user(id: user), role: role, key: key, lifetime: settings.personLifetime, at: now, action: action,
    in: database, &trail)
  trail.append(
    action: action, object: object,
    detail: ["role": .string(role.rawValue), "serial": .string(issued.certificate.serial)])
  return NewAccount(user: user, issued: issued)
}
