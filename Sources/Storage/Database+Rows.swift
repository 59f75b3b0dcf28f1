extension Database {
  /// Runs a statement and reads all its rows.
  package func rows<Value>(
    _ sql: StaticString, _ values: [SQLValue] = [],
    _ read: (borrowing Row) throws(StorageError) -> Value
  ) throws(StorageError) -> [Value] {
    var result: [Value] = []
    try forEachRow(sql, values) { row throws(StorageError) in
      result.append(try read(row))
      return true
    }
    return result
  }

  /// Runs a statement and reads its first row, or nil when it has none.
  package func first<Value>(
    _ sql: StaticString, _ values: [SQLValue] = [],
    _ read: (borrowing Row) throws(StorageError) -> Value
  ) throws(StorageError) -> Value? {
    var result: Value?
    try forEachRow(sql, values) { row throws(StorageError) in
      result = try read(row)
      return false
    }
    return result
  }

  /// As the typed `rows`, for a reader that also throws errors of its own. Reading ends at its first error.
  package func rows<Value>(
    _ sql: StaticString, _ values: [SQLValue] = [], _ read: (borrowing Row) throws -> Value
  ) throws -> [Value] {
    var result: [Value] = []
    var failure: (any Error)?
    try forEachRow(sql, values) { row throws(StorageError) in
      do { result.append(try read(row)) } catch { failure = error }
      return failure == nil
    }
    if let failure { throw failure }
    return result
  }

  /// As the typed `first`, for a reader that also throws errors of its own.
  package func first<Value>(
    _ sql: StaticString, _ values: [SQLValue] = [], _ read: (borrowing Row) throws -> Value
  ) throws -> Value? {
    var result: Value?
    var failure: (any Error)?
    try forEachRow(sql, values) { row throws(StorageError) in
      do { result = try read(row) } catch { failure = error }
      return false
    }
    if let failure { throw failure }
    return result
  }

  /// Lends row after row until `body` returns false.
  private func forEachRow(
    _ sql: StaticString, _ values: [SQLValue], _ body: (borrowing Row) throws(StorageError) -> Bool
  ) throws(StorageError) {
    try connection.withStatement(sql, values) { statement throws(StorageError) in
      while try connection.step(statement) {
        guard try statement.withRow(body) else {
          // One that writes commits in its last step, and must be seen to do so.
          if !statement.isReadOnly { while try connection.step(statement) {} }
          return
        }
      }
    }
  }
}
