internal import CSQLite
internal import Glibc

/// One query over an SQLite file of another program. Nothing is written to the file or beside it.
///
/// The file is opened as one that nobody changes: no lock is taken, and whoever uses this has to see to it that
/// the file was the same before and after. Not Sendable: used from one place at a time.
package final class ForeignQuery {
  /// The largest value, and the largest row on its way through a sort.
  package static let largestValue = 1 << 20

  /// The names of the columns.
  package let columns: [String]

  private let handle: OpaquePointer  // <sqlite3>
  private let statement: OpaquePointer  // <sqlite3_stmt>
  private let guardian: QueryGuard
  private let longestStep: Int

  /// What stands in a column of the current row.
  package enum Kind {
    case null
    case integer(Int64)
    case real(Double)
    case text
    case blob
  }

  /// Opens the file and compiles the query.
  ///
  /// - Parameter longestStep: the most seconds until the next row.
  /// - Throws: `QueryError`.
  package init(_ query: String, of path: String, longestStep: Int = 600) throws(QueryError) {
    for journal in ["-wal", "-journal"] where (sizeOfFile(path + journal) ?? 0) > 0 {
      throw .unfinished(journal: path + journal)
    }
    guardian = QueryGuard(longestStep: longestStep)
    self.longestStep = longestStep
    let handle = try openForeignFile(path)
    do throws(QueryError) {
      try configure(handle)
      guardian.watch(handle)
      statement = try prepare(query, on: handle, guardian)
    } catch {
      sqlite3_close(handle)
      throw error
    }
    self.handle = handle
    var columns: [String] = []
    for column in 0..<sqlite3_column_count(statement) {
      columns.append(sqlite3_column_name(statement, column).map { String(cString: $0) } ?? "")
    }
    self.columns = columns
  }

  deinit {
    // A connection is closed only when its statements are gone.
    sqlite3_finalize(statement)
    sqlite3_close(handle)
  }

  /// Runs to the next row; false at the end.
  ///
  /// - Throws: `QueryError`.
  package func step() throws(QueryError) -> Bool {
    guardian.beginStep()
    let code = sqlite3_step(statement)
    if code == SQLITE_ROW { return true }
    guard code == SQLITE_DONE else {
      throw QueryError(running: code, largest: Self.largestValue, seconds: longestStep)
    }
    return false
  }

  /// What stands in a column of the current row; columns count from 0.
  package func kind(of column: Int) -> Kind {
    let column = Int32(column)
    switch sqlite3_column_type(statement, column) {
    case SQLITE_INTEGER: return .integer(sqlite3_column_int64(statement, column))
    case SQLITE_FLOAT: return .real(sqlite3_column_double(statement, column))
    case SQLITE_TEXT: return .text
    case SQLITE_BLOB: return .blob
    default: return .null
    }
  }

  /// Lends the bytes of a text, in UTF-8 if the file has them valid.
  package func withText<Value>(
    of column: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Value
  ) throws(QueryError) -> Value {
    // The manual: call sqlite3_column_text() first, then sqlite3_column_bytes() for the size of that result.
    guard let start = sqlite3_column_text(statement, Int32(column)) else { throw .failed("out of memory") }
    return body(UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, Int32(column)))))
  }
}

private func openForeignFile(_ path: String) throws(QueryError) -> OpaquePointer {
  guard let files = ClocklessFiles.name else { throw .failed("SQLite takes no other way to files") }
  var opened: OpaquePointer?
  let flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_URI
  // The manual on `immutable`: "SQLite opens the database file read-only and avoids all locking and change
  // detection". It also needs no WAL index, so a file in that mode opens without one.
  let code = sqlite3_open_v2("\(uri(of: path))?mode=ro&immutable=1", &opened, flags, files)
  guard let opened else { throw .failed("out of memory") }
  guard code == SQLITE_OK else {
    sqlite3_close(opened)
    throw QueryError(running: code, largest: ForeignQuery.largestValue, seconds: 0)
  }
  return opened
}

