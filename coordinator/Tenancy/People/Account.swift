package import CanonicalJSON
internal import Storage

/// How far an account is.
package enum AccountState: String, CaseIterable, Sendable {
  /// Invited, not joined.
  case invited
  /// Its certificates are admitted.
  case active
  /// Ended by an administrator, or because an invitation was used twice.
  case revoked
}

/// A person of a tenant, or a program that acts for one.
package struct Account: Sendable, Equatable {
  /// The id, `u-…`, never given to anybody else.
  package let id: String
  /// The name for people.
  package let name: String
  /// The role.
  package let role: PrincipalRole
  /// How far it is.
  package let state: AccountState
  /// The end of its newest active certificate.
  package let certificateEnd: UTCTime?
  /// The end of the invitation that it waits for.
  package let invitationEnd: UTCTime?

  /// Whether its certificates are admitted.
  package var isActive: Bool { state == .active }

  /// An account by its id, inside a transaction; one that was only requested is not there.
  static func find(_ id: String, in database: Database) throws -> Account? {
    try database.first(
      """
      SELECT id, name, role, state,
        (SELECT max(not_after) FROM certificate WHERE account = account.id AND state = 'active'),
        (SELECT max(expires_at) FROM person_invitation WHERE account = account.id AND state = 'open')
      FROM account WHERE id = ?1 AND state <> 'requested'
      """, [.text(id)], Account.init)
  }

  /// All accounts by id, inside a transaction; those that only were requested are not among them.
  static func all(in database: Database) throws -> [Account] {
    try database.rows(
      """
      SELECT id, name, role, state,
        (SELECT max(not_after) FROM certificate WHERE account = account.id AND state = 'active'),
        (SELECT max(expires_at) FROM person_invitation WHERE account = account.id AND state = 'open')
      FROM account WHERE state <> 'requested' ORDER BY id
      """, [], Account.init)
  }

  private init(_ row: borrowing Row) throws {
    id = try row.text(0)
    name = try row.text(1)
    guard let role = PrincipalRole(rawValue: try row.text(2)) else {
      throw StorageError.unexpectedValue(column: "role", expected: "a role", found: "another text")
    }
    self.role = role
    guard let state = AccountState(rawValue: try row.text(3)) else {
      throw StorageError.unexpectedValue(column: "state", expected: "a state", found: "another text")
    }
    self.state = state
    certificateEnd = try row.optionalInteger(4).map { try UTCTime(secondsSinceEpoch: $0) }
    invitationEnd = try row.optionalInteger(5).map { try UTCTime(secondsSinceEpoch: $0) }
  }
}
