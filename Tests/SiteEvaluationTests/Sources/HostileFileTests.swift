import TestSupport
import Testing

@testable import SiteEvaluation

/// No byte of a data file ends the process: what is read is a table or one error.
@Suite struct HostileFileTests {
  /// Reads to the end; how often it was refused.
  private func refusals(of files: [[UInt8]], _ tables: TableDeclaration) throws -> Int {
    try withFiles(files) { paths in
      do {
        _ = try readTable(openTable(paths, as: tables))
        return 0
      } catch is TableError { return 1 }
    }
  }

  private static let bytes: [UInt8] = [0x00, 0x0A, 0x22, 0x2C, 0x5C, 0x7B, 0x5D, 0x7F, 0xFF]

  @Test func changedByteOfATableIsATableOrAnError() throws {
    let table = Array("pid,\"a,b\",c\r\n1,\"x\"\"y\",z\r\n2,\"\u{E9}\n\",\n".utf8)
    for index in table.indices {
      for byte in Self.bytes {
        var changed = table
        changed[index] = byte
        _ = try refusals(of: [changed], .csv)
      }
    }
  }

  @Test func changedByteOfAnExportIsATableOrAnError() throws {
    let tables = try FHIRFixture.declaration(
      FHIRFixture.lactate("max") + ","
        + #"{"column": "age", "from": "patient.birthDate", "as": "yearsAtStart"}"#
    ).tables
    let fixture = FHIRFixture()
    let files = [
      [fixture.patients[0]],
      [FHIRFixture.encounter("e1", patient: "p1", start: "2025-03-01T23:30:00.5-05:00")],
      [FHIRFixture.observation(of: "e1", at: "2025-03-02T05:00:00Z", value: FHIRFixture.quantity("1.5e1"))],
    ].map { Array($0.joined().utf8) }
    #expect(try refusals(of: files, tables) == 0)
    var refused = 0
    for file in files.indices {
      for index in files[file].indices {
        var changed = files
        changed[file][index] = Self.bytes[index % Self.bytes.count]
        refused += try refusals(of: changed, tables)
        changed[file] = Array(files[file][..<index])
        refused += try refusals(of: changed, tables)
      }
    }
    #expect(refused > 500)
  }

  @Test(.enabled(if: OtherProgram.path("sqlite3") != nil, "needs sqlite3"))
  func changedByteOfADatabaseIsATableOrAnError() throws {
    let script = """
      PRAGMA page_size = 512; CREATE TABLE t(a, b); CREATE INDEX i ON t(b);
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 90) INSERT INTO t SELECT i, i * 1.5 FROM n;
      """
    let file = try withDatabase(script) { try fileBytes($0) }
    let tables = TableDeclaration.sqlite(query: ["SELECT a, b FROM t WHERE b > 2 ORDER BY b"])
    #expect(try refusals(of: [file], tables) == 0)
    for index in stride(from: 0, to: file.count, by: 5) {
      var changed = file
      changed[index] ^= UInt8(1 << (index % 8))
      _ = try refusals(of: [changed], tables)
    }
    for count in stride(from: 16, to: file.count, by: 256) {
      _ = try refusals(of: [Array(file[..<count])], tables)
    }
  }
}
