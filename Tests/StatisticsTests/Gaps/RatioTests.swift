import Statistics
import Testing

@Suite struct RatioTests {
  private let reference: ReferenceFile

  init() throws { reference = try ReferenceFile("gaps.json") }

  @Test func katzMatchesStatsmodels() throws {
    for row in try reference.table("katz") {
      let result = try katzRatio(
        successes1: Int(row[0]), trials1: Int(row[1]), successes2: Int(row[2]), trials2: Int(row[3]))
      #expect(isClose(result.ratio, row[0] / row[1] / (row[2] / row[3]), 1e-14), "\(row)")
      #expect(isClose(result.interval.lower, row[4], 1e-10), "\(row)")
      #expect(isClose(result.interval.upper, row[5], 1e-10), "\(row)")
    }
  }

  @Test func koopmanMatchesTheScoreTestSolvedInThirtyDigits() throws {
    for row in try reference.table("koopman") {
      let result = try koopmanRatio(
        successes1: Int(row[0]), trials1: Int(row[1]), successes2: Int(row[2]), trials2: Int(row[3]))
      #expect(isClose(result.interval.lower, row[4], 1e-10), "\(row)")
      // −1 stands for infinity.
      #expect(
        row[5] < 0 ? result.interval.upper == .infinity : isClose(result.interval.upper, row[5], 1e-10),
        "\(row)")
      #expect(result.interval.contains(result.ratio), "\(row)")
    }
  }

  @Test func koopmanLeavesOutOneExactlyWhereTheScoreTestRejects() throws {
    var generator = SplitMix(seed: 41)
    for _ in 0..<2_000 {
      let n1 = Int(generator.next() % 60) + 1
      let n2 = Int(generator.next() % 60) + 1
      let x1 = Int(generator.next() % UInt64(n1 + 1))
      let x2 = Int(generator.next() % UInt64(n2 + 1))
      guard
        let test = try? twoProportionTest(successes1: x1, trials1: n1, successes2: x2, trials2: n2)
      else { continue }
      let interval = try koopmanRatio(successes1: x1, trials1: n1, successes2: x2, trials2: n2).interval
      #expect(interval.contains(1) == (abs(test.z) <= standardNormal975), "\(x1)/\(n1), \(x2)/\(n2)")
    }
  }

  @Test func swappingTheGroupsInvertsTheRatio() throws {
    let one = try koopmanRatio(successes1: 9, trials1: 10, successes2: 3, trials2: 14).interval
    let other = try koopmanRatio(successes1: 3, trials1: 14, successes2: 9, trials2: 10).interval
    #expect(isClose(one.lower * other.upper, 1, 1e-12) && isClose(one.upper * other.lower, 1, 1e-12))
  }

  @Test func zeroCellsAreLeftToTheScoreInterval() throws {
    #expect(throws: StatisticsError.noVariance) {
      try katzRatio(successes1: 0, trials1: 5, successes2: 2, trials2: 5)
    }
    #expect(throws: StatisticsError.noVariance) {
      try katzRatio(successes1: 5, trials1: 5, successes2: 3, trials2: 3)
    }
    #expect(throws: StatisticsError.noEvents) {
      try koopmanRatio(successes1: 0, trials1: 5, successes2: 0, trials2: 5)
    }
    #expect(throws: StatisticsError.noTrials) {
      try koopmanRatio(successes1: 0, trials1: 0, successes2: 1, trials2: 5)
    }
    #expect(throws: StatisticsError.noTrials) {
      try katzRatio(successes1: 1, trials1: 1, successes2: 0, trials2: 0)
    }
  }

  @Test func theScoreTestMatchesStatsmodelsAndR() throws {
    for row in try reference.table("scoreTest") {
      let test = try twoProportionTest(
        successes1: Int(row[0]), trials1: Int(row[1]), successes2: Int(row[2]), trials2: Int(row[3]))
      #expect(isClose(test.z, row[4], 1e-10) && isClose(test.pValue, row[5], 1e-10), "\(row)")
    }
    for row in try ReferenceFile("gaps_r.json").table("pearson") {
      let test = try twoProportionTest(
        successes1: Int(row[0]), trials1: Int(row[1]), successes2: Int(row[2]), trials2: Int(row[3]))
      #expect(isClose(test.z * test.z, row[4], 1e-10) && isClose(test.pValue, row[5], 1e-10), "\(row)")
    }
    #expect(throws: StatisticsError.noVariance) {
      try twoProportionTest(successes1: 0, trials1: 5, successes2: 0, trials2: 9)
    }
  }
}
