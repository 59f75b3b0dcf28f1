import Foundation
import Statistics
import Testing

@Suite struct ClopperPearsonTests {
  @Test func matchesMpmathAndScipy() throws {
    for row in try ReferenceFile("proportions.json").table("clopperPearson") {
      let interval = try clopperPearson(successes: Int(row[0]), trials: Int(row[1]))
      // Above a thousand rows the reference is scipy in double precision.
      let tolerance = row[1] <= 1000 ? 1e-12 : 1e-10
      #expect(isClose(interval.lower, row[2], tolerance, floor: 0), "\(row)")
      #expect(isClose(interval.upper, row[3], tolerance, floor: 0), "\(row)")
    }
  }

  @Test func ruleOfThreeHoldsForNoEvents() throws {
    // Closed form: 1 − (α/2)^(1/n).
    let interval = try clopperPearson(successes: 0, trials: 1, confidence: 0.9)
    #expect(interval.lower == 0 && isClose(interval.upper, 0.95, 1e-14))
    // The one-sided 95 % limit is that of the two-sided 90 % interval, a little below 3/n.
    for trials in [10, 100, 10_000] {
      let upper = try clopperPearson(successes: 0, trials: trials, confidence: 0.9).upper
      #expect(isClose(upper, 1 - exp(log(0.05) / Double(trials)), 1e-12))
      #expect(upper < 3 / Double(trials) && upper > 2.5 / Double(trials))
    }
  }

  @Test func damagedArgumentsAreRefused() {
    #expect(throws: StatisticsError.noTrials) { try clopperPearson(successes: 0, trials: 0) }
    #expect(throws: StatisticsError.countExceedsTrials) { try clopperPearson(successes: 5, trials: 4) }
    for confidence in [0, 1, -0.5, Double.nan] {
      #expect(throws: StatisticsError.self) {
        try clopperPearson(successes: 1, trials: 2, confidence: confidence)
      }
    }
  }
}
