import Statistics
import Testing

@Suite struct BeggGreenesTests {
  private static func intervals(_ object: ReferenceObject) throws -> [LabelledInterval] {
    try object.rows("intervals").map {
      LabelledInterval(isFlagged: $0[0] == 1, positives: $0[1], negatives: $0[2], unlabelled: $0[3])
    }
  }

  @Test func matchesTheEMAlgorithmAndItsInformationMatrix() throws {
    for object in try ReferenceFile("threshold_measures.json").objects("missingAtRandom") {
      let result = try beggGreenes(try Self.intervals(object))
      for (estimate, name) in [(result.sensitivity, "sensitivity"), (result.specificity, "specificity")] {
        let expected = try object.numbers(name)
        let interval = try #require(estimate.interval)
        #expect(isClose(estimate.value, expected[0], 1e-12), "\(name)")
        #expect(isClose(interval.lower, expected[1], 1e-12), "\(name)")
        #expect(isClose(interval.upper, expected[2], 1e-12), "\(name)")
        #expect(isClose(try #require(estimate.standardError), expected[3], 1e-12), "\(name)")
      }
    }
  }

  @Test func twoIntervalsAreTheFormulaOfThePaper() throws {
    let rows = [
      LabelledInterval(isFlagged: true, positives: 40, negatives: 25, unlabelled: 6),
      LabelledInterval(isFlagged: false, positives: 10, negatives: 125, unlabelled: 400),
    ]
    let (p1, p0) = (40.0 / 65, 10.0 / 135)
    let result = try beggGreenes(rows)
    #expect(isClose(result.sensitivity.value, 71 * p1 / (71 * p1 + 535 * p0), 1e-14))
    #expect(isClose(result.specificity.value, 535 * (1 - p0) / (535 * (1 - p0) + 71 * (1 - p1)), 1e-14))
  }

  @Test func fullLabelsGiveTheOrdinaryProportionAndTheOrderDoesNotMatter() throws {
    var rows = [
      LabelledInterval(isFlagged: true, positives: 7, negatives: 3, unlabelled: 0),
      LabelledInterval(isFlagged: true, positives: 4, negatives: 5, unlabelled: 0),
      LabelledInterval(isFlagged: false, positives: 2, negatives: 30, unlabelled: 0),
    ]
    let result = try beggGreenes(rows)
    #expect(isClose(result.sensitivity.value, 11.0 / 13, 1e-15))
    #expect(isClose(result.specificity.value, 30.0 / 38, 1e-15))
    rows.reverse()
    let reversed = try beggGreenes(rows)
    #expect(reversed.sensitivity == result.sensitivity && reversed.specificity == result.specificity)
  }

  @Test func theEdgesHaveNoInterval() throws {
    let result = try beggGreenes([
      LabelledInterval(isFlagged: true, positives: 7, negatives: 3, unlabelled: 5),
      LabelledInterval(isFlagged: false, positives: 0, negatives: 30, unlabelled: 9),
    ])
    #expect(result.sensitivity.value == 1 && result.sensitivity.interval == nil)
    #expect(result.specificity.interval != nil)
  }

  @Test func anIntervalWithoutLabelsIsRefused() {
    let unlabelled = LabelledInterval(isFlagged: false, positives: 0, negatives: 0, unlabelled: 9)
    let labelled = LabelledInterval(isFlagged: true, positives: 7, negatives: 3, unlabelled: 5)
    #expect(throws: StatisticsError.noTrials) { try beggGreenes([labelled, unlabelled]) }
    #expect(throws: StatisticsError.noEvents) { try beggGreenes([]) }
    #expect(throws: StatisticsError.noEvents) {
      try beggGreenes([LabelledInterval(isFlagged: true, positives: 0, negatives: 3, unlabelled: 0)])
    }
    #expect(throws: StatisticsError.countExceedsTrials) {
      try beggGreenes([LabelledInterval(isFlagged: true, positives: 0, negatives: 3, unlabelled: -1)])
    }
  }
}
