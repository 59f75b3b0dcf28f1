import Aggregates
import Cryptography
import Foundation
import TestSupport
import Testing

@testable import SiteEvaluation

/// Tables packed by gzip, a program that we did not write.
@Suite(.enabled(if: OtherProgram.path("gzip") != nil, "needs gzip"))
struct GzipTests {
  private static let table =
    "pid,score,y,sex\n"
    + (0..<400).map { "p\($0),0.\($0 % 10),\($0 % 2),\($0 % 3 == 0 ? "F" : "M")\n" }.joined()

  /// The bytes that gzip makes of a text.
  private func packed(_ text: String) throws -> [UInt8] {
    try withTemporaryDirectory { folder in
      try writeFile(Array(text.utf8), to: folder + "/t")
      let run = try OtherProgram.run("gzip", ["-n", folder + "/t"])
      try #require(run.status == 0)
      return try fileBytes(folder + "/t.gz")
    }
  }

  private func read(_ bytes: [UInt8]) throws -> ReadTable {
    try withFiles([bytes]) { try readTable(openTable($0, as: .csv)) }
  }

  @Test func packedTableIsReadAsTheTableWhateverItsNameIs() throws {
    let plain = try read(Array(Self.table.utf8))
    #expect(plain.rows.count == 400)
    let same = try read(packed(Self.table)) == plain
    #expect(same, "the rows of the packed table are others")
  }

  @Test func allMembersAreTheFileAlsoWhereARowSpansThem() throws {
    let middle = Self.table.index(Self.table.startIndex, offsetBy: 1003)
    let bytes =
      try packed(String(Self.table[..<middle])) + packed("") + packed(String(Self.table[middle...]))
      + packed("")
    let same = try read(bytes) == read(Array(Self.table.utf8))
    #expect(same, "the rows of the members are others")
  }

  @Test func digestIsThatOfThePackedFile() throws {
    let bytes = try packed(Self.table)
    try withFiles([bytes]) { paths throws in
      let source = try openTable(paths, as: .csv)
      while try source.next() != .end {}
      #expect(source.digests == [Digest(of: bytes)])
      #expect(source.size == bytes.count && source.bytesTaken == bytes.count)
    }
  }

  @Test func fileThatEndsTooEarlyIsRefusedWhereverItEnds() throws {
    let bytes = try packed(Self.table)
    for count in stride(from: 2, to: bytes.count, by: 1) {
      #expect(throws: TableError.self, "\(count) of \(bytes.count) bytes") {
        try read(Array(bytes[..<count]))
      }
    }
    #expect {
      try read(Array(bytes.dropLast()))
    } throws: {
      guard case TableError.packedFileEnds = $0 else { return false }
      return true
    }
  }

  @Test func flippedByteIsRefusedOrChangesNothing() throws {
    let bytes = try packed(Self.table)
    let plain = try read(Array(Self.table.utf8))
    var refused = 0
    for index in bytes.indices {
      var changed = bytes
      changed[index] ^= 0x01
      if let found = try? read(changed) {
        #expect(found == plain, "byte \(index)")
      } else {
        refused += 1
      }
    }
    // The header of a member holds a time, a level and a system that mean nothing.
    #expect(refused >= bytes.count - 10)
  }

  @Test(arguments: [[0x00], [0x1F], [0x61, 0x2C, 0x62], [0x1F, 0x8B, 0x08]] as [[UInt8]])
  func bytesBehindAMemberAreRefused(rest: [UInt8]) throws {
    let bytes = try packed(Self.table)
    #expect(throws: TableError.self) { try read(bytes + rest) }
  }

  @Test func lineOfAGibibyteIsRefusedInLittleMemory() throws {
    // 64 members of 16 MiB without a line break, a megabyte on disk.
    let member = try packed(String(repeating: "x", count: 16 << 20))
    let bytes = try packed("a,b\n1,2\n") + Array(repeatElement(member, count: 64).joined())
    #expect {
      try read(bytes)
    } throws: {
      guard case TableError.rowTooLong(_, 3, _) = $0 else { return false }
      return true
    }
  }

  @Test func emptyLinesByTheMillionCostTimeAlone() throws {
    let member = try packed(String(repeating: "\n", count: 1 << 19))
    let bytes = try packed("a,b\n1,2\n") + Array(repeatElement(member, count: 4).joined()) + packed("3,4\n")
    #expect(try read(bytes).rows == [["1", "2"], ["3", "4"]])
  }

  @Test func damagedFileLeavesNothingCounted() throws {
    let study = Study()
    let bytes = try packed(Self.table)
    #expect(throws: SiteEvaluationError.self) { try study.evaluate([Array(bytes.dropLast(4))]) }
    #expect(try study.evaluate([bytes]).local.flow.read == 400)
  }

  @Test func packedTextOfAnotherKindIsRefused() throws {
    #expect(throws: TableError.self) { try read(packed("SQLite format 3\u{0}")) }
    #expect(throws: TableError.self) { try read(packed("")) }
    // Packed twice: the inner file is no text.
    try withTemporaryDirectory { folder in
      try writeFile(try packed(Self.table), to: folder + "/t")
      try #require(try OtherProgram.run("gzip", ["-n", folder + "/t"]).status == 0)
      #expect(throws: TableError.self) { try readTable(openTable([folder + "/t.gz"], as: .csv)) }
    }
  }
}
