import Statistics
import Testing

@Suite struct CalibrationInTheLargeTestTests {
  private func sums(_ rows: ScoredRows) throws -> (positive: PowerSums, negative: PowerSums) {
    var positive = PowerSums()
    var negative = PowerSums()
    for score in rows.positives { try positive.add(score) }
    for score in rows.negatives { try negative.add(score) }
    return (positive, negative)
  }

  @Test func matchesRawRows() throws {
    for object in try ReferenceFile("calibration.json").objects("cases") {
      let (positive, negative) = try sums(ScoredRows(object))
      let test = try calibrationInTheLargeTest(positive: positive, negative: negative)
      #expect(isClose(test.z, try object.number("z"), 1e-9))
      #expect(isClose(test.pValue, try object.number("pValue"), 1e-9))
    }
  }

  @Test func certainScoresCannotBeTested() throws {
    let (positive, negative) = try sums(ScoredRows(scores: [0, 1, 1], labels: [0, 1, 0]))
    #expect(throws: StatisticsError.noVariance) {
      try calibrationInTheLargeTest(positive: positive, negative: negative)
    }
    #expect(throws: StatisticsError.noTrials) {
      try calibrationInTheLargeTest(positive: PowerSums(), negative: PowerSums())
    }
    // The third and fourth powers are not needed.
    var (some, others) = try sums(ScoredRows(scores: [0.25, 0.5], labels: [1, 0]))
    some.m3 = nil
    others.m4 = nil
    let test = try calibrationInTheLargeTest(positive: some, negative: others)
    #expect(isClose(test.z, 0.25 / (0.4375).squareRoot(), 1e-12))
    let damaged = PowerSums(count: 1, m1: 1 << 33, m2: 1 << 33)
    #expect(throws: StatisticsError.self) {
      try calibrationInTheLargeTest(positive: damaged, negative: others)
    }
  }
}
