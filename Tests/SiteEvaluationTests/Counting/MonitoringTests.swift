import Aggregates
import CanonicalJSON
import SiteEvaluation
import Testing

/// What is counted beside the tables, on small tables counted by hand.
@Suite struct MonitoringTests {
  private let study = Study(
    operations: [
      "alert": ["column": "alert", "values": ["1", "yes"]],
      "override": ["column": "override", "values": ["1"]],
      "acknowledgement": ["column": "minutes", "unit": "min", "edges": ["5", "30"], "target": "30"],
    ])
  private let header = "pid,score,y,sex,alert,override,minutes\n"

  private func window(_ rows: String...) throws -> LocalWindow {
    try #require(
      try study.evaluate(header + rows.joined(separator: "\n")).local.windows.first)
  }

  @Test func alertsAreCountedWithTheirPatients() throws {
    let operations = try #require(
      try window(
        "a,0.9,1,F,1,1,3", "a,0.8,1,F,yes,,", "a,0.1,0,F,0,1,3", "b,0.7,0,M,1,1,30", "b,0.7,,M,1,0,4.9",
        "c,0.2,,M,no,,", "d,0.2,0,M,,,"
      ).operations)
    #expect(operations.alerts.all == RowsAndPatients(rows: 4, patients: 2))
    #expect(operations.alerts.labelled == RowsAndPatients(rows: 3, patients: 2))
    #expect(operations.spared.all == RowsAndPatients(rows: 3, patients: 3))
    #expect(operations.spared.labelled == RowsAndPatients(rows: 2, patients: 2))
  }

  @Test func responsesAndTimesAreThoseOfAlertsAlone() throws {
    let operations = try #require(
      try window(
        "a,0.9,1,F,1,1,3", "a,0.8,1,F,1,0,30", "a,0.1,0,F,0,1,3", "b,0.7,0,M,1,0,29.9", "b,0.7,,M,1,1,5",
        "c,0.2,,M,1,2,never"
      ).operations)
    let responses = try #require(operations.responses)
    // Overridden, not overridden. Patient a counts at the lowest cell of the labelled rows, c of the others.
    #expect(responses.labelled == [1, 2] && responses.unlabelled == [1, 1])
    #expect(responses.labelledPatients == [1, 1] && responses.unlabelledPatients == [0, 1])
    let times = try #require(operations.acknowledgement)
    // [0, 5), [5, 30), [30, ∞), never.
    #expect(times.labelled == [1, 1, 1, 0] && times.unlabelled == [0, 1, 0, 1])
    #expect(times.labelledPatients == [1, 1, 0, 0] && times.unlabelledPatients == [0, 0, 0, 1])
  }

  @Test func anAlertWithoutATimeAfterItWasNeverAcknowledged() throws {
    let times = try #require(
      try window("a,0.9,1,F,1,1,", "b,0.9,1,F,1,1,-1", "c,0.9,1,F,1,1,soon", "d,0.9,1,F,1,1,0").operations?
        .acknowledgement)
    #expect(times.labelled == [1, 0, 0, 3])
  }

  @Test func cusumIsTheSumOverLabelledRows() throws {
    var study = Study()
    study.analysis = ["cusum": ["oddsRatio": "2", "limit": "4.5", "runLength": 100]]
    study.windows = [
      "kind": "dated", "column": "time",
      "list": [["id": "year", "start": "2025-01-01T00:00:00Z", "end": "2026-01-01T00:00:00Z"]],
    ]
    let rows = ["a,0.2,1,F", "b,0.8,0,F", "c,0.8,,F", "d,0,1,F"].map { $0 + ",2025-05-01T00:00:00Z\n" }
    let result = try study.evaluate("pid,score,y,sex,time\n" + rows.joined())
    // ln 1.2 and ln 1.8 in units of 2⁻³², rounded: Python 3.12, math.log1p.
    let expected: Int128 = 783_065_124 + 2_524_524_503
    #expect(result.local.windows[0].cusum == expected)
  }

  @Test func aProtocolThatAsksForNothingGetsNothing() throws {
    let window = try #require(try Study().evaluate("pid,score,y,sex\na,0.5,1,F\n").local.windows.first)
    #expect(window.cusum == nil && window.operations == nil && window.intersections.isEmpty)
  }

  @Test func missingColumnOfOperationsIsNamedBeforeAnyRowIsRead() throws {
    #expect {
      try study.evaluate("pid,score,y,sex,override,minutes\na,0.5,1,F,,\n")
    } throws: {
      "\($0)".contains("alert")
    }
  }

  @Test func tiesAmongFirstRowsAreBrokenByWhatBecameOfTheAlert() throws {
    var first = study
    first.rules = [["kind": "firstPerPatient", "by": "score"]]
    let rows = ["a,0.9,1,F,0,,", "a,0.9,1,F,1,0,3", "a,0.9,1,F,1,1,30", "a,0.9,1,F,1,1,3"]
    for order in [[0, 1, 2, 3], [3, 2, 1, 0], [2, 3, 0, 1]] {
      let table = header + order.map { rows[$0] }.joined(separator: "\n")
      let operations = try #require(try first.evaluate(table).local.windows[0].operations)
      // The alert, overridden, acknowledged first.
      #expect(
        operations.responses?.labelled == [1, 0] && operations.acknowledgement?.labelled == [1, 0, 0, 0])
    }
  }
}
