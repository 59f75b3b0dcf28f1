import ColumnFiles
import Cryptography
import Foundation
import TestSupport
import Testing

/// What became of a column file on the disk is found, and never ends the process.
@Suite struct DamagedColumnFileTests {
  private static let folder = Repository.path("protocols/vectors/columns")

  private static func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)")))
  }

  /// Opens bytes as a file, compares every digest and reads every cell.
  private func read(_ bytes: [UInt8], in folder: String) throws {
    let path = folder + "/file"
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    let file = try ColumnFile(opening: path)
    // Cells are read first: what the digests would refuse must not end the process either.
    var problem: ColumnFileError?
    for table in file.footer.tables {
      for group in table.groups {
        do throws(ColumnFileError) {
          try file.withGroup(group, of: table) { group throws(ColumnFileError) in
            for column in table.columns.indices {
              let cells = try group.cells(of: column)
              for row in 0..<group.rows { _ = cells.cell(row) }
              cells.map(text: \.count, number: { _ in 0 }, take: { _, _ in })
            }
          }
        } catch { problem = error }
      }
    }
    if let problem { throw problem }
    try file.verify(key: Self.bytes("digest.key"))
    let digest = try String(contentsOfFile: Self.folder + "/digest.txt", encoding: .utf8)
    guard try file.digest(key: Self.bytes("digest.key")).text + "\n" == digest else {
      throw ColumnFileError.damaged(path: path, what: "another file")
    }
  }

  @Test func theVectorIsSound() throws {
    let bytes = try Self.bytes("snapshot.columns")
    try withTemporaryDirectory { try read(bytes, in: $0) }
  }

  @Test func everyChangedByteIsFound() throws {
    let bytes = try Self.bytes("snapshot.columns")
    try withTemporaryDirectory { folder in
      for place in Array(stride(from: 0, to: bytes.count - 700, by: 13))
        + Array((bytes.count - 700)..<bytes.count)
      {
        for change in [UInt8(1), 0x80] {
          var changed = bytes
          changed[place] ^= change
          #expect(throws: ColumnFileError.self, "byte \(place)") { try read(changed, in: folder) }
        }
      }
    }
  }

  @Test func everyCutIsFound() throws {
    let bytes = try Self.bytes("snapshot.columns")
    try withTemporaryDirectory { folder in
      for count in stride(from: 0, to: bytes.count, by: 37) {
        #expect(throws: ColumnFileError.self) { try read(Array(bytes[..<count]), in: folder) }
      }
    }
  }

  @Test func fileThatIsCutWhileItIsOpenIsFound() throws {
    try withTemporaryDirectory { folder in
      let path = folder + "/file"
      try Data(Self.bytes("snapshot.columns")).write(to: URL(fileURLWithPath: path))
      let file = try ColumnFile(opening: path)
      #expect(truncate(path, 100) == 0)
      #expect(throws: ColumnFileError.self) { try file.verify(key: []) }
    }
  }

  @Test(.enabled(if: OtherProgram.path("python3") != nil, "needs python3"))
  func vectorsAreThoseOfTheirScript() throws {
    let outcome = try OtherProgram.run("python3", ["\(Self.folder)/make.py", "--check"])
    #expect(outcome.status == 0, "\(outcome.output)")
  }
}
