import Statistics
import Testing

@Suite struct MissingLabelsTests {
  @Test func worstCaseLimitsAreThoseOfEveryCompletion() throws {
    for object in try ReferenceFile("threshold_measures.json").objects("worstCase") {
      let table = try ConfusionTable(object.integers("counts"))
      let unlabelled = try object.integers("unlabelled")
      let limits = [
        "sensitivity": try WorstCaseLimits.sensitivity(
          table, unlabelledFlagged: unlabelled[0], unlabelledUnflagged: unlabelled[1]),
        "specificity": try WorstCaseLimits.specificity(
          table, unlabelledFlagged: unlabelled[0], unlabelledUnflagged: unlabelled[1]),
        "ppv": try WorstCaseLimits.positivePredictiveValue(table, unlabelledFlagged: unlabelled[0]),
        "npv": try WorstCaseLimits.negativePredictiveValue(table, unlabelledUnflagged: unlabelled[1]),
      ]
      for (name, limit) in limits {
        let expected = try object.numbers(name)
        #expect(isClose(limit.interval.lower, expected[0], 1e-15), "\(name)")
        #expect(isClose(limit.interval.upper, expected[1], 1e-15), "\(name)")
      }
    }
  }

  @Test func withoutMissingLabelsTheLimitsMeet() throws {
    let table = try ConfusionTable([4, 5, 6, 7])
    let limits = try WorstCaseLimits.sensitivity(table, unlabelledFlagged: 0, unlabelledUnflagged: 0)
    #expect(limits.lower == limits.upper && limits.lower.value == 0.4)
  }

  @Test func aSensitivityThatMayNotExistHasNoLimits() throws {
    let table = try ConfusionTable([0, 5, 0, 7])
    #expect(throws: StatisticsError.noTrials) {
      try WorstCaseLimits.sensitivity(table, unlabelledFlagged: 2, unlabelledUnflagged: 2)
    }
    let none = try ConfusionTable([0, 0, 3, 7])
    let limits = try WorstCaseLimits.positivePredictiveValue(none, unlabelledFlagged: 3)
    #expect(limits.interval == Interval(lower: 0, upper: 1))
    #expect(throws: StatisticsError.noTrials) {
      try WorstCaseLimits.positivePredictiveValue(none, unlabelledFlagged: 0)
    }
    #expect(throws: StatisticsError.countExceedsTrials) {
      try WorstCaseLimits.negativePredictiveValue(none, unlabelledUnflagged: -1)
    }
    #expect(throws: StatisticsError.self) {
      try WorstCaseLimits.negativePredictiveValue(none, unlabelledUnflagged: .max)
    }
  }
}
