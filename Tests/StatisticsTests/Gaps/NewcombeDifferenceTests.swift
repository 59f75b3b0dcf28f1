import Statistics
import Testing

@Suite struct NewcombeDifferenceTests {
  @Test func matchesStatsmodels() throws {
    for row in try ReferenceFile("proportions.json").table("newcombeDifference") {
      let result = try newcombeDifference(
        successes1: Int(row[0]), trials1: Int(row[1]), successes2: Int(row[2]), trials2: Int(row[3]))
      #expect(isClose(result.interval.lower, row[4], 1e-10), "\(row)")
      #expect(isClose(result.interval.upper, row[5], 1e-10), "\(row)")
    }
  }

  @Test func matchesTheWorkedExampleOfNewcombe() throws {
    // Newcombe (1998), Statist. Med. 17, 873–890, table II, example (a): 56/70 − 48/80, method 10.
    let result = try newcombeDifference(successes1: 56, trials1: 70, successes2: 48, trials2: 80)
    #expect(isClose(result.difference, 0.2, 1e-14))
    #expect(abs(result.interval.lower - 0.0524) < 5e-5 && abs(result.interval.upper - 0.3339) < 5e-5)
  }

  @Test func swappingTheGroupsMirrorsTheInterval() throws {
    let one = try newcombeDifference(successes1: 9, trials1: 10, successes2: 3, trials2: 14)
    let other = try newcombeDifference(successes1: 3, trials1: 14, successes2: 9, trials2: 10)
    #expect(one.interval.lower == -other.interval.upper && one.interval.upper == -other.interval.lower)
  }

  @Test func anEmptyGroupIsRefused() {
    #expect(throws: StatisticsError.noTrials) {
      try newcombeDifference(successes1: 1, trials1: 2, successes2: 0, trials2: 0)
    }
  }
}
