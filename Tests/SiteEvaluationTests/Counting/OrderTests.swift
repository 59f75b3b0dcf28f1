import Aggregates
import CanonicalJSON
import EvaluationProtocols
import SiteEvaluation
import StudyFixtures
import Testing

/// What an evaluation writes depends on the rows, not on where they stand.
@Suite struct OrderTests {
  private static let study = Study(
    features: [["column": "hr", "type": "number"]],
    rules: [["kind": "firstPerPatient", "by": "n"]],
    thresholds: ["0.3", "0.5"], fineEdges: ["0.1", "0.2", "0.4", "0.6", "0.8"],
    profiles: [["of": "column", "id": "hr", "edges": ["70"], "counts": [1, 1, 1, 1]]], minimumCell: 3,
    minimumFitEvents: 3)

  // 600 rows of 128 patients, many of them alike in the number that orders them.
  private static let rows: [String] = (0..<600).map { index in
    let score = Double((index * 7919) % 101) / 100
    let label = index % 17 == 0 ? "" : (index * 31) % 100 < Int(score * 100) ? "1" : "0"
    let sex = ["F", "M", "", "F"][(index / 3) % 4]
    return "p\((index * index) % 381),\(index % 5),\(score),\(label),\(sex),\(60 + index % 23)"
  }
  private static let header = "pid,n,score,y,sex,hr\n"

  private func table(_ rows: [String]) -> String { Self.header + rows.joined(separator: "\n") }

  private func bytes(_ result: SiteEvaluationResult, _ study: Study) throws -> [[UInt8]] {
    [
      result.releasable.bytes,
      result.local.encodeForSite(under: try study.evaluationProtocol, policy: result.policy),
    ]
  }

  private static let studies: [Study] = {
    var everyRow = study
    everyRow.rules = []
    return [study, everyRow]
  }()

  @Test(arguments: [0, 1])
  func orderOfRowsCannotBeSeen(index: Int) throws {
    let study = Self.studies[index]
    let expected = try bytes(study.evaluate(table(Self.rows)), study)
    for order in [Self.rows.reversed(), Self.rows.sorted(), (0..<600).map { Self.rows[($0 * 371) % 600] }] {
      #expect(try bytes(study.evaluate(table(order)), study) == expected)
    }
  }

  @Test(arguments: [0, 1])
  func divisionIntoFilesCannotBeSeen(index: Int) throws {
    let study = Self.studies[index]
    let whole = try study.evaluate(table(Self.rows))
    let parts = try study.evaluate(
      table(Array(Self.rows[400...])), table(Array(Self.rows[..<50])), table(Array(Self.rows[50..<400])))
    #expect(try bytes(parts, study) == bytes(whole, study))
  }

  @Test func orderOfFilesCannotBeSeenInTheDigest() throws {
    let files = [Self.rows[..<50], Self.rows[50...]].map { Array(table(Array($0)).utf8) }
    try withFiles(files) { paths in
      let declaration = try Study.declaration()
      let digest = try inspectDataset(files: paths, declaredAs: declaration).tables.digest
      #expect(
        try inspectDataset(files: paths.reversed(), declaredAs: declaration).tables.digest == digest)
      #expect(try inspectDataset(files: [paths[0]], declaredAs: declaration).tables.digest != digest)
    }
  }

  @Test func namesOfPatientsCannotBeSeen() throws {
    let renamed = Self.rows.map { "x" + $0.replacing("p", with: "") }
    let study = Self.studies[1]
    #expect(
      try bytes(study.evaluate(table(renamed)), study) == bytes(study.evaluate(table(Self.rows)), study))
  }

  @Test(arguments: [0, 1])
  func releaseStandsUpToItsOwnCheck(index: Int) throws {
    let study = Self.studies[index]
    let result = try study.evaluate(table(Self.rows))
    let checked = try CheckedAggregate.parse(result.releasable.bytes, under: study.evaluationProtocol)
    #expect(checked.content == result.releasable.content)
    guard case .released = checked.content.windows[0].overall else {
      Issue.record("nothing is released")
      return
    }
  }
}
