import Statistics
import Testing

@Suite struct WilsonIntervalTests {
  @Test(
    "matches the worked examples of Newcombe (1998)",
    arguments: [
      (81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718),
    ])
  func matchesWorkedExamples(successes: Int, trials: Int, lower: Double, upper: Double) throws {
    let interval = try wilsonInterval(successes: successes, trials: trials)
    // The paper prints four decimals.
    #expect(abs(interval.lower - lower) < 5e-5 && abs(interval.upper - upper) < 5e-5)
  }

  @Test func matchesStatsmodels() throws {
    for row in try ReferenceFile("proportions.json").table("wilson") {
      let interval = try wilsonInterval(successes: Int(row[0]), trials: Int(row[1]))
      #expect(isClose(interval.lower, row[2], 1e-10), "\(row)")
      #expect(isClose(interval.upper, row[3], 1e-10), "\(row)")
    }
  }

  @Test func endsAreExactAtNoAndAllSuccesses() throws {
    #expect(try wilsonInterval(successes: 0, trials: 7).lower == 0)
    #expect(try wilsonInterval(successes: 7, trials: 7).upper == 1)
  }

  @Test func effectiveTrialsEqualToCountsGiveTheSameInterval() throws {
    let counted = try wilsonInterval(successes: 30, trials: 120)
    let effective = try wilsonInterval(proportion: 0.25, effectiveTrials: 120)
    #expect(isClose(counted.lower, effective.lower, 1e-15) && isClose(counted.upper, effective.upper, 1e-15))
    let fewer = try wilsonInterval(proportion: 0.25, effectiveTrials: 61.5)
    #expect(fewer.lower < counted.lower && fewer.upper > counted.upper)
    #expect(try wilsonInterval(proportion: 1, effectiveTrials: 3.7).upper == 1)
  }

  @Test func damagedCountsAreRefused() {
    #expect(throws: StatisticsError.noTrials) { try wilsonInterval(successes: 0, trials: 0) }
    #expect(throws: StatisticsError.countExceedsTrials) { try wilsonInterval(successes: 3, trials: 2) }
    #expect(throws: StatisticsError.countExceedsTrials) { try wilsonInterval(successes: -1, trials: 2) }
    #expect(throws: StatisticsError.self) { try wilsonInterval(successes: 1, trials: Int.max) }
    #expect(throws: StatisticsError.self) { try wilsonInterval(successes: 1, trials: 2, z: 0) }
    #expect(throws: StatisticsError.self) { try wilsonInterval(successes: 1, trials: 2, z: .nan) }
    #expect(throws: StatisticsError.noTrials) { try wilsonInterval(proportion: 0.5, effectiveTrials: 0) }
    #expect(throws: StatisticsError.self) { try wilsonInterval(proportion: .nan, effectiveTrials: 3) }
    #expect(throws: StatisticsError.self) { try wilsonInterval(proportion: 0.5, effectiveTrials: .infinity) }
  }
}
