package import CanonicalJSON
internal import Cryptography
package import Storage

/// Everything that a tenant's store holds of the tenancy, in one order: equal states give equal bytes. Secrets
/// and their digests are left out; certificates and keys appear by digest.
///
/// - Throws: `StorageError`, or another error when a row cannot be read.
package func stateDump(_ database: Database) throws -> JSONObject {
  let tenant = try database.first("SELECT id, host FROM tenant", []) { row throws(StorageError) in
    JSONValue.object(["host": .string(try row.text(1)), "id": .string(try row.text(0))])
  }
  let head = try database.first(
    "SELECT sequence, digest FROM audit_entry ORDER BY sequence DESC LIMIT 1", []
  ) { row in
    JSONValue.object([
      "digest": .string(try Digest(bytes: row.blob(1)).text), "sequence": .integer(try row.integer(0)),
    ])
  }
  let keys = try database.rows("SELECT key FROM key_seen ORDER BY key", []) { row in
    JSONValue.string(try Digest(bytes: row.blob(0)).text)
  }
  return [
    "accounts": .array(
      try Account.all(in: database).map {
        [
          "id": .string($0.id), "name": .string($0.name), "role": .string($0.role.rawValue),
          "state": .string($0.state.rawValue),
        ]
      }),
    "auditHead": head ?? [:],
    "certificates": .array(try CertificateRow.all(in: database).map(\.dump)),
    "invitations": .array(try invitationDump(database)),
    "keysSeen": .array(keys),
    "personInvitations": .array(try personInvitationDump(database)),
    "sites": .array(try EnrolledSite.all(in: database).map(\.dump)),
    "tenant": tenant ?? [:],
  ]
}

private func invitationDump(_ database: Database) throws -> [JSONValue] {
  try database.rows(
    "SELECT id, site, expires_at, state, wrong_secrets, certificate FROM invitation ORDER BY id", []
  ) { row in
    var dump: JSONObject = [
      "expiresAt": .string(try UTCTime(secondsSinceEpoch: row.integer(2)).text),
      "id": .string(try row.text(0)), "site": .string(try row.text(1)), "state": .string(try row.text(3)),
      "wrongSecrets": .integer(try row.integer(4)),
    ]
    if let serial = try row.optionalText(5) { dump["certificate"] = .string(serial) }
    return .object(dump)
  }
}

private func personInvitationDump(_ database: Database) throws -> [JSONValue] {
  try database.rows(
    "SELECT id, account, expires_at, state, wrong_secrets, certificate FROM person_invitation ORDER BY id", []
  ) { row in
    var dump: JSONObject = [
      "expiresAt": .string(try UTCTime(secondsSinceEpoch: row.integer(2)).text),
      "id": .string(try row.text(0)), "state": .string(try row.text(3)), "user": .string(try row.text(1)),
      "wrongSecrets": .integer(try row.integer(4)),
    ]
    if let serial = try row.optionalText(5) { dump["certificate"] = .string(serial) }
    return .object(dump)
  }
}

extension CertificateRow {
  fileprivate var dump: JSONValue {
    [
      "der": .string(Digest(of: der).text), "issuedAt": .string(issuedAt.text), "key": .string(key.text),
      "notAfter": .string(notAfter.text), "principal": .string(principal.path), "serial": .string(serial),
      "state": .string(state), "used": .boolean(isUsed),
    ]
  }
}

extension EnrolledSite {
  fileprivate var dump: JSONValue {
    var dump: JSONObject = [
      "id": .string(id), "name": .string(name), "state": .string(state.rawValue),
    ]
    if let signingRoot {
      dump["signingKey"] = .string(signingRoot.publicKey.digest.text)
      dump["signingRoot"] = .string(Digest(of: signingRoot.der).text)
    }
    return .object(dump)
  }
}
