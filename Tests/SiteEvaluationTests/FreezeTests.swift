import ColumnFiles
import Cryptography
import Foundation
import SiteEvaluation
import StudyFixtures
import TestSupport
import Testing

@Suite struct FreezeTests {
  private static let folder = Repository.path("protocols/vectors/columns")

  @Test func tablesBecomeTheBytesThatAnotherProgramMadeOfThem() throws {
    let key = try fileBytes(Self.folder + "/digest.key")
    try withTemporaryDirectory { folder in
      let frozen = try freezeDataset(
        files: ["\(Self.folder)/1.csv", "\(Self.folder)/2.csv"], declaredAs: Study.declaration(), in: folder,
        key: key)
      try frozen.rows.publish(as: "found")
      let same = try fileBytes(folder + "/found") == fileBytes(Self.folder + "/snapshot.columns")
      #expect(same, "the column file differs")
      #expect(
        try frozen.rows.digest(key: key).text + "\n"
          == String(contentsOfFile: Self.folder + "/digest.txt", encoding: .utf8))
      #expect(frozen.inspection.tables.rows == 305 && frozen.inspection.profile.unreadable == 3)
    }
  }

  @Test func manyGroupsOfManyColumnsAreOneTable() throws {
    // More rows than a group holds, and enough columns that groups end earlier for their cells.
    for (rows, columns) in [(40_000, 2), (3_000, 700)] {
      let header = (0..<columns).map { "c\($0)" }.joined(separator: ",")
      let table =
        ([header]
        + (0..<rows).map { row in
          (0..<columns).map { "\((row * 31 + $0) % 977)" }.joined(separator: ",")
        }).joined(separator: "\n")
      try withFiles([Array(table.utf8)]) { paths in
        let frozen = try snapshot(of: paths, declaredAs: Study.declaration()).frozen
        let file = frozen.rows
        #expect(file.footer.rows == rows && file.footer.tables[0].groups.count > 1)
        #expect(frozen.inspection.profile.columns.allSatisfy { $0.rows == rows && $0.numbers == rows })
        var first = 0
        for group in file.footer.tables[0].groups {
          try file.withGroup(group, of: file.footer.tables[0]) { group throws(ColumnFileError) in
            let cells = try group.cells(of: columns - 1)
            for row in stride(from: 0, to: group.rows, by: 97) {
              let expected = "\(((first + row) * 31 + columns - 1) % 977)"
              if !cells.cell(row).elementsEqual(expected.utf8) { Issue.record("row \(first + row)") }
            }
          }
          first += group.rows
        }
      }
    }
  }

  @Test func failureLeavesNothing() throws {
    try withFiles([Array("a,b\n1,2\n3,\"4".utf8)]) { paths throws in
      try withTemporaryDirectory { folder throws in
        #expect(throws: SiteEvaluationError.self) {
          try freezeDataset(files: paths, declaredAs: Study.declaration(), in: folder, key: [1])
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
      }
    }
  }
}
