internal import CSQLite

/// One connection to an SQLite file, with its settings, its statements and its fate.
///
/// After an error that `endsTheConnection` every later call throws that error again.
final class Connection {
  let path: String
  private let handle: OpaquePointer  // <sqlite3>
  private var statements: [StatementKey: Statement] = [:]
  private var failure: StorageError?
  /// Between `begin` and `commit` or `rollBack`. SQLite ends a transaction by itself on some errors; without this
  /// flag, whoever swallowed the error would go on outside of it, statement by statement.
  private(set) var isInTransaction = false

  /// Opens a file that exists.
  init(opening path: String) throws(StorageError) {
    var opened: OpaquePointer?
    // No mutex: a connection is used from one place at a time. No URI: a path is only a path.
    let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
    let code = sqlite3_open_v2(path, &opened, flags, nil)
    guard let opened else { throw .outOfMemory }
    guard code == SQLITE_OK else {
      let error = StorageError(
        code: code, systemError: sqlite3_system_errno(opened), message: Self.message(of: opened), path: path)
      // The manual: whether or not an error occurs, the handle should be released by sqlite3_close().
      sqlite3_close(opened)
      throw error
    }
    self.path = path
    handle = opened
    try configure()
  }

  deinit {
    statements.removeAll()
    if failure != nil {
      // A checkpoint would sync again what may be lost, and call it stored.
      _ = CSQLite_db_config_switch(handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
    }
    // Rolls back an open transaction; the last connection of a WAL file also checkpoints.
    sqlite3_close(handle)
  }

  private func configure() throws(StorageError) {
    guard sqlite3_threadsafe() != 0 else { throw .refused("this SQLite library is built without threads") }
    // SQLite opens a file that it may not write for reading, without a word.
    guard sqlite3_db_readonly(handle, "main") == 0 else { throw .readOnly(path) }
    try check(sqlite3_busy_timeout(handle, 5000))
    let switches: [(option: Int32, on: Int32)] = [
      (SQLITE_DBCONFIG_DEFENSIVE, 1), (SQLITE_DBCONFIG_ENABLE_FKEY, 1), (SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0),
      (SQLITE_DBCONFIG_DQS_DDL, 0), (SQLITE_DBCONFIG_DQS_DML, 0),
      (SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0),
    ]
    for (option, on) in switches {
      try check(CSQLite_db_config_switch(handle, option, on))
    }
    // NORMAL can lose an acknowledged commit of a WAL file on power loss.
    try execute("PRAGMA synchronous = FULL; PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0")
  }

  // MARK: Statements

  /// Lends a statement with its parameters bound, and resets it afterwards.
  func withStatement<Value>(
    _ sql: StaticString, _ values: [SQLValue], _ body: (Statement) throws(StorageError) -> Value
  ) throws(StorageError) -> Value {
    try requireUsable()
    let statement = try statement(for: sql)
    defer { statement.reset() }
    try check(try statement.bind(values))
    return try body(statement)
  }

  /// Runs to the next row; false at the end.
  func step(_ statement: Statement) throws(StorageError) -> Bool {
    let code = statement.step()
    if code == SQLITE_ROW { return true }
    guard code == SQLITE_DONE else { throw note(code) }
    return false
  }

  /// Runs a script, which may hold several statements. Rows are dropped.
  func execute(_ script: String) throws(StorageError) {
    try requireUsable()
    try check(sqlite3_exec(handle, script, nil, nil, nil))
  }

  private func statement(for sql: StaticString) throws(StorageError) -> Statement {
    let key = StatementKey(sql)
    if let cached = statements[key] {
      return cached.isInUse ? try prepare(sql) : cached
    }
    let prepared = try prepare(sql)
    statements[key] = prepared
    return prepared
  }

  private func prepare(_ sql: StaticString) throws(StorageError) -> Statement {
    var prepared: OpaquePointer?
    var rest = 0
    let code = sql.withUTF8Buffer { text -> Int32 in
      text.withMemoryRebound(to: CChar.self) { characters -> Int32 in
        var tail: UnsafePointer<CChar>?
        let code = sqlite3_prepare_v3(
          handle, characters.baseAddress, Int32(clamping: characters.count),
          UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, &tail)
        if let tail, let start = characters.baseAddress { rest = characters.count - (tail - start) }
        return code
      }
    }
    try check(code)
    guard let prepared else { throw .refused("it is empty") }
    let statement = Statement(takingOwnershipOf: prepared)
    guard rest == 0 else { throw .refused("it has more than one part") }
    return statement
  }

  // MARK: Transactions

  /// Starts a transaction: `BEGIN`, or `BEGIN IMMEDIATE` for one that writes.
  func begin(writing: Bool) throws(StorageError) {
    guard !isInTransaction else { throw .refused("transactions do not nest") }
    try execute(writing ? "BEGIN IMMEDIATE" : "BEGIN")
    isInTransaction = true
  }

  /// Makes the transaction's changes durable. Whoever gets an error must roll back.
  func commit() throws(StorageError) {
    try execute("COMMIT")
    isInTransaction = false
  }

  /// Drops the transaction's changes, unless SQLite did already.
  func rollBack() {
    isInTransaction = false
    // On a failed connection, closing rolls back; on the others a rollback that fails makes it one.
    guard failure == nil, sqlite3_get_autocommit(handle) == 0 else { return }
    let code = sqlite3_exec(handle, "ROLLBACK", nil, nil, nil)
    guard code != SQLITE_OK else { return }
    failure = .io(path: path, detail: "rollback failed: \(note(code))")
  }

  /// Rows changed on this connection so far, with those of triggers and foreign keys.
  var totalChanges: Int64 { sqlite3_total_changes64(handle) }

  /// Rows changed by the last statement that changed any, without those of triggers and foreign keys.
  var lastChanges: Int64 { sqlite3_changes64(handle) }

  // MARK: Errors

  private func requireUsable() throws(StorageError) {
    if let failure { throw failure }
    if isInTransaction, sqlite3_get_autocommit(handle) != 0 {
      throw .refused("the transaction has ended before its body")
    }
  }

  private func check(_ code: Int32) throws(StorageError) {
    guard code == SQLITE_OK else { throw note(code) }
  }

  /// Turns a code into an error and remembers one that ends the connection.
  private func note(_ code: Int32) -> StorageError {
    let error = StorageError(
      code: code, systemError: sqlite3_system_errno(handle), message: Self.message(of: handle), path: path)
    return fail(error)
  }

  /// Remembers an error that ends the connection.
  func fail(_ error: StorageError) -> StorageError {
    if error.endsTheConnection, failure == nil { failure = error }
    return error
  }

  private static func message(of handle: OpaquePointer) -> String {
    sqlite3_errmsg(handle).map { String(cString: $0) } ?? "no message"
  }
}

/// A statement's text by its place in the program: a literal does not move.
private struct StatementKey: Hashable {
  let start: UInt
  let count: Int

  init(_ sql: StaticString) {
    if sql.hasPointerRepresentation {
      start = UInt(bitPattern: sql.utf8Start)
      count = sql.utf8CodeUnitCount
    } else {
      // A literal of a single character has no place, and no length of 0 either.
      start = UInt(sql.unicodeScalar.value)
      count = 0
    }
  }
}
