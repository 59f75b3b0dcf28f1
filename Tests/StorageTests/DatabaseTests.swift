import Storage
import TestSupport
import Testing

@Suite struct DatabaseTests {
  @Test func valuesOfEveryTypeComeBackAsTheyWere() throws {
    try withStore { database throws in
      let integers: [Int64] = [0, -1, .min, .max]
      let texts = ["", "a", "Zürich", "👩‍⚕️ 'quoted' \"twice\"; DROP TABLE item"]
      let blobs: [[UInt8]] = [[], [0], [0, 255, 0], Array(repeating: 7, count: 100_000)]
      for index in 0..<4 {
        try database.run(
          "INSERT INTO item (id, label, body) VALUES (?, ?, ?)",
          [.integer(integers[index]), .text(texts[index]), .blob(blobs[index])])
        let read = try database.first(
          "SELECT id, label, body FROM item WHERE id = ?", [.integer(integers[index])]
        ) { (row) throws(StorageError) in try (row.integer(0), row.text(1), row.blob(2)) }
        let (integer, text, blob) = try #require(read)
        #expect(integer == integers[index] && text == texts[index] && blob == blobs[index])
      }
    }
  }

  @Test func nullComesBackAsNil() throws {
    try withStore { database throws in
      try database.run("INSERT INTO item (id) VALUES (1)")
      let read = try database.first("SELECT label, body, NULL, label FROM item") { row in
        try (row.optionalText(0), row.optionalBlob(1), row.optionalInteger(2))
      }
      let (text, blob, integer) = try #require(read)
      #expect(text == nil && blob == nil && integer == nil)
    }
  }

