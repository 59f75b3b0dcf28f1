import Statistics
import Testing

@Suite struct StandardisedPredictiveValuesTests {
  @Test func matchBayesAndTheNumericalDeltaMethod() throws {
    for object in try ReferenceFile("threshold_measures.json").objects("standardised") {
      let result = try standardisedPredictiveValues(
        try ConfusionTable(object.integers("counts")), prevalence: try object.number("prevalence"))
      for (estimate, name) in [(result.positive, "positive"), (result.negative, "negative")] {
        let expected = try object.numbers(name)
        let interval = try #require(estimate.interval)
        #expect(isClose(estimate.value, expected[0], 1e-12), "\(name)")
        #expect(isClose(interval.lower, expected[1], 1e-10), "\(name)")
        #expect(isClose(interval.upper, expected[2], 1e-10), "\(name)")
        #expect(isClose(try #require(estimate.standardError), expected[3], 1e-10), "\(name)")
      }
    }
  }

  @Test func theObservedPrevalenceGivesTheObservedValues() throws {
    let result = try standardisedPredictiveValues(ConfusionTable([30, 20, 10, 140]), prevalence: 0.2)
    #expect(isClose(result.positive.value, 0.6, 1e-14) && isClose(result.negative.value, 14.0 / 15, 1e-14))
  }

  @Test func emptyClassesAndRowsAreRefusedAndEdgesHaveNoInterval() throws {
    let perfect = try standardisedPredictiveValues(ConfusionTable([5, 0, 0, 9]), prevalence: 0.1)
    #expect(perfect.positive.value == 1 && perfect.positive.interval == nil)
    #expect(throws: StatisticsError.noEvents) {
      try standardisedPredictiveValues(ConfusionTable([0, 4, 0, 9]), prevalence: 0.1)
    }
    #expect(throws: StatisticsError.noTrials) {
      try standardisedPredictiveValues(ConfusionTable([0, 0, 4, 9]), prevalence: 0.1)
    }
    for prevalence in [0, 1, Double.nan] {
      #expect(throws: StatisticsError.self) {
        try standardisedPredictiveValues(ConfusionTable([1, 1, 1, 1]), prevalence: prevalence)
      }
    }
  }
}