/// A path as SQLite's `file:` address, in which `?`, `#` and `%` mean something.
private func uri(of path: String) -> String {
  var text = path.hasPrefix("/") ? "file://" : "file:./"
  for scalar in path.unicodeScalars {
    switch scalar {
    case "?": text += "%3f"
    case "#": text += "%23"
    case "%": text += "%25"
    default: text.unicodeScalars.append(scalar)
    }
  }
  return text
}

private func configure(_ handle: OpaquePointer) throws(QueryError) {
  let switches: [(option: Int32, on: Int32)] = [
    (SQLITE_DBCONFIG_DEFENSIVE, 1), (SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0), (SQLITE_DBCONFIG_DQS_DDL, 0),
    (SQLITE_DBCONFIG_DQS_DML, 0), (SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0),
    (SQLITE_DBCONFIG_ENABLE_TRIGGER, 0),
  ]
  for (option, on) in switches where CSQLite_db_config_switch(handle, option, on) != SQLITE_OK {
    throw .failed("SQLite does not take a setting")
  }
  let limits: [(kind: Int32, most: Int)] = [
    (SQLITE_LIMIT_LENGTH, ForeignQuery.largestValue), (SQLITE_LIMIT_ATTACHED, 0),
    (SQLITE_LIMIT_WORKER_THREADS, 0), (SQLITE_LIMIT_COLUMN, 2000),
  ]
  for (kind, most) in limits { sqlite3_limit(handle, kind, Int32(clamping: most)) }
  // 16 MiB of pages; what a sort needs beyond goes to a file that has no name. No memory map: a file that is cut
  // short meanwhile would end the process.
  let settings =
    "PRAGMA cache_size = -16384; PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0; PRAGMA temp_store = FILE"
  let code = sqlite3_exec(handle, settings, nil, nil, nil)
  guard code == SQLITE_OK else {
    throw QueryError(running: code, largest: ForeignQuery.largestValue, seconds: 0)
  }
}

private func prepare(
  _ query: String, on handle: OpaquePointer, _ guardian: QueryGuard
) throws(QueryError) -> OpaquePointer {
  guard !query.utf8.contains(0) else { throw .refused("it contains a NUL") }
  if let reason = QueryGuard.reasonAgainst(text: query) { throw .refused(reason) }
  var statement: OpaquePointer?
  // What follows the first statement may be a comment, and nothing else.
  var rest: OpaquePointer?
  let code = query.withCString { text in
    var tail: UnsafePointer<CChar>?
    let code = sqlite3_prepare_v2(handle, text, -1, &statement, &tail)
    guard code == SQLITE_OK, let tail else { return code }
    return sqlite3_prepare_v2(handle, tail, -1, &rest, nil)
  }
  let hasRest = rest != nil
  sqlite3_finalize(rest)
  do throws(QueryError) {
    if hasRest { throw .refused("it is more than one statement") }
    guard code == SQLITE_OK else {
      switch code & 0xFF {
      case SQLITE_ERROR, SQLITE_AUTH:
        // On a statement that did not run, SQLite's message is about its text and the names in the schema.
        let message = sqlite3_errmsg(handle).map { String(cString: $0) } ?? "no message"
        throw .refused(guardian.refusal ?? message)
      default: throw QueryError(running: code, largest: ForeignQuery.largestValue, seconds: 0)
      }
    }
    guard let statement else { throw .refused("it is empty") }
    guard sqlite3_stmt_readonly(statement) != 0, sqlite3_column_count(statement) > 0,
      sqlite3_stmt_isexplain(statement) == 0
    else { throw .refused("it is no SELECT") }
    guard sqlite3_bind_parameter_count(statement) == 0 else { throw .refused("it has parameters") }
    return statement
  } catch {
    sqlite3_finalize(statement)
    throw error
  }
}

private func sizeOfFile(_ path: String) -> Int? {
  var status = stat()
  return stat(path, &status) == 0 ? Int(status.st_size) : nil
}
