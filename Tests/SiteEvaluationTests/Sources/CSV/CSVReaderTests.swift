import Cryptography
import Glibc
import TestSupport
import Testing

@testable import SiteEvaluation

@Suite struct CSVReaderTests {
  /// All rows as text; an unreadable one is nil.
  private func read(_ table: [UInt8]) throws -> (header: [String], rows: [[String]?]) {
    try withFiles([table]) { paths throws in
      let reader = try CSVReader(opening: paths[0])
      var rows: [[String]?] = []
      while true {
        switch try reader.next() {
        case .row:
          rows.append(reader.header.indices.map { String(decoding: reader.row.cell($0), as: UTF8.self) })
        case .unreadableRow: rows.append(nil)
        case .end: return (reader.header, rows)
        }
      }
    }
  }

  private func read(_ table: String) throws -> [[String]?] { try read(Array(table.utf8)).rows }

  @Test(
    "tables are read as RFC 4180 has them",
    arguments: [
      ("a,b\n1,2\n", [["1", "2"]]), ("a,b\r\n1,2\r\n", [["1", "2"]]), ("a,b\n1,2", [["1", "2"]]),
      ("a,b\n,\n", [["", ""]]), ("a,b\n\"\",\"x\"\n", [["", "x"]]), ("a,b\n\"1,5\",2\n", [["1,5", "2"]]),
      ("a,b\n\"say \"\"so\"\"\",\"\"\"\"\n", [["say \"so\"", "\""]]),
      ("a,b\n\"two\nlines\",2\n3,4\n", [["two\nlines", "2"], ["3", "4"]]),
      ("a,b\r\n\"x\r\ny\",\"z\"\r\n", [["x\r\ny", "z"]]), ("a,b\n1,\"2\"", [["1", "2"]]),
      ("a,b\n\n1,2\n\r\n\n", [["1", "2"]]),
      ("a,b\n\n\n\n1,2\n\n\r\n\n\n3,4\n\n\n", [["1", "2"], ["3", "4"]]), ("a\n\"\"\nx\n", [[""], ["x"]]),
      ("a,b\n", []), ("a,b", []),
      ("a,b\n 1 , 2\n", [[" 1 ", " 2"]]), ("a,b\nM\u{FC}nchen,\u{1F600}\n", [["M\u{FC}nchen", "\u{1F600}"]]),
    ])
  func tableIsRead(table: String, rows: [[String]]) throws {
    #expect(try read(table) == rows)
  }

  @Test func byteOrderMarkIsNotPartOfAName() throws {
    #expect(try read([0xEF, 0xBB, 0xBF] + Array("a,b\n1,2\n".utf8)).header == ["a", "b"])
    #expect(try read([0xEF, 0xBB, 0xBF] + Array("\"a\",b\n".utf8)).header == ["a", "b"])
  }

  @Test(
    "a row that the grammar does not define is unreadable, and the next one is not",
    arguments: [
      "1", "1,2,3", "1,\"2\"3", "1,2\"", "a\rb,2", "\"1\" ,2", "1,2\r\r", "\"1\"\"\"x,2",
    ])
  func malformedRowIsUnreadable(row: String) throws {
    #expect(try read("a,b\n\(row)\n5,6\n") == [nil, ["5", "6"]])
  }

  @Test func textThatIsNotUTF8IsUnreadable() throws {
    let table = Array("a,b\n1,".utf8) + [0xFC] + Array("\n\"".utf8) + [0xC3] + Array("\",2\n5,6\n".utf8)
    #expect(try read(table).rows == [nil, nil, ["5", "6"]])
  }

  @Test(arguments: ["1,\u{0}", "\u{0},2", "1,\"x\u{0}y\"", "\"\u{0}\",\"2\""])
  func rowWithNULIsUnreadable(row: String) throws {
    #expect(try read("a,b\n\(row)\n5,6\n") == [nil, ["5", "6"]])
  }

  private static let utf16: [[UInt8]] = [false, true].map { isBigEndian in
    "a,b\n".utf16.flatMap { unit in
      let bytes = [UInt8(unit & 0xFF), UInt8(unit >> 8)]
      return isBigEndian ? bytes.reversed() : bytes
    }
  }

