internal import CanonicalJSON
internal import Cryptography
internal import Storage

/// A certificate as the store has it, whatever its state.
struct CertificateRow: Sendable, Equatable {
  let serial: String
  let key: Digest
  let principal: Principal
  let der: [UInt8]
  let issuedAt: UTCTime
  let notAfter: UTCTime
  let isUsed: Bool
  let state: String

  var isActive: Bool { state == "active" }

  static func find(serial: String, in database: Database) throws -> CertificateRow? {
    try database.first(
      """
      SELECT serial, key, site, instance, account, der, issued_at, not_after, used_at, state
      FROM certificate WHERE serial = ?1
      """, [.text(serial)], CertificateRow.init)
  }

  static func find(key: Digest, in database: Database) throws -> CertificateRow? {
    try database.first(
      """
      SELECT serial, key, site, instance, account, der, issued_at, not_after, used_at, state
      FROM certificate WHERE key = ?1
      """, [.blob(key.bytes)], CertificateRow.init)
  }

  static func all(in database: Database) throws -> [CertificateRow] {
    try database.rows(
      """
      SELECT serial, key, site, instance, account, der, issued_at, not_after, used_at, state
      FROM certificate ORDER BY serial
      """, [], CertificateRow.init)
  }

  private init(_ row: borrowing Row) throws {
    serial = try row.text(0)
    key = try Digest(bytes: row.blob(1))
    if let site = try row.optionalText(2) {
      principal = .agent(site: site, instance: try row.text(3))
    } else {
      principal = .user(id: try row.text(4))
    }
    der = try row.blob(5)
    issuedAt = try UTCTime(secondsSinceEpoch: row.integer(6))
    notAfter = try UTCTime(secondsSinceEpoch: row.integer(7))
    isUsed = try row.optionalInteger(8) != nil
    state = try row.text(9)
  }
}
