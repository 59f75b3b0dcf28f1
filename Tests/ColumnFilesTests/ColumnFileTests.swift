import ColumnFiles
import Cryptography
import Foundation
import TestSupport
import Testing

private let key = [UInt8](repeating: 3, count: 32)

/// Writes tables of one column file, each as groups of rows; a nil row is one that cannot be read.
private func write(
  _ groups: [[[String]?]], columns: Int, in folder: String
) throws -> ColumnFile {
  let writer = try ColumnFileWriter(in: folder, key: key)
  writer.beginTable(columns: Array(0..<columns))
  let lanes = try (0..<columns).map { _ in try Lane(key: key) }
  for group in groups {
    let chunk = RowChunk(columns: columns)
    for row in group {
      guard let row else {
        chunk.appendUnreadable()
        continue
      }
      var bytes: [UInt8] = []
      var cells: [Range<Int>] = []
      for cell in row {
        let start = bytes.count
        bytes += cell.utf8
        cells.append(start..<bytes.count)
      }
      chunk.append(cells, of: bytes)
    }
    for (column, lane) in lanes.enumerated() { lane.take(chunk, column) }
    try writer.append(rows: chunk.rows, gaps: chunk.gaps, blocks: lanes.map(\.block))
  }
  return try writer.finish(
    columns: lanes.enumerated().map {
      ColumnFooter.Column(name: "c\($0.offset)", digest: $0.element.finish())
    })
}

private final class Lane {
  private var writer: ColumnWriter?
  var block: [UInt8] { writer?.encoder.block ?? [] }

  init(key: [UInt8]) throws { writer = try ColumnWriter(key: key) }

  func take(_ chunk: RowChunk, _ column: Int) {
    guard var taken = writer.take() else { return }
    taken.take(chunk, column: column)
    writer = consume taken
  }

  func finish() -> Digest {
    guard let whole = writer.take() else { return Digest(of: []) }
    return whole.finish()
  }
}

/// The cells of a column file, read one by one.
private func cells(of file: ColumnFile) throws -> [[String]] {
  var rows: [[String]] = []
  for table in file.footer.tables {
    for group in table.groups {
      try file.withGroup(group, of: table) { group throws(ColumnFileError) in
        var columns: [ColumnCells] = []
        for column in table.columns.indices { columns.append(try group.cells(of: column)) }
        for row in 0..<group.rows {
          rows.append(columns.map { String(decoding: $0.cell(row), as: UTF8.self) })
        }
      }
    }
  }
  return rows
}

@Suite struct ColumnFileTests {
  /// Numbers in every spelling, texts, empty cells.
  private static func cell(_ kind: Int, _ numbers: inout SeededNumbers) -> String {
    let number = Int(numbers.next() % 2_000_000) - 1_000_000
    switch kind % 7 {
    case 0: return ["a", "b", ""][abs(number) % 3]
    case 1: return String(number)
    case 2: return "\(number)." + String(abs(number) % 1000)
    case 3: return ["\(number)", "", "1e3", "-0", "+1", "007", ".5", "5.", "NA"][abs(number) % 9]
    case 4: return String(Int(truncatingIfNeeded: numbers.next()) >> Int(numbers.next() % 60))
    case 5: return "P\(number)"
    default: return String(repeating: "ä", count: abs(number) % 40)
    }
  }

  @Test func cellsComeBackByteForByte() throws {
    var numbers = SeededNumbers(state: 1)
    let groups = (0..<3).map { _ in
      (0..<700).map { _ in (0..<7).map { Self.cell($0, &numbers) } }
    }
    try withTemporaryDirectory { folder in
      let file = try write(groups, columns: 7, in: folder)
      let found = try cells(of: file)
      let same = found == groups.flatMap { $0 }
      #expect(same, "cells differ")
      try file.verify(key: key)
      #expect(file.footer.rows == 2100 && file.footer.unreadable == 0)
    }
  }

  @Test func numbersAreThoseOfTheirTexts() throws {
    var numbers = SeededNumbers(state: 2)
    let rows = (0..<5000).map { number in
      [Self.cell(1 + number % 2, &numbers), "x\(number)"]
    }
    try withTemporaryDirectory { folder in
      let file = try write([rows], columns: 2, in: folder)
      let table = file.footer.tables[0]
      try file.withGroup(table.groups[0], of: table) { group throws(ColumnFileError) in
        var asked = 0
        let cells = try group.cells(of: 0)
        cells.map(
          text: { Double(String(decoding: $0, as: UTF8.self)) ?? .nan },
          number: { number in
            asked += 1
            return number
          },
          take: { row, found in
            let expected = Double(rows[row][0]) ?? .nan
            if found != expected { Issue.record("row \(row): \(found), not \(expected)") }
          })
        #expect(asked > 2000)
      }
    }
  }

  @Test func rowsThatCannotBeReadKeepTheirPlaces() throws {
    try withTemporaryDirectory { folder in
      let file = try write([[nil, ["a"], nil, nil, ["b"], nil]], columns: 1, in: folder)
      #expect(file.footer.rows == 2 && file.footer.unreadable == 4)
      let table = file.footer.tables[0]
      try file.withGroup(table.groups[0], of: table) { #expect($0.gaps == [0, 1, 1, 2]) }
    }
  }

  @Test func sameCellsHaveTheSameDigestAndOthersAnother() throws {
    try withTemporaryDirectory { folder in
      func digest(_ rows: [[String]], key other: [UInt8] = key) throws -> Digest {
        try write([rows], columns: 1, in: folder).digest(key: other)
      }
      let first = try digest([["1.0"], ["b"]])
      #expect(try digest([["1.0"], ["b"]]) == first)
      #expect(try digest([["1.00"], ["b"]]) != first)
      #expect(try digest([["b"], ["1.0"]]) != first)
      #expect(try digest([["1.0"], ["b"]], key: [1]) != first)
    }
  }

  @Test func nothingHasANameUntilItIsPublished() throws {
    try withTemporaryDirectory { folder in
      func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: folder) }
      do {
        let file = try write([[["a"]]], columns: 1, in: folder)
        #expect(try cells(of: file) == [["a"]] && names().isEmpty)
      }
      #expect(try names().isEmpty)
      let file = try write([[["a"]]], columns: 1, in: folder)
      try file.publish(as: "x.columns")
      try file.publish(as: "y.columns")
      #expect(try names().sorted() == ["x.columns", "y.columns"])
      let again = try ColumnFile(opening: folder + "/x.columns")
      #expect(again.footer == file.footer)
      try again.verify(key: key)
      let mode = try FileManager.default.attributesOfItem(atPath: folder + "/x.columns")[.posixPermissions]
      #expect(mode as? Int == 0o400)
    }
  }

  @Test func folderThatIsNotThereIsSaid() {
    #expect(throws: ColumnFileError.self) { try ColumnFileWriter(in: "/nowhere/at/all", key: key) }
    #expect(throws: ColumnFileError.self) { try ColumnFile(opening: "/nowhere/at/all") }
  }
}