  @Test func aValueOfAnotherTypeIsNotConverted() throws {
    try withStore { database throws in
      try database.run("INSERT INTO item (id, label, body) VALUES (1, '12', x'31')")
      #expect(throws: unexpected("label", "an integer", "text")) {
        try database.rows("SELECT label FROM item") { row in try row.integer(0) }
      }
      #expect(throws: unexpected("body", "text", "a blob")) {
        try database.rows("SELECT body FROM item") { row in try row.text(0) }
      }
      #expect(throws: unexpected("id", "a blob", "an integer")) {
        try database.rows("SELECT id FROM item") { row in try row.blob(0) }
      }
      #expect(throws: unexpected("x", "an integer", "null")) {
        try database.rows("SELECT NULL AS x") { row in try row.integer(0) }
      }
      #expect(throws: unexpected("x", "an integer", "a real number")) {
        try database.rows("SELECT 1.5 AS x") { row in try row.optionalInteger(0) }
      }
      #expect(throws: unexpected("x", "UTF-8 text", "other bytes")) {
        try database.rows("SELECT CAST(x'ff' AS TEXT) AS x") { row in try row.text(0) }
      }
    }
  }

  @Test(arguments: [-1, 1, .min, .max])
  func aColumnThatIsNotThereIsAnError(column: Int) throws {
    try withStore { database throws in
      #expect(throws: unexpected("\(column)", "a value", "no column")) {
        try database.rows("SELECT 1") { row in try row.integer(column) }
      }
    }
  }

  @Test func textWithANULIsRefusedInBothDirections() throws {
    try withStore { database throws in
      #expect(throws: StorageError.refused("a text contains a NUL")) {
        try database.run("INSERT INTO item (id, label) VALUES (1, ?)", ["a\0b"])
      }
      #expect(throws: unexpected("x", "UTF-8 text", "other bytes")) {
        try database.first("SELECT CAST(x'610062' AS TEXT) AS x") { row in try row.text(0) }
      }
    }
  }

  @Test func aReaderMayThrowItsOwnError() throws {
    enum Stop: Error { case now }
    try withStore { database throws in
      try database.run("INSERT INTO item (id) VALUES (1), (2)")
      var seen = 0
      #expect(throws: Stop.self) {
        try database.rows("SELECT id FROM item") { _ in
          seen += 1
          throw Stop.now
        }
      }
      #expect(seen == 1)
      #expect(throws: Stop.self) { try database.first("SELECT id FROM item") { _ in throw Stop.now } }
    }
  }

  @Test func theNumberOfValuesMustBeThatOfTheParameters() throws {
    try withStore { database throws in
      #expect(throws: StorageError.refused("it has 1 parameters and got 0 values")) {
        try database.run("INSERT INTO item (id) VALUES (?)")
      }
    }
  }

  @Test func aStatementIsOneStatement() throws {
    try withStore { database throws in
      #expect(throws: StorageError.refused("it has more than one part")) {
        try database.run("DELETE FROM item; DELETE FROM item")
      }
      #expect(throws: StorageError.refused("it is empty")) { try database.run("") }
      #expect(throws: StorageError.refused("it returns rows")) { try database.run("SELECT 1") }
    }
  }

  @Test func constraintsAndForeignKeysHold() throws {
    try withStore { database throws in
      try database.run("INSERT INTO item (id) VALUES (1)")
      #expect(throws: StorageError.constraint("UNIQUE constraint failed: item.id")) {
        try database.run("INSERT INTO item (id) VALUES (1)")
      }
      #expect(throws: StorageError.constraint("FOREIGN KEY constraint failed")) {
        try database.run("INSERT INTO part (item) VALUES (2)")
      }
      try database.run("INSERT INTO part (item) VALUES (1)")
    }
  }

  @Test func changesCountsTheRowsOfTheLastRun() throws {
    try withStore { database throws in
      try database.run("INSERT INTO item (id) VALUES (1), (2), (3)")
      #expect(database.changes == 3)
      try database.run("UPDATE item SET label = 'x' WHERE id > 1")
      #expect(database.changes == 2)
      try database.run("DELETE FROM item WHERE id = 9")
      #expect(database.changes == 0)
      try database.run("CREATE TABLE other (id INTEGER) STRICT")
      #expect(database.changes == 0)
    }
  }

  @Test func aStatementMayRunInsideItself() throws {
    try withStore { database throws in
      try database.run("INSERT INTO item (id) VALUES (1), (2)")
      func count(_ depth: Int) throws -> [Int64] {
        try database.rows("SELECT id FROM item ORDER BY id") { row in
          let inner = depth == 0 ? 0 : try count(depth - 1).reduce(0, +)
          return try row.integer(0) * 10 + inner
        }
      }
      // The rows inside are 10 and 20; each row outside adds their sum.
      #expect(try count(1) == [40, 50])
    }
  }

  @Test func returningIsCommittedByFirst() throws {
    try withTemporaryDirectory { folder in
      let path = folder + "/store"
      let writer = try openStore(path)
      let id = try writer.first("INSERT INTO item (id) VALUES (5) RETURNING id") { row in try row.integer(0) }
      #expect(id == 5)
      #expect(try itemIDs(try openStore(path)) == [5])
    }
  }

  @Test func theSchemaCannotBeRewrittenByAStatement() throws {
    try withStore { database throws in
      _ = try database.rows("PRAGMA writable_schema = ON") { _ in }
      #expect(throws: StorageError.refused("table sqlite_master may not be modified")) {
        try database.run("DELETE FROM sqlite_schema")
      }
    }
  }

  @Test(arguments: [
    ("foreign_keys", 1), ("trusted_schema", 0), ("cell_size_check", 1), ("synchronous", 2),
    ("busy_timeout", 5000),
  ])
  func settingsAreTheSafeOnes(name: String, value: Int64) throws {
    try withStore { database throws in
      let read: (borrowing Row) throws(StorageError) -> Int64 = { row throws(StorageError) in
        try row.integer(0)
      }
      let settings: [String: Int64?] = [
        "foreign_keys": try database.first("PRAGMA foreign_keys", [], read),
        "trusted_schema": try database.first("PRAGMA trusted_schema", [], read),
        "cell_size_check": try database.first("PRAGMA cell_size_check", [], read),
        "synchronous": try database.first("PRAGMA synchronous", [], read),
        "busy_timeout": try database.first("PRAGMA busy_timeout", [], read),
      ]
      #expect(settings[name] == value)
    }
  }

  @Test func dataVersionMovesWhenAnotherConnectionCommits() throws {
    try withTemporaryDirectory { folder in
      let path = folder + "/store"
      let reader = try openStore(path)
      let writer = try openStore(path)
      let before = try reader.dataVersion()
      try reader.run("INSERT INTO item (id) VALUES (1)")
      #expect(try reader.dataVersion() == before)
      try writer.run("INSERT INTO item (id) VALUES (2)")
      #expect(try reader.dataVersion() != before)
    }
  }
}

private func unexpected(_ column: String, _ expected: String, _ found: String) -> StorageError {
  .unexpectedValue(column: column, expected: expected, found: found)
}
