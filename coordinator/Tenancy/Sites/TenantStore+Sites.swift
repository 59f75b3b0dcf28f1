package import CanonicalJSON
package import Cryptography
internal import Storage

extension TenantStore {
  /// Invites a site, which is made when it is not there. A revoked site starts anew.
  ///
  /// - Parameter lifetime: seconds, at most a day.
  /// - Throws: `TenancyRefusal.invalid`, `.tooManyInvitations`.
  package func invite(
    site: String, displayName: String, lifetime: Int64, by actor: String, at now: UTCTime
  ) throws -> Invitation {
    let id = try Identifier.invitation.make()
    let secret = try Identifier.secret()
    let tenant = tenant
    _ = try issuer()
    return try write(by: actor, at: now) { database, trail in
      let action = "invitation.created"
      guard tenant != operatorsTenant, isSiteIdentifier(site) else {
        throw TenancyRefusal.invalid(action: action, object: "site", field: "site")
      }
      let object = "site/" + site
      guard isPlainText(displayName, atMost: 200) else {
        throw TenancyRefusal.invalid(action: action, object: object, field: "displayName")
      }
      guard (1...TenancySettings.longestInvitation).contains(lifetime) else {
        throw TenancyRefusal.invalid(action: action, object: object, field: "lifetimeSeconds")
      }
      let expiresAt = try UTCTime(secondsSinceEpoch: now.secondsSinceEpoch + lifetime)
      let live = try database.first(
        "SELECT count(*) FROM invitation WHERE site = ?1 AND state = 'open' AND expires_at > ?2",
        [.text(site), .integer(now.secondsSinceEpoch)]
      ) { row throws(StorageError) in try row.integer(0) }
      guard live ?? 0 < TenancySettings.liveInvitations else {
        throw TenancyRefusal.tooManyInvitations(site: site)
      }
      try database.run(
        """
        INSERT INTO site (id, name, state, created_at) VALUES (?1, ?2, 'invited', ?3)
        ON CONFLICT (id) DO UPDATE SET name = excluded.name,
          signing_root = CASE state WHEN 'revoked' THEN NULL ELSE signing_root END,
          signing_key = CASE state WHEN 'revoked' THEN NULL ELSE signing_key END,
          state = CASE state WHEN 'revoked' THEN 'invited' ELSE state END
        """, [.text(site), .text(displayName), .integer(now.secondsSinceEpoch)])
      try database.run(
        """
        INSERT INTO invitation (id, site, secret, created_at, expires_at, state)
        VALUES (?1, ?2, ?3, ?4, ?5, 'open')
        """,
        [
          .text(id), .text(site), .blob(Digest(of: Array(secret.utf8)).bytes),
          .integer(now.secondsSinceEpoch), .integer(expiresAt.secondsSinceEpoch),
        ])
      trail.append(
        action: action, object: object,
        detail: ["expiresAt": .string(expiresAt.text), "invitation": .string(id)])
      trail.changesIdentities = true
      return Invitation(id: id, secret: secret, tenant: tenant, site: site, expiresAt: expiresAt)
    }
  }

  /// Confirms a site that has joined: the fingerprint came from the hospital by another way.
  ///
  /// - Parameter fingerprint: the digest of the key of the site's signing root.
  /// - Throws: `TenancyRefusal.absent`, `.wrongState`, `.fingerprintDiffers`.
  package func confirm(
    site: String, fingerprint: Digest, by actor: String, at now: UTCTime
  ) throws {
    try write(by: actor, at: now) { database, trail in
      let action = "site.confirmed"
      let object = "site/" + site
      guard let enrolled = try EnrolledSite.find(site, in: database) else {
        throw TenancyRefusal.absent(action: action, object: "site")
      }
      guard enrolled.state == .pending, let root = enrolled.signingRoot else {
        throw TenancyRefusal.wrongState(action: action, object: object, state: enrolled.state.rawValue)
      }
      guard root.publicKey.digest == fingerprint else { throw TenancyRefusal.fingerprintDiffers(site: site) }
      try database.run("UPDATE site SET state = 'confirmed' WHERE id = ?1", [.text(site)])
      trail.append(action: action, object: object, detail: ["signingRoot": .string(fingerprint.text)])
      trail.changesIdentities = true
    }
  }

  /// Ends a site: its certificates, its invitations and its signing root.
  ///
  /// - Throws: `TenancyRefusal.absent`, `.wrongState` when it is revoked already, `.invalid`.
  package func revoke(site: String, reason: String, by actor: String, at now: UTCTime) throws {
    try write(by: actor, at: now) { database, trail in
      let action = "site.revoked"
      let object = "site/" + site
      guard let enrolled = try EnrolledSite.find(site, in: database) else {
        throw TenancyRefusal.absent(action: action, object: "site")
      }
      try requireReason(reason, action: action, object: object)
      guard enrolled.state != .revoked else {
        throw TenancyRefusal.wrongState(action: action, object: object, state: enrolled.state.rawValue)
      }
      let ended = try endSite(site, in: database)
      trail.append(
        action: action, object: object,
        detail: ["certificates": .integer(Int64(ended)), "reason": .string(reason)])
      trail.changesIdentities = true
    }
  }

  /// All sites, by id.
  package func sites() throws -> [EnrolledSite] { try read { try EnrolledSite.all(in: $0) } }
}

/// Revokes a site with its certificates and open invitations, and tells how many certificates.
func endSite(_ site: String, in database: Database) throws(StorageError) -> Int {
  try database.run("UPDATE site SET state = 'revoked' WHERE id = ?1", [.text(site)])
  try database.run("UPDATE invitation SET state = 'burned' WHERE site = ?1 AND state = 'open'", [.text(site)])
  try database.run(
    "UPDATE certificate SET state = 'revoked' WHERE site = ?1 AND state = 'active'", [.text(site)])
  return database.changes
}
