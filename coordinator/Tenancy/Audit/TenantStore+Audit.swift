internal import CanonicalJSON
internal import Cryptography
package import Storage

extension TenantStore {
  /// The bytes of the entries after a number, in order, at most so many.
  package func auditEntries(after sequence: Int64, limit: Int) throws -> [[UInt8]] {
    try read { database in
      try database.rows(
        "SELECT entry FROM audit_entry WHERE sequence > ?1 ORDER BY sequence LIMIT ?2",
        [.integer(sequence), .integer(Int64(max(0, min(limit, 1000))))]
      ) { row throws(StorageError) in try row.blob(0) }
    }
  }

  /// Where the log stands.
  package func auditHead() throws -> AuditCheckpoint {
    let tenant = tenant
    return try read { try AuditTrail.head(in: $0, tenant: tenant) }
  }

  /// Checks the whole log of this store, page by page, and tells where it ends.
  ///
  /// - Throws: `AuditDefect`; `StorageError`.
  package func verifyAudit(through checkpoint: AuditCheckpoint? = nil) throws -> AuditCheckpoint {
    let tenant = tenant
    return try read { try verifyAuditLog(in: $0, tenant: tenant, through: checkpoint) }
  }
}

/// Checks the log of a tenant's file: the chain, and that the columns say what the entries say.
///
/// - Throws: `AuditDefect`; `StorageError`.
package func verifyAuditLog(
  in database: Database, tenant: String, through checkpoint: AuditCheckpoint? = nil
) throws -> AuditCheckpoint {
  var chain = AuditChain(tenant: tenant, through: checkpoint)
  while true {
    let page = try database.rows(
      """
      SELECT sequence, time, actor, action, object, outcome, digest, entry
      FROM audit_entry WHERE sequence > ?1 ORDER BY sequence LIMIT 500
      """, [.integer(chain.head.sequence)]
    ) { row throws(StorageError) in try StoredAuditEntry(row) }
    if page.isEmpty { return try chain.finish() }
    for stored in page {
      let entry = try chain.take(stored.bytes)
      guard stored.agrees(with: entry) else { throw AuditDefect.column(sequence: entry.sequence) }
    }
  }
}

/// A row of the log: the bytes that count, and columns for looking things up.
private struct StoredAuditEntry {
  let sequence: Int64
  let time: Int64
  let words: [String]
  let digest: [UInt8]
  let bytes: [UInt8]

  init(_ row: borrowing Row) throws(StorageError) {
    sequence = try row.integer(0)
    time = try row.integer(1)
    words = [try row.text(2), try row.text(3), try row.text(4), try row.text(5)]
    digest = try row.blob(6)
    bytes = try row.blob(7)
  }

  func agrees(with entry: AuditEntry) -> Bool {
    let read = [entry.actor, entry.action, entry.object, entry.outcome.rawValue]
    return sequence == entry.sequence && time == entry.time.secondsSinceEpoch
      && zip(words, read).allSatisfy { $0.utf8.elementsEqual($1.utf8) } && digest == Digest(of: bytes).bytes
  }
}
