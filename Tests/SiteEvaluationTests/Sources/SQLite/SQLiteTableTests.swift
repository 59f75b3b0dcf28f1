import Cryptography
import Foundation
import Storage
import TestSupport
import Testing

@testable import SiteEvaluation

@Suite(.enabled(if: OtherProgram.path("sqlite3") != nil, "needs sqlite3"))
struct SQLiteTableTests {
  @Test(
    "a value becomes the cell that the page says",
    arguments: [
      ("NULL", ""), ("1", "1"), ("-9223372036854775808", "-9223372036854775808"), ("0.1", "0.1"),
      ("3.0", "3"),
      ("-0.0", "0"), ("1e21", "1000000000000000000000"), ("1.5e-7", "0.00000015"), ("1e300", "1e+300"),
      ("9e999", "inf"), ("-9e999", "-inf"), ("0.1 + 0.2", "0.30000000000000004"), ("''", ""),
      ("' a,\"b '", " a,\"b "),
      ("'M\u{FC}nchen'", "M\u{FC}nchen"), ("1 > 0", "1"), ("123456789012345680.0", "123456789012345680"),
    ])
  func valueIsTheCell(value: String, cell: String) throws {
    try withDatabase("CREATE TABLE t(a); INSERT INTO t VALUES (\(value));") { path throws in
      #expect(try readQuery("SELECT a FROM t", of: path).rows == [[cell]])
    }
  }

