import Aggregates
import CanonicalJSON
import SiteEvaluation
import Testing

/// Rows without a usable score, by window and level.
@Suite struct UnscoredTests {
  private var study: Study {
    var study = Study()
    study.windows = [
      "kind": "dated", "column": "time",
      "list": [
        ["id": "january", "start": "2025-01-01T00:00:00Z", "end": "2025-02-01T00:00:00Z"],
        ["id": "march", "start": "2025-03-01T00:00:00Z", "end": "2025-04-01T00:00:00Z"],
      ],
    ]
    return study
  }

  @Test func theyAreCountedInTheirWindowAndLevelWithTheirPatients() throws {
    let result = try study.evaluate(
      """
      pid,time,score,y,sex
      a,2025-01-02T00:00:00Z,,1,F
      a,2025-01-03T00:00:00Z,,1,M
      a,2025-01-04T00:00:00Z,1.5,1,F
      b,2025-01-05T00:00:00Z,,0,F
      b,2025-03-05T00:00:00Z,high,0,x
      b,2025-02-05T00:00:00Z,,0,F
      b,soon,,0,F
      c,2025-03-05T00:00:00Z,0.5,0,F

      """)
    let windows = result.local.windows
    #expect(windows[0].unscored.missing == RowsAndPatients(rows: 3, patients: 2))
    #expect(windows[0].unscored.invalid == RowsAndPatients(rows: 1, patients: 1))
    #expect(windows[1].unscored.missing == RowsAndPatients())
    #expect(windows[1].unscored.invalid == RowsAndPatients(rows: 1, patients: 1))
    #expect(windows[0].unscoredLevels[0].map(\.missing.rows) == [2, 1, 0])
    #expect(windows[0].unscoredLevels[0].map(\.missing.patients) == [2, 1, 0])
    #expect(windows[1].unscoredLevels[0].map(\.invalid.rows) == [0, 0, 1])
    // Whoever has no time in a window is left out for that, and counted nowhere else.
    #expect(
      result.local.flow.table == [
        "scoreMissing": [3, 2], "scoreInvalid": [2, 2], "timeInvalid": [1, 1], "outsideWindows": [1, 1],
      ])
  }

  @Test func withoutPatientsARowIsOne() throws {
    var rows = Study()
    rows.patientColumn = nil
    let window = try #require(
      try rows.evaluate("score,y,sex\n,1,F\n,1,F\n2,1,M\n").local.windows.first)
    #expect(window.unscored.missing == RowsAndPatients(rows: 2, patients: 2))
    #expect(window.unscoredLevels[0].map(\.invalid.patients) == [0, 1, 0])
  }

  @Test func onlyTheFirstRowOfAPatientIsLookedAt() throws {
    var first = study
    first.rules = [["kind": "firstPerPatient", "by": "n"]]
    let result = try first.evaluate(
      """
      pid,n,time,score,y,sex
      a,1,2025-03-02T00:00:00Z,,1,F
      a,1,2025-01-03T00:00:00Z,,1,M
      a,2,2025-01-04T00:00:00Z,0.5,1,F

      """)
    // Of the two with the same number, the one of the first window.
    #expect(result.local.windows.map(\.unscored.missing.rows) == [1, 0])
    #expect(result.local.windows[0].unscoredLevels[0].map(\.missing.rows) == [0, 1, 0])
  }
}
