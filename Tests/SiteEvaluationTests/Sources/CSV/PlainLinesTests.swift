import Glibc
import TestSupport
import Testing

@testable import ColumnFiles
@testable import SiteEvaluation

/// Whole lines at once give what the same bytes give one row after the other.
@Suite struct PlainLinesTests {
  /// What a table holds or why it cannot be read, and how its rows were divided.
  private struct Reading: Equatable {
    var rows: [[[UInt8]]?] = []
    var groups: [Int] = []
    var error: String?
  }

  private func read(_ path: String, _ fill: (CSVReader, RowChunk) throws(TableError) -> Bool) -> Reading {
    var reading = Reading()
    do {
      let reader = try CSVReader(opening: path)
      let chunk = RowChunk(columns: reader.header.count)
      var isAtEnd = false
      while !isAtEnd {
        chunk.removeAll()
        isAtEnd = try fill(reader, chunk)
        reading.groups.append(chunk.rows)
        reading.rows += rows(of: chunk)
      }
    } catch { reading.error = "\(error)" }
    return reading
  }

  private func rows(of chunk: RowChunk) -> [[[UInt8]]?] {
    var rows = [[[UInt8]]?](repeating: [], count: chunk.rows)
    for column in 0..<chunk.columns {
      chunk.withColumn(column) { cells in
        for row in cells.rows {
          let cell = Array(cells.cell(cells.places[row]))
          rows[row]?.append(cell)
          let word = cell.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
          if cells.words[row] != word { Issue.record("another word beside \(cell)") }
        }
      }
    }
    for gap in chunk.gaps.reversed() { rows.insert(nil, at: Int(gap)) }
    return rows
  }

  private func bothWays(_ table: [UInt8]) throws -> Reading {
    try withFiles([table]) { paths in
      let atOnce = read(paths[0]) { reader, chunk throws(TableError) in try reader.fill(chunk) }
      let oneByOne = read(paths[0]) { reader, chunk throws(TableError) in
        while !chunk.isFull {
          switch try reader.next() {
          case .row: chunk.append(reader.row.cells, of: reader.row.bytes)
          case .unreadableRow: chunk.appendUnreadable()
          case .end: return true
          }
        }
        return false
      }
      let same = atOnce == oneByOne
      #expect(
        same, "another table of \(table.count) bytes: \(String(decoding: table.prefix(400), as: UTF8.self))")
      return atOnce
    }
  }

  /// Rows as files have them, with everything now and then that is not plain.
  private func line(_ columns: Int, _ numbers: inout SeededNumbers) -> String {
    let odd = ["\"x\"", "\"a,b\"", "\"a\nb\"", "ä", "x\r", "\0", "a\"b", " ", "+1", "!"]
    let cells = (0..<columns).map { _ -> String in
      switch numbers.next() % 60 {
      case 0: odd[Int(numbers.next() % UInt64(odd.count))]
      case 1..<8: ""
      case 8..<12: String(repeating: "text ", count: Int(numbers.next() % 9))
      default: String(Int(numbers.next() % 100_000))
      }
    }
    switch numbers.next() % 40 {
    case 0: return cells.dropLast().joined(separator: ",") + "\n"
    case 1: return cells.joined(separator: ",") + ",\n"
    case 2: return "\n"
    case 3: return cells.joined(separator: ",") + "\r\r\n"
    case 4..<14: return cells.joined(separator: ",") + "\r\n"
    default: return cells.joined(separator: ",") + "\n"
    }
  }

  @Test(arguments: [1, 2, 3, 20])
  func linesAtOnceAreThoseOfOneAfterTheOther(columns: Int) throws {
    var numbers = SeededNumbers(state: UInt64(columns))
    var readable = 0
    for _ in 0..<40 {
      var table = (0..<columns).map { "c\($0)" }.joined(separator: ",") + "\n"
      for _ in 0..<Int(numbers.next() % 60) { table += line(columns, &numbers) }
      // The last line need not end.
      readable += try bothWays(Array(table.utf8.dropLast(Int(numbers.next() % 2)))).rows.count
    }
    #expect(readable > 500)
  }

  @Test func plainTableIsDividedAlikeWhereverTheBufferEnds() throws {
    var table = "a,b,c\n"
    for row in 0..<200_000 { table += "\(row),\(row % 7),x\(row % 301)\n" }
    let reading = try bothWays(Array(table.utf8))
    #expect(reading.rows.count == 200_000 && reading.error == nil)
    #expect(reading.groups.prefix(12) == ArraySlice(repeating: RowChunk.maximumRows, count: 12))
  }

  @Test func chunkOfLongRowsIsFullByItsCells() throws {
    let cell = String(repeating: "y", count: 30_000)
    let table = "a,b\r\n" + String(repeating: "\(cell),\(cell)\r\n", count: 150)
    let reading = try bothWays(Array(table.utf8))
    #expect(reading.rows.count == 150 && reading.groups == [70, 70, 10])
  }

  @Test func headerAmongTheRowsIsFoundAtItsLine() throws {
    let rows = String(repeating: "1,2\n", count: 60)
    #expect(try bothWays(Array("a,b\n\(rows)a,b\n\(rows)".utf8)).error?.contains("62") == true)
    #expect(try bothWays(Array("\"a\",b\r\n\(rows)a,b\r\n\(rows)".utf8)).error != nil)
    #expect(try bothWays(Array("a,b\n\(rows)a,bc\n\(rows)".utf8)).error == nil)
  }

  @Test func rowLongerThanTheLimitIsRefused() throws {
    let rows = String(repeating: "1,2\n", count: 60)
    let long = String(repeating: "9", count: CSVReader.longestRow)
    for cut in [2, 3, 4] {
      let reading = try bothWays(Array("a,b\n\(rows)1,\(long.dropLast(cut))\n\(rows)".utf8))
      #expect((reading.error == nil) == (cut >= 3), "\(cut)")
    }
  }
}
