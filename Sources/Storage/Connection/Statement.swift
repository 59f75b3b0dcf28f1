internal import CSQLite

/// One prepared statement. It lives in its connection's cache, or for one call.
final class Statement {
  private let handle: OpaquePointer  // <sqlite3_stmt>

  init(takingOwnershipOf handle: OpaquePointer) { self.handle = handle }
  deinit { sqlite3_finalize(handle) }

  /// Whether it stands on a row: a call of the same statement further up has not ended.
  var isInUse: Bool { sqlite3_stmt_busy(handle) != 0 }

  /// Whether it returns rows when it runs.
  var returnsRows: Bool { sqlite3_column_count(handle) > 0 }

  /// Whether it leaves the database as it is.
  var isReadOnly: Bool { sqlite3_stmt_readonly(handle) != 0 }

  /// Binds every parameter and returns SQLite's code.
  func bind(_ values: [SQLValue]) throws(StorageError) -> Int32 {
    let expected = Int(sqlite3_bind_parameter_count(handle))
    guard expected == values.count else {
      throw .refused("it has \(expected) parameters and got \(values.count) values")
    }
    for (position, value) in values.enumerated() {
      let code = try bind(value, at: Int32(position + 1))
      guard code == SQLITE_OK else { return code }
    }
    return SQLITE_OK
  }

  private func bind(_ value: SQLValue, at index: Int32) throws(StorageError) -> Int32 {
    switch value {
    case .null: return sqlite3_bind_null(handle, index)
    case .integer(let integer): return sqlite3_bind_int64(handle, index, integer)
    case .blob(let bytes):
      return bytes.withUnsafeBytes { CSQLite_bind_blob(handle, index, $0.baseAddress, UInt64($0.count)) }
    case .text(var text):
      // SQL functions stop at a NUL, so that two texts would be equal to one and different to the other.
      guard !text.utf8.contains(0) else { throw .refused("a text contains a NUL") }
      return text.withUTF8 { CSQLite_bind_text(handle, index, $0.baseAddress, UInt64($0.count)) }
    }
  }

  /// Runs to the next row or the end and returns SQLite's code.
  func step() -> Int32 { sqlite3_step(handle) }

  /// Lends the row it stands on.
  func withRow<Value>(_ read: (borrowing Row) throws(StorageError) -> Value) throws(StorageError) -> Value {
    try read(Row(borrowing: handle))
  }

  /// Makes it ready for the next call, with no trace of the values of this one. The code that a reset repeats
  /// was returned by the step before.
  func reset() {
    sqlite3_reset(handle)
    sqlite3_clear_bindings(handle)
  }
}
