internal import CanonicalJSON
internal import Storage

/// Runs `body` and stores its audit entries in one transaction: all of it or, when anything throws, none.
///
/// - Throws: what `body` throws; `TenancyError.auditUnavailable`; `.unaudited` for a change without an entry.
func auditedTransaction<Value>(
  in database: Database, tenant: String, actor: String, at now: UTCTime,
  _ body: (Database, inout AuditTrail) throws -> Value
) throws -> Value {
  try database.transaction {
    let before = try changeCount(of: database)
    var trail = try AuditTrail(continuing: database, tenant: tenant, actor: actor, now: now)
    let value = try body(database, &trail)
    guard try !trail.entries.isEmpty || changeCount(of: database) == before else {
      throw TenancyError.unaudited
    }
    try trail.store(in: database)
    return value
  }
}

private func changeCount(of database: Database) throws(StorageError) -> Int64 {
  try database.first("SELECT total_changes()", [], { row throws(StorageError) in try row.integer(0) }) ?? 0
}
