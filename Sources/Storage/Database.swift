/// How a database keeps what it needs to undo or to finish a transaction.
package enum JournalMode: Sendable {
  /// A write-ahead log, for a file that one process owns (the coordinator).
  case writeAhead
  /// A rollback journal, for a file that a daemon and its commands share (the site store).
  case rollback
}

/// An SQLite file with our settings, our marks and the tables of its owners.
///
/// Every commit is durable before the call returns. Statements are literals with parameters, so no value ever
/// becomes part of a statement. Not Sendable: it is used from one place at a time, an actor on a `StorageThread`.
///
/// After an I/O error or a sign of corruption every call throws that error: a sync is not retried, because the
/// kernel may have dropped what it could not write. A full disk is not such an error.
package final class Database {
  let connection: Connection

  /// Rows changed by the last `run`, without those of triggers and foreign keys.
  package private(set) var changes = 0

  /// Opens the database at `path` and brings its tables up to date.
  ///
  /// A file that is missing, or that was never initialised, is made only when `createIfMissing` says so, with
  /// mode 0600. After an unclean stop the file is checked before it is used.
  ///
  /// - Throws: `.missing`, `.newerSchema`, `.foreign`, `.notADatabase`, `.networkFileSystem` without having
  ///   written; `.corrupt` when the check after an unclean stop fails.
  package init(
    opening path: String, journal: JournalMode, schemas: [Schema], createIfMissing: Bool
  ) throws(StorageError) {
    // A bare name could be one of SQLite's own, such as ":memory:".
    let path = path.contains("/") ? path : "./" + path
    guard Set(schemas.map(\.owner)).count == schemas.count else { throw .refused("an owner is there twice") }
    if let kind = try networkFileSystem(at: folder(of: path)) {
      throw .networkFileSystem(path: path, kind: kind)
    }

    let stoppedUncleanly = fileExists(path + "-wal") || fileExists(path + "-journal")
    if !fileExists(path) {
      guard createIfMissing else { throw .missing(path) }
      guard !stoppedUncleanly else { throw .corrupt(path: path, detail: "only its journal is left") }
      do throws(StorageError) { try createPrivateFile(path) } catch .exists {
        // Another process was quicker; both find the same file.
      }
    }

    connection = try Connection(opening: path)
    let state = try connection.readStateAtOnce(knowing: schemas)
    if case .empty = state, !createIfMissing { throw .missing(path) }
    if stoppedUncleanly { try quickCheck() }
    try setJournal(journal)
    try connection.migrate(schemas, from: state)
  }

  /// Runs a statement that returns no rows.
  package func run(_ sql: StaticString, _ values: [SQLValue] = []) throws(StorageError) {
    let before = connection.totalChanges
    changes = 0
    try connection.withStatement(sql, values) { statement throws(StorageError) in
      guard !statement.returnsRows else { throw .refused("it returns rows") }
      _ = try connection.step(statement)
    }
    // A statement that changes nothing leaves the count of the one before.
    changes = connection.totalChanges == before ? 0 : Int(clamping: connection.lastChanges)
  }

  /// Runs `body` in one transaction: all its changes or, when anything throws, none. Does not nest.
  package func transaction<Value>(_ body: () throws -> Value) throws -> Value {
    try connection.begin(writing: true)
    do {
      let value = try body()
      try connection.commit()
      return value
    } catch {
      connection.rollBack()
      throw error
    }
  }

  /// A number that differs from an earlier one when another connection has committed since.
  package func dataVersion() throws(StorageError) -> Int64 {
    guard
      let version = try first("PRAGMA data_version", [], { row throws(StorageError) in try row.integer(0) })
    else { throw .refused("no row") }
    return version
  }

  /// Reads every page and throws `.corrupt` when they contradict each other; indices are not compared.
  package func quickCheck() throws(StorageError) {
    try requireOK(
      try rows("PRAGMA quick_check(1)", []) { row throws(StorageError) in try row.text(0) })
  }

  /// As `quickCheck`, and compares every index with its table.
  package func integrityCheck() throws(StorageError) {
    try requireOK(
      try rows("PRAGMA integrity_check(1)", []) { row throws(StorageError) in try row.text(0) })
  }

  private func requireOK(_ findings: [String]) throws(StorageError) {
    guard findings == ["ok"] else {
      throw connection.fail(.corrupt(path: connection.path, detail: findings.first ?? "no finding"))
    }
  }

  /// Writes a consistent, compact copy to a path that must be free. The copy appears whole or not at all.
  package func backup(to path: String) throws(StorageError) {
    guard !fileExists(path) else { throw .exists(path) }
    let partial = path + ".partial"
    // What a backup that was interrupted left.
    removeFile(partial)
    try createPrivateFile(partial)
    do throws(StorageError) {
      try run("VACUUM INTO ?1", [.text(partial)])
      // SQLite does not sync the copy in every version that this program meets.
      try synchronizeFile(partial)
      try moveFile(partial, toFree: path)
    } catch {
      removeFile(partial)
      throw error
    }
    try synchronizeFolder(of: path)
  }

  private func setJournal(_ journal: JournalMode) throws(StorageError) {
    let mode: String?
    let wanted: String
    let read: (borrowing Row) throws(StorageError) -> String = { row throws(StorageError) in try row.text(0) }
    switch journal {
    case .writeAhead:
      wanted = "wal"
      mode = try first("PRAGMA journal_mode = WAL", [], read)
    case .rollback:
      wanted = "delete"
      mode = try first("PRAGMA journal_mode = DELETE", [], read)
    }
    guard mode == wanted else { throw .refused("the journal mode stays \(mode ?? "unknown")") }
  }
}
