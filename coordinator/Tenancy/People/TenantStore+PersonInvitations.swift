package import CanonicalJSON
internal import Cryptography
internal import Storage

extension TenantStore {
  /// Invites a person: an account that waits, and a secret that fills it once.
  ///
  /// - Parameters:
  ///   - role: one of `PrincipalRole.invited`.
  ///   - lifetime: seconds, at most a day.
  /// - Throws: `TenancyRefusal.invalid`, `.tooManyPersonInvitations`.
  package func invite(
    person name: String, role: PrincipalRole, lifetime: Int64, by actor: String, at now: UTCTime
  ) throws -> PersonInvitation {
    let id = try Identifier.invitation.make()
    let user = try Identifier.user.make()
    let secret = try Identifier.secret()
    let tenant = tenant
    _ = try issuer()
    return try write(by: actor, at: now) { database, trail in
      let action = "invitation.created"
      let object = "user/" + user
      guard tenant != operatorsTenant, PrincipalRole.invited.contains(role) else {
        throw TenancyRefusal.invalid(action: action, object: object, field: "role")
      }
      guard isPlainText(name, atMost: 200) else {
        throw TenancyRefusal.invalid(action: action, object: object, field: "name")
      }
      guard (1...TenancySettings.longestInvitation).contains(lifetime) else {
        throw TenancyRefusal.invalid(action: action, object: object, field: "lifetimeSeconds")
      }
      let expiresAt = try UTCTime(secondsSinceEpoch: now.secondsSinceEpoch + lifetime)
      let live = try database.first(
        "SELECT count(*) FROM person_invitation WHERE state = 'open' AND expires_at > ?1",
        [.integer(now.secondsSinceEpoch)]
      ) { row throws(StorageError) in try row.integer(0) }
      guard live ?? 0 < TenancySettings.livePersonInvitations else {
        throw TenancyRefusal.tooManyPersonInvitations(user: user)
      }
      try database.run(
        "INSERT INTO account (id, name, role, state, created_at) VALUES (?1, ?2, ?3, 'invited', ?4)",
        [.text(user), .text(name), .text(role.rawValue), .integer(now.secondsSinceEpoch)])
      try database.run(
        """
        INSERT INTO person_invitation (id, account, secret, created_at, expires_at, state)
        VALUES (?1, ?2, ?3, ?4, ?5, 'open')
        """,
        [
          .text(id), .text(user), .blob(Digest(of: Array(secret.utf8)).bytes),
          .integer(now.secondsSinceEpoch), .integer(expiresAt.secondsSinceEpoch),
        ])
      trail.append(
        action: action, object: object,
        detail: [
          "expiresAt": .string(expiresAt.text), "invitation": .string(id), "role": .string(role.rawValue),
        ])
      trail.changesIdentities = true
      return PersonInvitation(
        id: id, secret: secret, tenant: tenant, user: user, role: role, name: name, expiresAt: expiresAt)
    }
  }
}
