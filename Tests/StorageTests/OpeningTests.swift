import Foundation
import Storage
import TestSupport
import Testing

@Suite struct OpeningTests {
  @Test func aMissingFileIsNotMadeSilently() throws {
    try withTemporaryDirectory { (folder) throws -> Void in
      let path = folder + "/store"
      #expect(throws: StorageError.missing(path)) { try openStore(path, createIfMissing: false) }
      #expect(try folderNames(folder) == [])
      _ = try openStore(path)
      _ = try openStore(path, createIfMissing: false)
    }
  }

  @Test func aFileThatWasNeverInitialisedCountsAsMissing() throws {
    try withTemporaryDirectory { (folder) throws -> Void in
      let path = folder + "/store"
      try write([], to: path)
      #expect(throws: StorageError.missing(path)) { try openStore(path, createIfMissing: false) }
      #expect(try fileBytes(path) == [])
      _ = try openStore(path)
    }
  }

  @Test func aJournalWithoutItsDatabaseIsNotApplied() throws {
    try withTemporaryDirectory { (folder) throws -> Void in
      let path = folder + "/store"
      try write([1, 2, 3], to: path + "-journal")
      #expect(throws: StorageError.corrupt(path: path, detail: "only its journal is left")) {
        try openStore(path)
      }
      #expect(try folderNames(folder) == ["store-journal"])
    }
  }

  @Test(arguments: [JournalMode.writeAhead, .rollback])
  func filesAreForTheirOwnerOnly(journal: JournalMode) throws {
    try withTemporaryDirectory { (folder) throws -> Void in
      let database = try openStore(folder + "/store", journal: journal)
      try database.transaction {
        try database.run("INSERT INTO item (id) VALUES (1)")
        let names = try folderNames(folder)
        #expect(names.count == (journal == .writeAhead ? 3 : 2))
        for name in names {
          let mode = try FileManager.default.attributesOfItem(atPath: folder + "/" + name)[.posixPermissions]
          #expect(mode as? Int == 0o600, "\(name)")
        }
      }
    }
  }

  @Test func closingLeavesOneFile() throws {
    try withTemporaryDirectory { (folder) throws -> Void in
      try openStore(folder + "/store", journal: .writeAhead).insertInTransaction([1])
      #expect(try folderNames(folder) == ["store"])
    }
  }

  @Test func aFileThatIsNoDatabaseIsNamedAndLeftAlone() throws {
    try withTemporaryDirectory { (folder) throws -> Void in
      let path = folder + "/store"
      let text = Array(repeating: UInt8(ascii: "x"), count: 5000)
      try write(text, to: path)
      #expect(throws: StorageError.notADatabase(path: path)) { try openStore(path) }
      #expect(try fileBytes(path) == text)
    }
  }

  @Test(.enabled(if: OtherProgram.path("sqlite3") != nil))
  func aDatabaseOfAnotherProgramIsLeftAlone() throws {
    try withTemporaryDirectory { (folder) throws -> Void in
      let path = folder + "/store"
      for script in ["CREATE TABLE t (a)", "PRAGMA application_id = 7"] {
        #expect(try OtherProgram.run("sqlite3", [path, script]).status == 0)
        let before = try fileBytes(path)
        #expect(throws: StorageError.foreign(path: path)) { try openStore(path) }
        #expect(try fileBytes(path) == before)
      }
    }
  }

  @Test func aNameOfSQLiteIsOnlyAFileName() throws {
    #expect(throws: StorageError.missing("./:memory:")) { try openStore(":memory:", createIfMissing: false) }
    #expect(throws: StorageError.cannotOpen(path: "./", reason: "Is a directory")) {
      try openStore("", createIfMissing: false)
    }
  }

  @Test func aFolderThatIsNotThereIsNamed() throws {
    let error = #expect(throws: StorageError.self) { try openStore("/nonexistent/store") }
    #expect(error == .cannotOpen(path: "/nonexistent", reason: "No such file or directory"))
  }

  @Test(.enabled(if: OtherProgram.path("sqlite3") != nil), arguments: [JournalMode.writeAhead, .rollback])
  func anotherToolFindsTheFileInOrder(journal: JournalMode) throws {
    try withTemporaryDirectory { (folder) throws -> Void in
      let database = try openStore(folder + "/store", journal: journal)
      try database.insertInTransaction(Array(1...500))
      let script = """
        PRAGMA integrity_check; PRAGMA foreign_key_check; SELECT count(*) FROM item;
        SELECT printf('%x', application_id) FROM pragma_application_id; PRAGMA journal_mode;
        """
      let result = try OtherProgram.run("sqlite3", [folder + "/store", script])
      #expect(result.output == "ok\n500\n45515053\n\(journal == .writeAhead ? "wal" : "delete")\n")
    }
  }

  @Test func aPageThatWasOverwrittenIsNamedCorruptAndEndsTheConnection() throws {
    try withTemporaryDirectory { (folder) throws -> Void in
      let path = folder + "/store"
      try openStore(path).insertInTransaction(Array(1...2000))
      var bytes = try fileBytes(path)
      // All pages but the first three: the header and the roots stay, the leaves do not.
      for index in (3 * 4096)..<bytes.count { bytes[index] = 0xa5 }
      try write(bytes, to: path)
      let database = try openStore(path)
      let error = try #require(throws: StorageError.self) { try database.quickCheck() }
      guard case .corrupt(path, _) = error else { throw Unexpected(error: error) }
      #expect(throws: error) { try itemIDs(database) }
      #expect(throws: error) { try database.insertInTransaction([9999]) }
    }
  }

  @Test func afterAnUncleanStopTheFileIsChecked() throws {
    try withTemporaryDirectory { (folder) throws -> Void in
      let path = folder + "/store"
      try openStore(path, journal: .writeAhead).insertInTransaction(Array(1...2000))
      var bytes = try fileBytes(path)
      for index in (3 * 4096)..<bytes.count { bytes[index] = 0xa5 }
      try write(bytes, to: path)
      // Without the log, opening reads only the first pages.
      _ = try openStore(path, journal: .writeAhead)
      try write([], to: path + "-wal")
      let error = #expect(throws: StorageError.self) { try openStore(path, journal: .writeAhead) }
      guard case .corrupt(path, _) = error else { throw Unexpected(error: error) }
    }
  }

  private struct Unexpected: Error { let error: StorageError? }
}

func write(_ bytes: [UInt8], to path: String) throws {
  try Data(bytes).write(to: URL(fileURLWithPath: path))
}