  @Test(
    "text in another encoding is refused by one sentence",
    arguments: [
      [0xFF, 0xFE] + utf16[0], [0xFE, 0xFF] + utf16[1], utf16[0], utf16[1], [0x50, 0x4B, 0x03, 0x00, 0x0A],
    ])
  func otherEncodingIsRefused(table: [UInt8]) {
    #expect {
      try read(table)
    } throws: {
      guard case TableError.notText = $0 else { return false }
      return true
    }
  }

  @Test func headerThatStandsAgainIsRefusedWhereFilesWereJoined() throws {
    #expect {
      try read("a,b\n1,\"2\n3\"\n\n\n\na,b\n4,5\n")
    } throws: {
      guard case TableError.headerRepeated(_, 7) = $0 else { return false }
      return true
    }
    #expect(try read("a,b\nb,a\na,c\nx,b\na,b,c\n") == [["b", "a"], ["a", "c"], ["x", "b"], nil])
  }

  @Test func rowsAcrossBufferBoundariesComeOutWhole() throws {
    // Rows of many lengths, some of them with quotes, over several buffers.
    var table = "n,text\n"
    var expected: [[String]] = []
    for index in 0..<1500 {
      let text = String(repeating: index % 3 == 0 ? "\"" : "x", count: (index * 7919) % 5000)
      table += "\(index),\"\(text.replacing("\"", with: "\"\""))\"\(index % 2 == 0 ? "\n" : "\r\n")"
      expected.append([String(index), text])
    }
    #expect(try read(table) == expected)
  }

  @Test func rowBeyondTheLimitIsRefusedAndOneOnItIsNot() throws {
    let most = CSVReader.longestRow - 3
    let accepted = "a,b\n1,\(String(repeating: "x", count: most))\n"
    #expect(try read(accepted).map { $0?[1].utf8.count } == [most])
    for count in [most + 1, 5 * CSVReader.longestRow] {
      #expect {
        try read("a,b\n1,2\n3,\(String(repeating: "x", count: count))\n5,6\n")
      } throws: {
        guard case TableError.rowTooLong(_, 3, CSVReader.longestRow) = $0 else { return false }
        return true
      }
    }
  }

  @Test(arguments: ["a,b\n1,2\n\"3,4\n5,6\n", "a,b\n1,2\n3,\"4\"\"\n"])
  func quoteThatIsNeverClosedIsRefused(table: String) {
    #expect {
      try read(table)
    } throws: {
      guard case TableError.quoteOpen(_, 3) = $0 else { return false }
      return true
    }
  }

  @Test func headersThatNameNothingClearlyAreRefused() {
    #expect(throws: TableError.self) { try read("") }
    #expect(throws: TableError.self) { try read("\n\n") }
    #expect(throws: TableError.self) { try read("a,b\"\n") }
    #expect(throws: TableError.self) { try read([0x61, 0xFF, 0x0A, 0x62]) }
    #expect(throws: TableError.self) { try read(Array("name,b\u{0}\n1,2\n".utf8)) }
    #expect {
      try read("SECRET,b,SECRET\n")
    } throws: {
      guard case TableError.columnsAlike(_, 1, 3) = $0 else { return false }
      return !"\($0)".contains("SECRET")
    }
  }

  @Test func onlyRegularFilesAreOpened() throws {
    try withTemporaryDirectory { folder in
      let pipe = folder + "/pipe"
      #expect(mkfifo(pipe, 0o600) == 0)
      for path in [folder, pipe, "/dev/null"] {
        #expect(throws: TableError.notARegularFile(path: path)) { try CSVReader(opening: path) }
      }
      for path in ["", folder + "/absent", "a\u{0}b"] {
        #expect {
          try CSVReader(opening: path)
        } throws: {
          guard case TableError.cannotOpen = $0 else { return false }
          return true
        }
      }
    }
  }

  @Test func digestIsThatOfTheFile() throws {
    let table = Array("a,b\n1,2\n".utf8)
    try withFiles([table]) { paths throws in
      let reader = try CSVReader(opening: paths[0])
      while try reader.next() != .end {}
      #expect(reader.digests == [Digest(of: table)])
      #expect(reader.bytesTaken == table.count)
    }
  }
}