  @Test func namesAreThoseOfTheStatement() throws {
    try withDatabase("CREATE TABLE t(a, b); INSERT INTO t VALUES (1, 2), (3, 4);") { path throws in
      let table = try readQuery(
        "SELECT b AS score, a + 1 AS \"two words\" FROM t ORDER BY a DESC; -- done", of: path)
      #expect(table == ReadTable(header: ["score", "two words"], rows: [["4", "4"], ["2", "2"]]))
      #expect(throws: TableError.columnsAlike(path: path, first: 1, second: 2)) {
        try readQuery("SELECT a, b AS a FROM t", of: path)
      }
    }
  }

  @Test func textThatIsNoneMakesTheRowUnreadable() throws {
    let script = "CREATE TABLE t(a); INSERT INTO t VALUES (CAST(x'ff' AS TEXT)), ('x' || char(0)), ('y');"
    try withDatabase(script) { path throws in
      #expect(try readQuery("SELECT a FROM t", of: path).rows == [nil, nil, ["y"]])
    }
  }

  @Test func blobIsRefusedByColumnAndRow() throws {
    try withDatabase("CREATE TABLE t(a, b); INSERT INTO t VALUES (1, 2), (1, x'00');") { path throws in
      #expect(problem("SELECT a, b FROM t", of: path) == .blob(column: "b", row: 2))
    }
  }

  @Test(
    "a statement that does more than read, or says another thing tomorrow, is refused",
    arguments: [
      "DELETE FROM t", "INSERT INTO t VALUES (1) RETURNING a", "PRAGMA table_info(t)", "ATTACH 'x' AS x",
      "SELECT a FROM t; SELECT a FROM t", "SELECT a FROM t; DROP TABLE t", "EXPLAIN SELECT a FROM t", "BEGIN",
      "",
      "-- nothing", "SELECT * FROM sqlite_schema", "SELECT * FROM pragma_table_info('t')",
      "SELECT a FROM t WHERE a = ?",
      "SELECT random() FROM t", "SELECT hex(randomblob(4)) FROM t", "SELECT load_extension('x')",
      "SELECT nothing FROM t",
      "SELECT a FROM absent", "SELECT \"absent\" FROM t", "CREATE TEMP TABLE u AS SELECT 1", "VACUUM",
      "SELECT a FROM t\u{0}",
    ])
  func otherStatementIsRefused(query: String) throws {
    try withDatabase("CREATE TABLE t(a); INSERT INTO t VALUES (1);") { path throws in
      let before = try fileBytes(path)
      guard case .query(.refused(let reason)) = problem(query, of: path) else {
        Issue.record("not refused: \(query)")
        return
      }
      #expect(!reason.isEmpty && !reason.contains("not authorized"))
      let same = try fileBytes(path) == before
      #expect(same, "the file was written")
    }
  }

  @Test func clockIsNotThere() throws {
    try withDatabase("CREATE TABLE t(a); INSERT INTO t VALUES ('2026-01-31');") { path throws in
      let query = """
        SELECT date('now') AS a, CURRENT_TIMESTAMP AS b, julianday() AS c, strftime('%s', 'now') AS d, date(a, '+1 day') AS e
        FROM t
        """
      #expect(try readQuery(query, of: path).rows == [["", "", "", "", "2026-02-01"]])
    }
  }

  @Test func viewsAndRecursionAreTakenAndAFunctionOfTheSchemaIsNot() throws {
    try withDatabase(
      "CREATE TABLE t(a); INSERT INTO t VALUES (1); CREATE VIEW v AS SELECT a + 1 AS b FROM t;"
    ) { path throws in
      #expect(try readQuery("SELECT b FROM v", of: path).rows == [["2"]])
      let series =
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3) SELECT i FROM n"
      #expect(try readQuery(series, of: path).rows == [["1"], ["2"], ["3"]])
    }
  }

  @Test func queryThatGivesNoRowIsEnded() throws {
    try withDatabase("CREATE TABLE t(a);") { path throws in
      let endless =
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n WHERE i < 0"
      let query = try ForeignQuery(endless, of: path, longestStep: 1)
      #expect(throws: QueryError.tooSlow(seconds: 1)) { try query.step() }
    }
  }

  @Test func valueOrRowBeyondTheLimitIsRefused() throws {
    try withDatabase("CREATE TABLE t(a); INSERT INTO t VALUES (printf('%.*c', 1048576, 'x'));") {
      path throws in
      #expect(try readQuery("SELECT a FROM t", of: path).rows[0]?[0].utf8.count == 1 << 20)
      #expect(problem("SELECT a, 1 AS b FROM t", of: path) == .rowTooLong(row: 1, limit: 1 << 20))
      #expect(problem("SELECT a || 'x' AS b FROM t", of: path) == .query(.tooLarge(bytes: 1 << 20)))
    }
  }

  @Test func unfinishedDatabaseIsRefusedAndAClosedOneInWALModeIsNot() throws {
    let script = "PRAGMA journal_mode = WAL; CREATE TABLE t(a); INSERT INTO t VALUES (1);"
    try withDatabase(script) { path throws in
      #expect(try readQuery("SELECT a FROM t", of: path).rows == [["1"]])
      #expect(try folderNames(String(path.dropLast("/hospital.db".count))) == ["hospital.db", "make.sql"])
      for journal in ["-wal", "-journal"] {
        try writeFile([1], to: path + journal)
        #expect(problem("SELECT a FROM t", of: path) == .query(.unfinished(journal: path + journal)))
        try writeFile([], to: path + journal)
      }
      #expect(try readQuery("SELECT a FROM t", of: path).rows == [["1"]])
    }
  }

  @Test func databaseThatChangesMeanwhileIsRefused() throws {
    try withDatabase("CREATE TABLE t(a); INSERT INTO t VALUES (1), (2);") { path throws in
      let source = try openTable([path], as: .sqlite(query: ["SELECT a FROM t"]))
      #expect(try source.next() == .row)
      _ = try OtherProgram.run("sqlite3", [path, "INSERT INTO t VALUES (3)"])
      #expect(throws: TableError.query(path: path, .changed)) { while try source.next() != .end {} }
    }
  }

  @Test func digestIsThatOfTheFileAndTheQueryIsPartOfTheDataset() throws {
    try withDatabase("CREATE TABLE t(a); INSERT INTO t VALUES (1);") { path throws in
      func inspect(_ query: String...) throws -> TableInspection {
        try inspectDataset(files: [path], declaredAs: Study.declaration(tables: .sqlite(query: query))).tables
      }
      let inspection = try inspect("SELECT a FROM t")
      #expect(inspection.files.map(\.digest) == [Digest(of: try fileBytes(path))] && inspection.rows == 1)
      #expect(try inspect("SELECT a FROM t").digest == inspection.digest)
      #expect(try inspect("SELECT a", "FROM t").digest != inspection.digest)
    }
  }

  @Test func fileOfAnotherKindIsRefusedBothWays() throws {
    try withDatabase("CREATE TABLE t(a);") { path throws in
      #expect(throws: TableError.otherKind(path: path, declared: "CSV")) { try openTable([path], as: .csv) }
    }
    try withFiles([Array("a,b\n".utf8)]) { paths throws in
      #expect(throws: TableError.otherKind(path: paths[0], declared: "SQLite")) {
        try openTable(paths, as: .sqlite(query: ["SELECT 1 AS a"]))
      }
    }
  }

  @Test func damagedDatabaseIsRefused() throws {
    try withDatabase("CREATE TABLE t(a); INSERT INTO t VALUES (1);") { path throws in
      try writeFile(Array(try fileBytes(path).prefix(100)) + Array(repeating: 0xA5, count: 4000), to: path)
      #expect(problem("SELECT a FROM t", of: path) == .query(.damaged))
    }
  }
}
