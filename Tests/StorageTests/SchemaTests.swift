import Storage
import TestSupport
import Testing

@Suite struct SchemaTests {
  private let first = "CREATE TABLE account (id INTEGER PRIMARY KEY) STRICT"
  private let second = "ALTER TABLE account ADD COLUMN name TEXT"

  @Test func stepsThatAreMissingAreApplied() throws {
    try withTemporaryDirectory { (folder) throws -> Void in
      let path = folder + "/store"
      let old = try openStore(path, schemas: [Schema(owner: "accounts", steps: [first])])
      try old.run("INSERT INTO account (id) VALUES (1)")
      let new = try openStore(path, schemas: [Schema(owner: "accounts", steps: [first, second])])
      try new.run("UPDATE account SET name = 'a'")
      #expect(new.changes == 1)
    }
  }

  @Test func tablesOfANewerVersionAreLeftAlone() throws {
    try withTemporaryDirectory { (folder) throws -> Void in
      let path = folder + "/store"
      _ = try openStore(path, schemas: [Schema(owner: "accounts", steps: [first, second])])
      let before = try fileBytes(path)
      #expect(throws: StorageError.newerSchema(owner: "accounts", found: 2, known: 1)) {
        try openStore(path, schemas: [items, Schema(owner: "accounts", steps: [first])])
      }
      #expect(try fileBytes(path) == before)
    }
  }

  @Test(.enabled(if: OtherProgram.path("sqlite3") != nil))
  func aNewerFormatIsLeftAlone() throws {
    try withTemporaryDirectory { (folder) throws -> Void in
      let path = folder + "/store"
      _ = try openStore(path)
      #expect(try OtherProgram.run("sqlite3", [path, "PRAGMA user_version = 2"]).status == 0)
      let before = try fileBytes(path)
      #expect(throws: StorageError.newerSchema(owner: "storage", found: 2, known: 1)) { try openStore(path) }
      #expect(try fileBytes(path) == before)
    }
  }

  @Test func aStepThatFailsLeavesNothingOfAnyOwner() throws {
    try withTemporaryDirectory { (folder) throws -> Void in
      let path = folder + "/store"
      _ = try openStore(path)
      let before = try fileBytes(path)
      let broken = Schema(
        owner: "broken", steps: ["CREATE TABLE a (id INTEGER) STRICT", "CREATE TABLE item (x)"])
      #expect(throws: StorageError.refused("table item already exists")) {
        try openStore(path, schemas: [items, Schema(owner: "accounts", steps: [first]), broken])
      }
      #expect(try fileBytes(path) == before)
      // And the owner that was in order can be added afterwards.
      _ = try openStore(path, schemas: [items, Schema(owner: "accounts", steps: [first])])
    }
  }

  @Test func aNewFileWhoseFirstStepFailsStaysUninitialised() throws {
    try withTemporaryDirectory { (folder) throws -> Void in
      let path = folder + "/store"
      #expect(throws: StorageError.self) {
        try openStore(
          path, schemas: [Schema(owner: "broken", steps: ["CREATE TABLE a (id NONSENSE) STRICT"])])
      }
      #expect(throws: StorageError.missing(path)) { try openStore(path, createIfMissing: false) }
    }
  }

  @Test func aStepThatEndsTheTransactionIsRefused() throws {
    try withTemporaryDirectory { (folder) throws -> Void in
      #expect(throws: StorageError.refused("the transaction has ended before its body")) {
        try openStore(folder + "/store", schemas: [Schema(owner: "bold", steps: ["COMMIT"])])
      }
    }
  }

  @Test func ownersCountForThemselves() throws {
    try withTemporaryDirectory { (folder) throws -> Void in
      let path = folder + "/store"
      _ = try openStore(path, schemas: [items])
      _ = try openStore(path, schemas: [Schema(owner: "accounts", steps: [first, second])])
      let both = try openStore(path, schemas: [items, Schema(owner: "accounts", steps: [first, second])])
      let versions = try both.rows("SELECT owner, version FROM storage_schema ORDER BY owner") { row in
        "\(try row.text(0)) \(try row.integer(1))"
      }
      #expect(versions == ["accounts 2", "items 1"])
    }
  }

  @Test func anOwnerIsThereOnce() throws {
    try withTemporaryDirectory { (folder) throws -> Void in
      #expect(throws: StorageError.refused("an owner is there twice")) {
        try openStore(folder + "/store", schemas: [items, items])
      }
      #expect(try folderNames(folder) == [])
    }
  }
}
