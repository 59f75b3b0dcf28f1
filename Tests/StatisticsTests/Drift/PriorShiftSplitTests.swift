import Statistics
import Testing

@Suite struct PriorShiftSplitTests {
  private func bins(_ scores: [Double], _ positives: [Int], _ negatives: [Int]) throws -> [CalibrationBin] {
    try scores.indices.map { index in
      var positive = PowerSums()
      var negative = PowerSums()
      for _ in 0..<positives[index] { try positive.add(scores[index]) }
      for _ in 0..<negatives[index] { try negative.add(scores[index]) }
      return try CalibrationBin(positive: positive, negative: negative)
    }
  }

  @Test func partsMatchTheMovedOddsAndAddUp() throws {
    for row in try ReferenceFile("drift_more.json").objects("split") {
      let bins = try bins(row.numbers("scores"), row.integers("positives"), row.integers("negatives"))
      let split = try priorShiftSplit(
        bins, referencePrevalence: row.number("old"), currentPrevalence: row.number("new"))
      #expect(isClose(split.logObservedExpected, try row.number("total"), 1e-10))
      #expect(isClose(split.priorShift, try row.number("prior"), 1e-10))
      #expect(isClose(split.remainder, try row.number("remainder"), 1e-10))
      #expect(isClose(split.priorShift + split.remainder, split.logObservedExpected, 1e-10))
    }
  }

  @Test func aPureShiftLeavesNoRemainder() throws {
    // Scores ¼ and ¾, calibrated at prevalence ½; then thrice as many events in every bin of events.
    let shifted = try bins([0.25, 0.75], [30, 90], [30, 10])
    let split = try priorShiftSplit(shifted, referencePrevalence: 0.5, currentPrevalence: 0.75)
    #expect(isClose(split.remainder, 0, 0, floor: 1e-12))
    #expect(split.priorShift > 0.1)
    let same = try priorShiftSplit(shifted, referencePrevalence: 0.5, currentPrevalence: 0.5)
    #expect(isClose(same.priorShift, 0, 0, floor: 1e-12))
  }

  @Test func whatHasNoLogarithmIsRefused() throws {
    let good = try bins([0.25, 0.75], [3, 9], [9, 3])
    for prevalence in [0, 1, -0.1, .nan, .infinity] {
      #expect(throws: StatisticsError.self) {
        try priorShiftSplit(good, referencePrevalence: prevalence, currentPrevalence: 0.2)
      }
      #expect(throws: StatisticsError.self) {
        try priorShiftSplit(good, referencePrevalence: 0.2, currentPrevalence: prevalence)
      }
    }
    let none = try bins([0.25, 0.75], [0, 0], [9, 3])
    #expect(throws: StatisticsError.noEvents) {
      try priorShiftSplit(none, referencePrevalence: 0.2, currentPrevalence: 0.2)
    }
    #expect(throws: StatisticsError.noTrials) {
      try priorShiftSplit([], referencePrevalence: 0.2, currentPrevalence: 0.2)
    }
    for bin in impossibleBins {
      #expect(throws: StatisticsError.self) {
        try priorShiftSplit([bin], referencePrevalence: 0.2, currentPrevalence: 0.2)
      }
    }
  }
}
