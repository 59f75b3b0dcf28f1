internal import CSQLite

/// The row a statement stands on, lent to a closure.
///
/// Columns count from 0. A value of another type, or a column that is not there, throws; nothing is converted.
package struct Row: ~Copyable {
  private let handle: OpaquePointer  // <sqlite3_stmt>

  init(borrowing handle: OpaquePointer) { self.handle = handle }

  /// The integer in a column.
  package func integer(_ column: Int) throws(StorageError) -> Int64 {
    try require(SQLITE_INTEGER, in: column)
    return sqlite3_column_int64(handle, Int32(column))
  }

  /// The text in a column, of its exact length.
  package func text(_ column: Int) throws(StorageError) -> String {
    try require(SQLITE_TEXT, in: column)
    // The manual: call sqlite3_column_text() first, then sqlite3_column_bytes() for the size of that result.
    guard let start = sqlite3_column_text(handle, Int32(column)) else { throw .outOfMemory }
    let bytes = UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, Int32(column))))
    guard !bytes.contains(0), let text = String(validating: bytes, as: UTF8.self) else {
      throw .unexpectedValue(column: name(of: column), expected: "UTF-8 text", found: "other bytes")
    }
    return text
  }

  /// The bytes in a column.
  package func blob(_ column: Int) throws(StorageError) -> [UInt8] {
    try require(SQLITE_BLOB, in: column)
    let start = sqlite3_column_blob(handle, Int32(column))
    // An empty blob has no address.
    let count = Int(sqlite3_column_bytes(handle, Int32(column)))
    guard count > 0 else { return [] }
    guard let start else { throw .outOfMemory }
    return [UInt8](UnsafeRawBufferPointer(start: start, count: count))
  }

  /// The integer in a column, or nil for NULL.
  package func optionalInteger(_ column: Int) throws(StorageError) -> Int64? {
    try isNull(column) ? nil : integer(column)
  }

  /// The text in a column, or nil for NULL.
  package func optionalText(_ column: Int) throws(StorageError) -> String? {
    try isNull(column) ? nil : text(column)
  }

  /// The bytes in a column, or nil for NULL.
  package func optionalBlob(_ column: Int) throws(StorageError) -> [UInt8]? {
    try isNull(column) ? nil : blob(column)
  }

  private func isNull(_ column: Int) throws(StorageError) -> Bool { try type(of: column) == SQLITE_NULL }

  private func require(_ expected: Int32, in column: Int) throws(StorageError) {
    let found = try type(of: column)
    guard found == expected else {
      throw .unexpectedValue(
        column: name(of: column), expected: Self.word(for: expected), found: Self.word(for: found))
    }
  }

  private func type(of column: Int) throws(StorageError) -> Int32 {
    guard column >= 0, column < Int(sqlite3_data_count(handle)) else {
      throw .unexpectedValue(column: "\(column)", expected: "a value", found: "no column")
    }
    return sqlite3_column_type(handle, Int32(column))
  }

  private func name(of column: Int) -> String {
    guard let name = sqlite3_column_name(handle, Int32(column)) else { return "\(column)" }
    return String(cString: name)
  }

  private static func word(for type: Int32) -> String {
    switch type {
    case SQLITE_INTEGER: "an integer"
    case SQLITE_TEXT: "text"
    case SQLITE_BLOB: "a blob"
    case SQLITE_FLOAT: "a real number"
    default: "null"
    }
  }
}
