import Storage
import TestSupport
import Testing

@Suite struct TransactionTests {
  private enum Stop: Error { case now }

  @Test(arguments: [JournalMode.writeAhead, .rollback])
  func aTransactionThatEndsIsKept(journal: JournalMode) throws {
    try withTemporaryDirectory { folder in
      let result = try openStore(folder + "/store", journal: journal).insertInTransaction([1, 2])
      #expect(result == 2)
      #expect(try itemIDs(try openStore(folder + "/store", journal: journal)) == [1, 2])
    }
  }

  @Test(arguments: [JournalMode.writeAhead, .rollback])
  func aTransactionThatThrowsLeavesNothing(journal: JournalMode) throws {
    try withStore(journal: journal) { database throws in
      #expect(throws: Stop.self) {
        try database.transaction {
          try database.run("INSERT INTO item (id) VALUES (1)")
          throw Stop.now
        }
      }
      #expect(try itemIDs(database) == [])
      // The next one is not hindered by it.
      #expect(try database.insertInTransaction([2]) == 1)
    }
  }

  @Test func aDeferredConstraintFailsTheCommitAndLeavesNothing() throws {
    try withStore { database throws in
      #expect(throws: StorageError.constraint("FOREIGN KEY constraint failed")) {
        try database.transaction {
          _ = try database.rows("PRAGMA defer_foreign_keys = ON") { _ in }
          try database.run("INSERT INTO item (id) VALUES (1)")
          try database.run("INSERT INTO part (item) VALUES (2)")
        }
      }
      #expect(try itemIDs(database) == [])
      #expect(try database.insertInTransaction([2]) == 1)
    }
  }

  @Test func transactionsDoNotNest() throws {
    try withStore { database throws in
      #expect(throws: StorageError.refused("transactions do not nest")) {
        try database.transaction { try database.transaction {} }
      }
      #expect(try database.insertInTransaction([2]) == 1)
    }
  }

  @Test func nothingRunsAfterATransactionHasEndedInsideItsBody() throws {
    try withStore { database throws in
      #expect(throws: StorageError.refused("the transaction has ended before its body")) {
        try database.transaction {
          // The statement rolls the transaction back by itself; the body swallows that.
          try database.run("INSERT INTO item (id) VALUES (1)")
          try? database.run("INSERT OR ROLLBACK INTO item (id) VALUES (1)")
          try database.run("INSERT INTO item (id) VALUES (2)")
        }
      }
      #expect(try itemIDs(database) == [])
    }
  }

  @Test func aWriterThatWaitsTooLongIsToldSo() throws {
    try withTemporaryDirectory { folder in
      let first = try openStore(folder + "/store")
      let second = try openStore(folder + "/store")
      _ = try second.rows("PRAGMA busy_timeout = 20") { _ in }
      _ = try first.transaction {
        #expect(throws: StorageError.busy) { try second.insertInTransaction([1]) }
      }
      #expect(try second.insertInTransaction([1]) == 1)
    }
  }

  @Test(arguments: [JournalMode.writeAhead, .rollback])
  func aFullDatabaseRollsBackAndStaysUsable(journal: JournalMode) throws {
    try withStore(journal: journal) { database throws in
      try database.insertInTransaction([1])
      _ = try database.rows("PRAGMA max_page_count = 12") { _ in }
      let error = #expect(throws: StorageError.full) {
        try database.transaction {
          for id in 2...100 { try database.insert(Int64(id), bytes: 4000) }
        }
      }
      #expect(error?.isOutOfSpace == true)
      #expect(try itemIDs(database) == [1])
      try database.insertInTransaction([2])
      #expect(try itemIDs(database) == [1, 2])
      try database.integrityCheck()
    }
  }
}

extension Database {
  @discardableResult
  func insertInTransaction(_ ids: [Int64]) throws -> Int {
    try transaction {
      for id in ids { try insert(id, bytes: 1) }
      return ids.count
    }
  }

  func insert(_ id: Int64, bytes: Int) throws(StorageError) {
    try run(
      "INSERT INTO item (id, body) VALUES (?, ?)",
      [.integer(id), .blob(Array(repeating: 1, count: bytes))])
  }
}
