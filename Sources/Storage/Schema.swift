/// The tables of one owner, as steps forward. Step n brings version n-1 to version n.
///
/// Several owners share one file; each counts for itself. A step that was shipped is never edited. Tables are
/// STRICT and carry their own checks. A step neither begins nor ends a transaction.
package struct Schema: Sendable {
  let owner: String
  let steps: [String]

  /// The tables of `owner`; each step is a script.
  package init(owner: String, steps: [String]) {
    self.owner = owner
    self.steps = steps
  }
}

/// What a file says about itself.
enum FileState {
  /// No table and no mark: new, or its making was interrupted.
  case empty
  /// Ours, with the version of each owner's tables.
  case initialised([String: Int])
}

extension Connection {
  /// "EQPS", so that `file` and this program recognise the file.
  private static let applicationID: Int64 = 0x4551_5053
  /// The format of `storage_schema`, kept in `user_version`.
  private static let format: Int64 = 1

  /// Reads the marks of the file, and refuses one of another program or of a newer version of this one.
  func readState(knowing schemas: [Schema]) throws(StorageError) -> FileState {
    let applicationID = try integer("PRAGMA application_id")
    let format = try integer("PRAGMA user_version")
    if applicationID == 0, format == 0, try integer("SELECT count(*) FROM sqlite_schema") == 0 {
      return .empty
    }
    guard applicationID == Self.applicationID else { throw .foreign(path: path) }
    guard format == Self.format else {
      throw .newerSchema(owner: "storage", found: Int(clamping: format), known: Int(Self.format))
    }
    var versions: [String: Int] = [:]
    try withStatement("SELECT owner, version FROM storage_schema", []) { statement throws(StorageError) in
      while try step(statement) {
        let (owner, version) = try statement.withRow { row throws(StorageError) in
          (try row.text(0), try row.integer(1))
        }
        versions[owner] = Int(clamping: version)
      }
    }
    for schema in schemas {
      let found = versions[schema.owner] ?? 0
      guard found <= schema.steps.count else {
        throw .newerSchema(owner: schema.owner, found: found, known: schema.steps.count)
      }
    }
    return .initialised(versions)
  }

  /// As `readState`, of one moment although another process may be writing.
  func readStateAtOnce(knowing schemas: [Schema]) throws(StorageError) -> FileState {
    try begin(writing: false)
    do throws(StorageError) {
      let state = try readState(knowing: schemas)
      try commit()
      return state
    } catch {
      rollBack()
      throw error
    }
  }

  /// Brings the tables of all owners to their last version in one transaction: all steps or none.
  func migrate(_ schemas: [Schema], from state: FileState) throws(StorageError) {
    if case .initialised(let versions) = state,
      schemas.allSatisfy({ versions[$0.owner] ?? 0 == $0.steps.count })
    {
      return
    }
    try begin(writing: true)
    do throws(StorageError) {
      // Another process may have been here between the first look and the lock.
      try applySteps(of: schemas, from: try readState(knowing: schemas))
      try commit()
    } catch {
      rollBack()
      throw error
    }
  }

  private func applySteps(of schemas: [Schema], from state: FileState) throws(StorageError) {
    var versions: [String: Int] = [:]
    switch state {
    case .initialised(let found): versions = found
    case .empty:
      try execute(
        """
        PRAGMA application_id = \(Self.applicationID);
        PRAGMA user_version = \(Self.format);
        CREATE TABLE storage_schema (
          owner TEXT PRIMARY KEY NOT NULL, version INTEGER NOT NULL CHECK (version >= 0)
        ) STRICT;
        """)
    }
    for schema in schemas {
      for script in schema.steps.dropFirst(versions[schema.owner] ?? 0) { try execute(script) }
      versions[schema.owner] = schema.steps.count
      try withStatement(
        """
        INSERT INTO storage_schema (owner, version) VALUES (?1, ?2)
        ON CONFLICT (owner) DO UPDATE SET version = excluded.version
        """, [.text(schema.owner), .integer(Int64(schema.steps.count))]
      ) { statement throws(StorageError) in _ = try step(statement) }
    }
  }

  private func integer(_ sql: StaticString) throws(StorageError) -> Int64 {
    try withStatement(sql, []) { statement throws(StorageError) in
      guard try step(statement) else { throw .refused("no row") }
      return try statement.withRow { row throws(StorageError) in try row.integer(0) }
    }
  }
}
