import Storage
import TestSupport

/// Two tables that most tests need.
let items = Schema(
  owner: "items",
  steps: [
    """
    CREATE TABLE item (id INTEGER PRIMARY KEY, label TEXT, body BLOB) STRICT;
    CREATE TABLE part (item INTEGER NOT NULL REFERENCES item (id)) STRICT;
    """
  ])

func openStore(
  _ path: String, journal: JournalMode = .rollback, schemas: [Schema] = [items], createIfMissing: Bool = true
) throws(StorageError) -> Database {
  try Database(opening: path, journal: journal, schemas: schemas, createIfMissing: createIfMissing)
}

func withStore(journal: JournalMode = .rollback, _ body: (Database) throws -> Void) throws {
  try withTemporaryDirectory { try body(try openStore($0 + "/store", journal: journal)) }
}

func itemIDs(_ database: Database) throws(StorageError) -> [Int64] {
  try database.rows("SELECT id FROM item ORDER BY id") { row throws(StorageError) in try row.integer(0) }
}
