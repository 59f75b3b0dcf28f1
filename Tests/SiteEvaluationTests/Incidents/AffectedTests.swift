import CanonicalJSON
import Cryptography
import EvaluationProtocols
import SiteEvaluation
import StudyFixtures
import Testing

/// Which rows are on the list of an incident.
@Suite struct AffectedTests {
  private static let windows: JSONValue = [
    "kind": "dated", "column": "t",
    "list": [["id": "m1", "start": "2026-01-01T00:00:00Z", "end": "2026-02-01T00:00:00Z"]],
  ]

  private func lines(
    _ tables: String..., study: Study, threshold: String = "0.5",
    from: String = "2026-03-01T00:00:00Z", until: String = "2026-04-01T00:00:00Z"
  ) throws -> [String] {
    try withFiles(tables.map { Array($0.utf8) }) { paths in
      let list = try listAffected(
        by: AffectedQuestion(
          from: UTCTime(parsing: from), until: UTCTime(parsing: until),
          threshold: ExactDecimal(parsing: threshold)),
        in: snapshot(of: paths, declaredAs: Study.declaration()).rows, under: study.evaluationProtocol,
        model: SiteModel(artifact: study.artifact, features: nil))
      let lines = String(decoding: list.csv, as: UTF8.self).split(
        separator: "\n", omittingEmptySubsequences: false)
      #expect(lines.first == "file,row,patient,time,score,outcomeKnown,remark" && lines.last == "")
      return lines.dropFirst().dropLast().map(String.init)
    }
  }

  private var dated: Study {
    var study = Study()
    study.windows = Self.windows
    return study
  }

  @Test func theSpanIsHalfOpenAndTheThresholdIsIn() throws {
    let table = """
      pid,score,y,sex,t
      a,0.5,1,F,2026-03-01T00:00:00Z
      b,0.499,0,F,2026-03-02T00:00:00Z
      c,0.9,,F,2026-03-31T23:59:59Z
      d,0.9,0,F,2026-04-01T00:00:00Z
      e,0.9,0,F,2026-02-28T23:59:59Z

      """
    #expect(
      try lines(table, study: dated) == [
        #"1,1,"a","2026-03-01T00:00:00Z",0.5,yes,"#, #"1,3,"c","2026-03-31T23:59:59Z",0.9,no,"#,
      ])
  }

  @Test func inDoubtARowIsOnTheListAndSaysWhy() throws {
    let table = "pid,score,y,sex,t\na,0.9,1,F,yesterday\nb,0.9\nc,0.1,1,F,yesterday\nd,none,1,F,yesterday\n"
    #expect(
      try lines(table, study: dated) == [
        #"1,1,"a","yesterday",0.9,yes,the time cannot be read"#, "1,2,,,,,the row cannot be read",
      ])
  }

  @Test func theCohortIsNotAskedAndFilesAreTold() throws {
    var study = dated
    study.rules = [["kind": "equals", "column": "sex", "value": "M"]]
    let first = "pid,score,y,sex,t\na,0.9,1,F,2026-03-02T00:00:00Z\n"
    let second = "pid,score,y,sex,t\nb,0.8,1,M,2026-03-02T00:00:00+01:00\n"
    #expect(
      try lines(first, second, study: study) == [
        #"1,1,"a","2026-03-02T00:00:00Z",0.9,yes,"#, #"2,1,"b","2026-03-02T00:00:00+01:00",0.8,yes,"#,
      ])
  }

  @Test func identifiersAreQuoted() throws {
    let table = "pid,score,y,sex,t\n\"a,\"\"b\",0.9,1,F,2026-03-02T00:00:00Z\n"
    #expect(try lines(table, study: dated) == [#"1,1,"a,""b","2026-03-02T00:00:00Z",0.9,yes,"#])
  }

  @Test func aProtocolWithoutTimesOrPatientsListsEveryHighScore() throws {
    var study = Study()
    study.patientColumn = nil
    #expect(
      try lines("score,y,sex\n0.9,1,F\n0.2,1,F\n", study: study) == [
        "1,1,,,0.9,yes,the protocol has no time column"
      ])
  }
}
