import StudyFixtures
import TestSupport
import Testing

@testable import SiteEvaluation

/// What is told while the rows of a dataset are read.
@Suite struct ReadingProgressTests {
  private func told(_ files: [[UInt8]], _ declaration: DatasetDeclaration) throws -> [SiteEvaluationProgress]
  {
    try withFiles(files) { try told(paths: $0, declaration) }
  }

  private func told(paths: [String], _ declaration: DatasetDeclaration) throws -> [SiteEvaluationProgress] {
    var told: [SiteEvaluationProgress] = []
    try withTemporaryDirectory { folder in
      _ = try freezeDataset(
        files: paths, declaredAs: declaration, in: folder, key: [UInt8](repeating: 1, count: 32)
      ) { told.append($0) }
    }
    return told
  }

  @Test func rowsOfAQueryAreToldAsTheyCome() throws {
    let declaration = try Study.declaration(
      tables: .sqlite(query: [
        "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 1000) SELECT i, 7 AS x FROM n"
      ]))
    try withDatabase("CREATE TABLE t(i)") { path in
      let told = try told(paths: [path], declaration)
      let rows = told.compactMap { if case .readingRows(let rows) = $0 { rows } else { nil } }
      // Nothing of bytes: how much of the file a query needs is not known.
      #expect(rows.count == told.count && rows == rows.sorted())
      #expect(rows.first == 64 && rows.last == 1000 && rows.count > 10)
    }
  }

  @Test func bytesOfAnExportAreToldBeforeTheFirstRow() throws {
    var fixture = FHIRFixture()
    fixture.columns += "," + FHIRFixture.lactate("last")
    fixture.patients += (0..<200).map { #"{"resourceType":"Patient","id":"more\#($0)"}"# }
    fixture.columns += #", {"column": "pid", "from": "patient.id"}"#
    fixture.observations = (0..<200).map { FHIRFixture.observation(value: FHIRFixture.quantity("\($0)")) }
    let files = [fixture.patients, fixture.encounters, fixture.observations].map {
      Array($0.map { $0 + "\n" }.joined().utf8)
    }
    let size = files.reduce(0) { $0 + $1.count }
    let told = try told(files, FHIRFixture.declaration(fixture.columns))
    let bytes = told.compactMap { step -> Int? in
      if case .reading(let bytes, size) = step { bytes } else { nil }
    }
    #expect(bytes.count == told.count && bytes == bytes.sorted() && bytes.last == size)
    // All lines are read in the step to the first row.
    #expect(bytes.filter { $0 < size }.count > 1)
  }

  @Test func bytesOfTablesAreToldOverAllFiles() throws {
    let files = ["x\n" + String(repeating: "1\n", count: 70_000), "x\n2\n"].map { Array($0.utf8) }
    let told = try told(files, clinical())
    let size = files[0].count + files[1].count
    #expect(told.last == .reading(bytes: size, of: size) && told.count >= 2)
  }
}
