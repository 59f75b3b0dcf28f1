internal import CanonicalJSON
internal import Cryptography
internal import Storage

/// Everybody who may speak: certificates that are active and not long expired, of accounts and sites that are
/// not revoked.
func identityEntries(in database: Database, at now: UTCTime) throws -> [IdentityEntry] {
  try database.rows(
    """
    SELECT c.key, c.serial, c.site, c.instance, c.account, c.not_before, c.not_after, c.used_at,
      s.state, a.role
    FROM certificate AS c LEFT JOIN site AS s ON s.id = c.site LEFT JOIN account AS a ON a.id = c.account
    WHERE c.state = 'active' AND c.not_after > ?1
      AND (s.state IN ('pending', 'confirmed') OR a.state = 'active')
    """,
    // A clock that is set back by less than a day finds them again.
    [.integer(now.secondsSinceEpoch - 86_400)]
  ) { row in
    let principal: Principal
    let role: PrincipalRole?
    if let site = try row.optionalText(2) {
      principal = .agent(site: site, instance: try row.text(3))
      role = try row.text(8) == "confirmed" ? .site : .pendingSite
    } else {
      principal = .user(id: try row.text(4))
      role = PrincipalRole(rawValue: try row.text(9))
    }
    guard let role else {
      throw TenancyError.storage(
        .unexpectedValue(column: "role", expected: "a role", found: "another text"))
    }
    return IdentityEntry(
      key: try Digest(bytes: row.blob(0)), serial: try row.text(1), principal: principal, role: role,
      notBefore: try UTCTime(secondsSinceEpoch: row.integer(5)),
      notAfter: try UTCTime(secondsSinceEpoch: row.integer(6)), isUsed: try row.optionalInteger(7) != nil)
  }
}
