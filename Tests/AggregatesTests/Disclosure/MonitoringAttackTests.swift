import Aggregates
import EvaluationProtocols
import Testing

/// Attacks on what stands beside the tables, each on the smallest hospital in which it would work.
@Suite struct MonitoringAttackTests {
  /// Grid 0, 0.5, 1; at least three of everything.
  private let study: SmallStudy = {
    var study = SmallStudy(thresholds: ["0.5"], calibration: [], fine: [])
    study.hasOperations = true
    return study
  }()

  /// So many rows in both labelled classes and on both sides of 0.5.
  private func rows(_ count: Int, window: Int = 0) -> [TestRow] {
    [RowClass.positive, .negative].flatMap { rowClass in
      [0.2, 0.8].flatMap { score in
        (0..<count).map {
          TestRow(patient: $0, window: window, rowClass: rowClass, score: score, levels: [0])
        }
      }
    }
  }

  private func unscored(_ count: Int, window: Int = 0, level: Int = 0) -> [TestUnscored] {
    (0..<count).map { TestUnscored(patient: $0, window: window, levels: [level]) }
  }

  @Test func aSmallWindowDoesNotComeOutOfTheReasonLessTheOtherWindows() throws {
    var twoWindows = study
    twoWindows.windows = 2
    let table = rows(5) + rows(5, window: 1)
    let small = try Reader(
      MadeUpHospital(twoWindows, rows: table, unscored: unscored(5) + unscored(2, window: 1)).released.bytes)
    #expect(small.exclusions.suffix(2) == [7, 0] && small.windows.allSatisfy { $0.unscored == nil })
    let enough = try Reader(
      MadeUpHospital(twoWindows, rows: table, unscored: unscored(5) + unscored(3, window: 1)).released.bytes)
    #expect(enough.windows.map(\.unscored) == [[5, 0], [3, 0]])
    let nobody = try Reader(MadeUpHospital(twoWindows, rows: table, unscored: unscored(5)).released.bytes)
    #expect(nobody.windows.map(\.unscored) == [[5, 0], [0, 0]], "nobody is no secret here")
  }

  @Test func aSmallLevelDoesNotComeOutOfTheWindowLessTheOtherLevels() throws {
    let small = try Reader(
      MadeUpHospital(study, rows: rows(5), unscored: unscored(5) + unscored(1, level: 1)).released.bytes)
    #expect(small.windows[0].unscored == [6, 0] && small.windows[0].unscoredLevels[0] == nil)
    let enough = try Reader(
      MadeUpHospital(study, rows: rows(5), unscored: unscored(5) + unscored(3, level: 1)).released.bytes)
    #expect(enough.windows[0].unscoredLevels[0] == [[5, 0], [3, 0], [0, 0]])
  }

  @Test func aReasonThatTheFlowHidesDoesNotComeOutOfTheWindows() throws {
    // Two unreadable rows need cover, and the next smallest reason is the missing scores.
    let hospital = try MadeUpHospital(
      study, rows: rows(5), unscored: unscored(4), excluded: ["unreadable": (2, 2), "cohortRule1": (40, 40)])
    let reader = try Reader(hospital.released.bytes)
    #expect(reader.exclusions == [nil, 40, nil, 0] && reader.windows[0].unscored == nil)
  }

  @Test func manyRowsWithoutAScoreOfFewPatientsAreFew() throws {
    var encounters = study
    encounters.countsPatients = true
    let twoPatients = (0..<20).map { TestUnscored(patient: $0 % 2, levels: [0]) }
    let threePatients = (0..<20).map { TestUnscored(patient: $0 % 3, levels: [0]) }
    let few = try Reader(MadeUpHospital(encounters, rows: rows(5), unscored: twoPatients).released.bytes)
    #expect(few.windows[0].unscored == nil)
    let enough = try Reader(MadeUpHospital(encounters, rows: rows(5), unscored: threePatients).released.bytes)
    #expect(enough.windows[0].unscored == [20, 0])
  }

  private func alerting(_ table: [TestRow], _ isShown: (Int) -> Bool) -> [TestRow] {
    table.enumerated().map { index, row in
      var row = row
      row.alert = isShown(index) ? TestAlert(response: index % 2, acknowledgement: 0) : nil
      return row
    }
  }

  @Test func fewAlertsAndFewSparedRowsAreWithheldTogether() throws {
    for shown in [2, 18] {
      let hospital = try MadeUpHospital(study, rows: alerting(rows(5)) { $0 < shown })
      #expect(try Reader(hospital.released.bytes).windows[0].operations == nil, "\(shown) of 20")
    }
    for shown in [0, 3, 17, 20] {
      let hospital = try MadeUpHospital(study, rows: alerting(rows(5)) { $0 < shown })
      let operations = try #require(try Reader(hospital.released.bytes).windows[0].operations)
      #expect(operations.alerts == shown && operations.spared == 20 - shown)
    }
  }

  @Test func alertsOfRowsWithoutALabelDoNotGiveTheirNumber() throws {
    // One row without a label is withheld, so alerts are counted without it, as the histograms are.
    let unlabelled = TestRow(patient: 99, rowClass: .unlabelled, score: 0.2, levels: [0])
    let table = alerting(rows(5) + [unlabelled]) { $0 % 2 == 0 }
    let window = try Reader(MadeUpHospital(study, rows: table).released.bytes).windows[0]
    let operations = try #require(window.operations)
    #expect(!window.histogramsCountAll && operations.alerts + operations.spared == 20)
  }

  @Test func fewOverriddenAlertsAreMergedWithTheOthers() throws {
    var table = alerting(rows(5)) { _ in true }
    for index in table.indices { table[index].alert?.response = index < 2 ? 0 : 1 }
    let hospital = try MadeUpHospital(study, rows: table)
    let operations = try #require(try Reader(hospital.released.bytes).windows[0].operations)
    #expect(operations.responses.map(\.rows) == [20] && operations.responses[0].last == 1)
  }

  @Test func operationsOfAWithheldWindowAreWithheld() throws {
    let table = alerting(rows(5).filter { $0.rowClass == .negative }) { $0 < 5 }
    #expect(try Reader(MadeUpHospital(study, rows: table).released.bytes).windows[0].operations == nil)
  }

  @Test func aDozenScoresDoNotComeOutOfTheCUSUM() throws {
    // A logarithm has more digits than a cube: with the other sums it would tell scores of two decimals.
    var study = study
    study.windows = 1
    study.hasCUSUM = true
    #expect(try Reader(MadeUpHospital(study, rows: rows(5)).released.bytes).windows[0].cusum == nil)
    let large = try MadeUpHospital(study, rows: rows(25))
    // 50 ln 1.2 + 50 ln 1.8 in units of 2⁻³², each row rounded: Python 3.12, math.log1p.
    #expect(try Reader(large.released.bytes).windows[0].cusum == 50 * (783_065_124 + 2_524_524_503))
    study.countsPatients = true
    let returning = try MadeUpHospital(study, rows: rows(25))
    #expect(try Reader(returning.released.bytes).windows[0].cusum == nil, "a hundred rows of 25 patients")
  }

  @Test func averagePrecisionNeedsTheEventsOfAFit() throws {
    var careful = study
    careful.minimumFitEvents = 11
    func precision(_ count: Int) throws -> Double? {
      try Reader(MadeUpHospital(careful, rows: rows(count)).released.bytes).windows[0].overall.counts?
        .averagePrecision
    }
    #expect(try precision(5) == nil)
    #expect(try precision(6) == 0.5)
  }
}
