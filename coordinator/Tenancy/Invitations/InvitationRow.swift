internal import CanonicalJSON
internal import Storage

/// Whom an invitation is for. Each kind has a table of its own, which refers to whom it lets in.
enum InvitationKind: Sendable {
  case site, person

  /// The action of the audit log when somebody was let in.
  var joined: String {
    switch self {
    case .site: "site.joined"
    case .person: "user.joined"
    }
  }

  /// The object of the audit log.
  func object(_ invited: String) -> String {
    switch self {
    case .site: "site/" + invited
    case .person: "user/" + invited
    }
  }
}

/// An invitation as the store has it: the digest of its secret, and what became of it.
struct InvitationRow: Sendable {
  let id: String
  let kind: InvitationKind
  /// The site or the account.
  let invited: String
  let secret: [UInt8]
  let expiresAt: Int64
  let state: String
  let wrongSecrets: Int64
  /// The serial number of the certificate that it gave.
  let certificate: String?

  var object: String { kind.object(invited) }

  static func find(
    _ id: String, of kind: InvitationKind, in database: Database
  ) throws(StorageError) -> InvitationRow? {
    switch kind {
    case .site:
      try database.first(
        "SELECT site, secret, expires_at, state, wrong_secrets, certificate FROM invitation WHERE id = ?1",
        [.text(id)]
      ) { row throws(StorageError) in try InvitationRow(id, kind, row) }
    case .person:
      try database.first(
        """
        SELECT account, secret, expires_at, state, wrong_secrets, certificate
        FROM person_invitation WHERE id = ?1
        """, [.text(id)]
      ) { row throws(StorageError) in try InvitationRow(id, kind, row) }
    }
  }

  private init(_ id: String, _ kind: InvitationKind, _ row: borrowing Row) throws(StorageError) {
    self.id = id
    self.kind = kind
    invited = try row.text(0)
    secret = try row.blob(1)
    expiresAt = try row.integer(2)
    state = try row.text(3)
    wrongSecrets = try row.integer(4)
    certificate = try row.optionalText(5)
  }

  /// Ends it: nobody is let in with it any more.
  func burn(in database: Database) throws(StorageError) {
    switch kind {
    case .site: try database.run("UPDATE invitation SET state = 'burned' WHERE id = ?1", [.text(id)])
    case .person:
      try database.run("UPDATE person_invitation SET state = 'burned' WHERE id = ?1", [.text(id)])
    }
  }

  /// Notes the certificate that it gave.
  func use(for serial: String, in database: Database) throws(StorageError) {
    let values: [SQLValue] = [.text(id), .text(serial)]
    switch kind {
    case .site:
      try database.run("UPDATE invitation SET state = 'used', certificate = ?2 WHERE id = ?1", values)
    case .person:
      try database.run("UPDATE person_invitation SET state = 'used', certificate = ?2 WHERE id = ?1", values)
    }
  }

  /// Counts a wrong secret; the fifth burns.
  func countWrongSecret(
    at now: UTCTime, in database: Database, _ trail: inout AuditTrail
  ) throws(StorageError) {
    // Tries after the end change nothing and fill no log.
    guard state == "open", now.secondsSinceEpoch < expiresAt else { return }
    let values: [SQLValue] = [.text(id), .integer(wrongSecrets + 1)]
    switch kind {
    case .site: try database.run("UPDATE invitation SET wrong_secrets = ?2 WHERE id = ?1", values)
    case .person: try database.run("UPDATE person_invitation SET wrong_secrets = ?2 WHERE id = ?1", values)
    }
    trail.refuse(action: kind.joined, object: object, code: "wrong-secret")
    if wrongSecrets + 1 >= TenancySettings.wrongSecrets {
      try burn(in: database)
      trail.append(action: "invitation.burned", object: object, detail: ["invitation": .string(id)])
    }
    trail.changesIdentities = true
  }
}
