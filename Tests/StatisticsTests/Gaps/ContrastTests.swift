import Statistics
import Testing

@Suite struct ContrastTests {
  @Test func mantelHaenszelMatchesMetafor() throws {
    for object in try ReferenceFile("gaps_r.json").objects("mantelHaenszel") {
      let strata = try Self.strata(object)
      let result = try mantelHaenszelDifference(strata)
      let interval = try #require(result.difference.interval)
      #expect(isClose(result.difference.value, try object.number("difference"), 1e-9))
      #expect(isClose(try #require(result.difference.standardError), try object.number("se"), 1e-9))
      #expect(isClose(interval.lower, try object.number("lower"), 1e-9))
      #expect(isClose(interval.upper, try object.number("upper"), 1e-9))
      #expect(isClose(result.statistic, try object.number("z"), 1e-9))
      // The floor of 1e-12 would pass any small p-value.
      #expect(isClose(result.pValue, try object.number("p"), 1e-9, floor: 0))
      #expect(try mantelHaenszelDifference(strata.reversed()) == result)
    }
  }

  @Test func strataWithOneGroupCompareNothing() throws {
    let pair = StratumPair(successes1: 12, trials1: 40, successes2: 30, trials2: 61)
    let alone = StratumPair(successes1: 5, trials1: 9, successes2: 0, trials2: 0)
    #expect(try mantelHaenszelDifference([pair, alone]) == mantelHaenszelDifference([pair]))
    #expect(throws: StatisticsError.noTrials) { try mantelHaenszelDifference([alone]) }
    #expect(throws: StatisticsError.noTrials) { try mantelHaenszelDifference([]) }
    let certain = StratumPair(successes1: 4, trials1: 4, successes2: 0, trials2: 4)
    #expect(throws: StatisticsError.noVariance) { try mantelHaenszelDifference([certain]) }
    for bad in [
      StratumPair(successes1: 1, trials1: 0, successes2: 1, trials2: 2),
      StratumPair(successes1: 1, trials1: 2, successes2: 3, trials2: 2),
    ] {
      #expect(throws: StatisticsError.self) { try mantelHaenszelDifference([pair, bad]) }
    }
  }

  @Test func oneStratumIsThePlainDifference() throws {
    let pair = StratumPair(successes1: 12, trials1: 40, successes2: 30, trials2: 61)
    let result = try mantelHaenszelDifference([pair])
    #expect(isClose(result.difference.value, 12.0 / 40 - 30.0 / 61, 1e-14))
  }

  @Test func aurocDifferenceMatchesPROC() throws {
    let sets = try ReferenceFile("scores.json").objects("sets").map { try ScoredRows($0) }
    for object in try ReferenceFile("gaps_r.json").objects("auroc") {
      let first = try auroc(ranks(sets[Int(object.number("first"))].counts.map { ($0.0, $0.1) }))
      let second = try auroc(ranks(sets[Int(object.number("second"))].counts.map { ($0.0, $0.1) }))
      let result = try aurocDifference(first, second)
      #expect(isClose(result.difference.value, try object.number("difference"), 1e-9))
      #expect(isClose(result.statistic, try object.number("statistic"), 1e-9))
    }
  }

  @Test func logObservedExpectedDifferenceMatchesTheRows() throws {
    for row in try ReferenceFile("gaps.json").table("calibration") {
      let first = ObservedExpected(observed: Int(row[0]), trials: Int(row[1]), expected: row[2])
      let second = ObservedExpected(observed: Int(row[3]), trials: Int(row[4]), expected: row[5])
      let result = try logObservedExpectedDifference(first, second)
      #expect(isClose(result.difference.value, row[6], 1e-9))
      #expect(isClose(try #require(result.difference.standardError), row[7], 1e-9))
      #expect(isClose(result.pValue, row[8], 1e-9))
    }
    let none = ObservedExpected(observed: 0, trials: 9, expected: 1)
    let some = ObservedExpected(observed: 2, trials: 9, expected: 1)
    #expect(throws: StatisticsError.noEvents) { try logObservedExpectedDifference(some, none) }
  }

  @Test func slopesDifferByTheirJointStandardError() throws {
    // 3-4-5: the statistic is 1 over 5 tenths, and 2Φ(−2) is tabulated.
    let result = try independentDifference(1.5, standardError: 0.3, 0.5, standardError: 0.4)
    #expect(isClose(result.statistic, 2, 1e-14) && isClose(result.pValue, 0.0455002638963584, 1e-13))
    #expect(isClose(try #require(result.difference.interval).width, standardNormal975, 1e-14))
    for error in [0, -1, Double.nan, .infinity] {
      #expect(throws: StatisticsError.noVariance) {
        try independentDifference(1, standardError: error, 2, standardError: 1)
      }
    }
    #expect(throws: StatisticsError.self) {
      try independentDifference(.nan, standardError: 1, 2, standardError: 1)
    }
  }

  private static func strata(_ object: ReferenceObject) throws -> [StratumPair] {
    let columns = try ["successes1", "trials1", "successes2", "trials2"].map {
      try object.integers($0)
    }
    return columns[0].indices.map {
      StratumPair(
        successes1: columns[0][$0], trials1: columns[1][$0], successes2: columns[2][$0],
        trials2: columns[3][$0])
    }
  }
}
