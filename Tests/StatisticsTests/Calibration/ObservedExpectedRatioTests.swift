import Statistics
import Testing

@Suite struct ObservedExpectedRatioTests {
  @Test func matchesTheLogInterval() throws {
    for set in try ReferenceFile("scores.json").objects("sets") {
      let rows = try ScoredRows(set)
      let result = try observedExpectedRatio(
        observed: rows.positives.count, trials: rows.labels.count, expected: rows.scores.reduce(0, +))
      #expect(isClose(result.ratio, try set.number("ratio"), 1e-9))
      #expect(isClose(result.interval.lower, try set.number("ratioLower"), 1e-9))
      #expect(isClose(result.interval.upper, try set.number("ratioUpper"), 1e-9))
    }
  }

  @Test func noEventsAndOnlyEventsTakeTheExactLimits() throws {
    // statsmodels, method beta: 0/20 is 0...0.16843347, so divided by E/n = 0.1 ten times that.
    let none = try observedExpectedRatio(observed: 0, trials: 20, expected: 2)
    #expect(none.ratio == 0 && none.interval.lower == 0)
    #expect(isClose(none.interval.upper, 1.6843347098308534, 1e-12))
    let all = try observedExpectedRatio(observed: 20, trials: 20, expected: 10)
    #expect(all.ratio == 2 && all.interval.upper == 2)
    #expect(isClose(all.interval.lower, 2 * 0.8315665290169146, 1e-12))
  }

  @Test func expectedOutsideTheRowsIsRefused() {
    for expected in [0, -1, 20.5, Double.nan, .infinity] {
      #expect(throws: StatisticsError.self) {
        try observedExpectedRatio(observed: 3, trials: 20, expected: expected)
      }
    }
    #expect(throws: StatisticsError.noTrials) {
      try observedExpectedRatio(observed: 0, trials: 0, expected: 1)
    }
  }
}
