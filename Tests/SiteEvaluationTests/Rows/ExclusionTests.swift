import Aggregates
import CanonicalJSON
import SiteEvaluation
import Testing

@Suite struct ExclusionTests {
  @Test func everyReasonIsAskedInOrderAndCountsRowsAndPatients() throws {
    let study = Study(
      rules: [
        ["kind": "equals", "column": "ward", "value": "A"],
        ["kind": "range", "column": "age", "lower": "18", "upper": "90"],
      ],
      windows: [
        "kind": "dated", "column": "t",
        "list": [
          ["id": "w1", "start": "2025-01-01T00:00:00Z", "end": "2025-02-01T00:00:00Z"],
          ["id": "w2", "start": "2025-03-01T00:00:00Z", "end": "2025-04-01T00:00:00Z"],
        ],
      ])
    let result = try study.evaluate(
      """
      pid,ward,age,t,score,y,sex
      too,few
      ,A,50,2025-01-05T00:00:00Z,0.2,0,F
      p1,B,50,2025-01-05T00:00:00Z,0.2,0,F
      p1,B,5,bad,bad,0,F
      p2,A,17.9,2025-01-05T00:00:00Z,0.2,0,F
      p2,A,,2025-01-05T00:00:00Z,0.2,0,F
      p3,A,old,2025-01-05T00:00:00Z,0.2,0,F
      p3,A,90,2025-01-05,0.2,0,F
      p3,A,18,2025-02-01T00:00:00Z,0.2,0,F
      p3,A,18,2025-02-28T23:59:59Z,0.2,0,F
      p4,A,18,2025-01-01T00:00:00Z,,0,F
      p4,A,18,2025-01-01T00:00:00Z,high,0,F
      p4,A,18,2025-01-01T00:00:00Z,1.01,0,F
      p4,A,18,2025-01-01T00:00:00Z,-0.01,0,F
      p5,A,18,2025-01-01T00:00:00Z,0,1,F
      p5,A,18,2025-01-31T23:59:59Z,1,0,F
      p6,A,18,2025-04-01T01:00:00+02:00,0.5,0,F

      """)
    #expect(result.local.flow.read == 17)
    #expect(
      result.local.flow.table == [
        "unreadable": [1, 1], "patientMissing": [1, 1], "cohortRule1": [2, 1], "cohortRule2": [3, 2],
        "timeInvalid": [1, 1], "outsideWindows": [2, 1], "scoreMissing": [1, 1], "scoreInvalid": [3, 1],
      ])
    #expect(result.local.windows.map(\.overall.rows.total) == [2, 1])
    #expect(
      result.local.flow.exclusions.map(\.reason)
        == ExclusionReason.all(under: try study.evaluationProtocol))
  }

  @Test func rulesCompareTextsByteForByte() throws {
    let study = Study(rules: [
      ["kind": "in", "column": "ward", "values": ["A", "B "]], ["kind": "notEmpty", "column": "note"],
    ])
    let result = try study.evaluate(
      "pid,ward,note,score,y,sex\n1,A,x,0,0,F\n2,B,x,0,0,F\n3,B ,x,0,0,F\n4,a,x,0,0,F\n5,A,,0,0,F\n6,A, ,0,0,F\n"
    )
    #expect(result.local.flow.table == ["cohortRule1": [2, 2], "cohortRule2": [1, 1]])
  }

  @Test func rangeWithoutLimitsAsksForANumber() throws {
    let study = Study(rules: [["kind": "range", "column": "age"]])
    let result = try study.evaluate("pid,age,score,y,sex\n1,> 89,0,0,F\n2,1e3,0,0,F\n3,NaN,0,0,F\n")
    #expect(result.local.flow.table == ["cohortRule1": [2, 2]])
  }

  @Test func labelThatIsNotListedIsCountedAsUnlabelledAndReportedHere() throws {
    let result = try Study().evaluate(
      "pid,score,y,sex\n1,0.1,1,F\n2,0.1,yes,F\n3,0.1,0,F\n4,0.1,,F\n5,0.1,true,F\n")
    let rows = result.local.windows[0].overall.rows
    #expect(rows.positive == [2, 0])
    #expect(rows.negative == [1, 0])
    #expect(rows.unlabelled == [2, 0])
    #expect(result.invalidLabels == 1)
  }

  @Test func withoutAPatientColumnARowIsAPatient() throws {
    var study = Study()
    study.patientColumn = nil
    let result = try study.evaluate("score,y,sex\n0.1,1,F\n0.6,0,M\n,0,M\n,0,M\n")
    #expect(result.local.flow.table == ["scoreMissing": [2, 2]])
    let overall = result.local.windows[0].overall
    #expect(overall.patients == overall.rows)
    #expect(overall.clusters.isEmpty)
    #expect(overall.distinctPatients == 2)
    #expect(!result.policy.countsPatients)
  }

  @Test func tooManyUnreadableRowsAreRefusedWithoutTheirNumber() throws {
    var study = Study()
    study.maximumUnreadableShare = "0.25"
    let good = "pid,score,y,sex\n1,0.1,1,F\n2,0.1,0,F\n3,0.1,0,F\nbad\n"
    #expect(try study.evaluate(good).local.flow.table == ["unreadable": [1, 1]])
    let error = #expect(throws: SiteEvaluationError.self) { try study.evaluate(good + "worse\n") }
    #expect(error == .tooManyUnreadableRows(share: try ExactDecimal(parsing: "0.25")))
    #expect(try #require(error).description.contains("0.25"))
    #expect(try #require(error).description.filter(\.isNumber) == "025")
  }

  @Test func emptyDatasetIsEvaluated() throws {
    let result = try Study().evaluate("pid,score,y,sex\n")
    #expect(result.local.flow.read == 0)
    #expect(result.local.windows[0].overall.rows.isEmpty)
  }
}
