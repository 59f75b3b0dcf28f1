internal import CSQLite

/// Why a query over another program's file gave no result. No case carries a stored value.
package enum QueryError: Error, Equatable {
  /// The file cannot be opened.
  case cannotOpen(reason: String)
  /// The file is not an SQLite database, or its pages contradict each other.
  case damaged
  /// A journal with content lies beside the file: a program has not finished with it.
  case unfinished(journal: String)
  /// The statement is not one that may run here; the text is SQLite's message on the statement, or ours.
  case refused(String)
  /// The query gave no row for too long.
  case tooSlow(seconds: Int)
  /// A value, or a row on its way, is larger than the limit.
  case tooLarge(bytes: Int)
  /// The query failed while it ran; the text names the kind of failure.
  case failed(String)
}

extension QueryError {
  /// The error behind an extended result code, met while a statement ran. SQLite's own message is left out: some
  /// functions put a value into theirs.
  init(running code: Int32, largest: Int, seconds: Int) {
    switch code & 0xFF {
    case SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_FORMAT: self = .damaged
    case SQLITE_CANTOPEN: self = .cannotOpen(reason: "the system refuses it")
    case SQLITE_TOOBIG: self = .tooLarge(bytes: largest)
    case SQLITE_INTERRUPT: self = .tooSlow(seconds: seconds)
    default: self = .failed(sqlite3_errstr(code).map { String(cString: $0) } ?? "code \(code)")
    }
  }
}
