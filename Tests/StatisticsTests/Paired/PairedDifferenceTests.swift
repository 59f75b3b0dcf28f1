import Statistics
import Testing

@Suite struct PairedDifferenceTests {
  private func table(_ counts: [Int]) throws -> PairedTable {
    try #require(counts.count == 4)
    return PairedTable(
      both: counts[0], candidateOnly: counts[1], baselineOnly: counts[2], neither: counts[3])
  }

  @Test func intervalsAndTestsMatchTheIndependentComputation() throws {
    for row in try ReferenceFile("paired.json").objects("differences") {
      let counts = try row.integers("table")
      let table = try table(counts)
      let newcombe = try row.numbers("newcombe")
      let tango = try row.numbers("tango")
      let difference = try sensitivityDifference(PairedCounts(events: table, nonEvents: PairedTable()))
      #expect(isClose(difference.newcombe.lower, newcombe[0], 1e-10), "\(counts)")
      #expect(isClose(difference.newcombe.upper, newcombe[1], 1e-10), "\(counts)")
      #expect(isClose(difference.tango.lower, tango[0], 1e-10), "\(counts)")
      #expect(isClose(difference.tango.upper, tango[1], 1e-10), "\(counts)")
      #expect(isClose(difference.mcNemar.exactP, try row.number("exactP"), 1e-9), "\(counts)")
      // Without a row that tells the models apart the mid-p formula would say ½; it is no evidence.
      let midP = counts[1] + counts[2] == 0 ? 1 : try row.number("midP")
      #expect(isClose(difference.mcNemar.midP, midP, 1e-9), "\(counts)")
      #expect(difference.newcombe.contains(difference.value) && difference.tango.contains(difference.value))
    }
  }

  @Test func matchesThePublishedExamples() throws {
    // Newcombe (1998), example (a) of the paper; Fagerland et al. (2013, 2014), airway hyper-responsiveness.
    let first = try newcombePairedInterval(table([36, 12, 2, 0]))
    #expect(abs(first.lower - 0.0569) < 5e-5 && abs(first.upper - 0.3404) < 5e-5)
    let second = try table([1, 1, 7, 12])
    let tango = try tangoInterval(second)
    #expect(abs(tango.lower + 0.517) < 5e-4 && abs(tango.upper + 0.026) < 5e-4)
    let newcombe = try newcombePairedInterval(second)
    #expect(abs(newcombe.lower + 0.507) < 5e-4 && abs(newcombe.upper + 0.026) < 5e-4)
    let test = try mcNemarTest(second)
    #expect(abs(test.midP - 0.039) < 5e-4 && abs(test.exactP - 0.070) < 5e-4)
  }

  @Test func changingTheModelsAboutTurnsTheSign() throws {
    var generator = SplitMix(seed: 81)
    for _ in 0..<300 {
      let counts = (0..<4).map { _ in Int(generator.next() % 9) }
      guard counts.reduce(0, +) > 0 else { continue }
      let forward = try table(counts)
      let backward = try table([counts[0], counts[2], counts[1], counts[3]])
      for interval in [newcombePairedInterval, tangoInterval] {
        let one = try interval(forward, standardNormal975)
        let other = try interval(backward, standardNormal975)
        #expect(isClose(one.lower, -other.upper, 1e-12), "\(counts)")
        #expect(isClose(one.upper, -other.lower, 1e-12), "\(counts)")
        #expect(one.lower >= -1 && one.upper <= 1 && one.lower <= one.upper)
      }
      #expect(try mcNemarTest(forward) == mcNemarTest(backward))
      let both = PairedCounts(events: forward, nonEvents: forward)
      // More flags are more sensitivity and as much less specificity.
      #expect(try sensitivityDifference(both).value == -(try specificityDifference(both).value))
    }
  }

  @Test func withoutADiscordantRowTangoDoesNotCollapse() throws {
    let interval = try tangoInterval(table([0, 0, 0, 5]))
    let limit = standardNormal975 * standardNormal975
    #expect(isClose(interval.upper, limit / (5 + limit), 1e-12))
    #expect(isClose(interval.lower, -limit / (5 + limit), 1e-12))
    #expect(try mcNemarTest(table([0, 0, 0, 5])) == mcNemarTest(table([5, 0, 0, 0])))
  }

  @Test func aSiteGivesItsDifferenceAndVariance() throws {
    // The variance of the row values 1, −1 and 0, written out.
    let effect = try pairedEffect(table([10, 6, 2, 12]))
    let mean = 4.0 / 30
    let variance = (6 * (1 - mean) * (1 - mean) + 2 * (1 + mean) * (1 + mean) + 22 * mean * mean) / 30 / 30
    #expect(isClose(effect.value, mean, 1e-14) && isClose(effect.variance, variance, 1e-13))
    #expect(throws: StatisticsError.noVariance) { try pairedEffect(table([10, 0, 0, 12])) }
    #expect(throws: StatisticsError.noVariance) { try pairedEffect(table([0, 4, 0, 0])) }
    #expect(throws: StatisticsError.noTrials) { try pairedEffect(PairedTable()) }
  }

  @Test func mergedTablesAreTheSumsOfTheirCounts() throws {
    let sum = try table([1, 2, 3, 4]).merging(table([10, 20, 30, 40]))
    #expect(sum == PairedTable(both: 11, candidateOnly: 22, baselineOnly: 33, neither: 44))
    let both = try PairedCounts(events: table([1, 2, 3, 4]), nonEvents: table([5, 6, 7, 8]))
    let merged = try both.merging(PairedCounts(events: table([10, 20, 30, 40]), nonEvents: PairedTable()))
    #expect(merged == PairedCounts(events: sum, nonEvents: both.nonEvents))
    #expect(throws: StatisticsError.countExceedsTrials) {
      try table([1, 2, 3, 4]).merging(table([0, -1, 0, 0]))
    }
    #expect(throws: StatisticsError.self) {
      try table([maximumRowCount, 0, 0, 0]).merging(table([0, 1, 0, 0]))
    }
  }

  @Test func damagedTablesAreRefused() throws {
    let extremes = [0, 1, 2, -1, .max, .min, maximumRowCount, maximumRowCount / 4]
    var generator = SplitMix(seed: 5)
    var refused = 0
    for _ in 0..<4_000 {
      let counts = (0..<8).map { _ in extremes[Int(generator.next() % UInt64(extremes.count))] }
      let pair = PairedCounts(
        events: try table(Array(counts[..<4])), nonEvents: try table(Array(counts[4...])))
      if (try? sensitivityDifference(pair)) == nil { refused += 1 }
      _ = try? specificityDifference(pair)
      _ = try? pairedEffect(pair.events)
      _ = try? positivePredictiveValueDifference(pair)
      _ = try? negativePredictiveValueDifference(pair)
      _ = try? netBenefitDifference(pair, threshold: 0.2)
    }
    #expect(refused > 1_000 && refused < 4_000)
    #expect(throws: StatisticsError.noTrials) { try tangoInterval(PairedTable()) }
    #expect(throws: StatisticsError.noTrials) { try newcombePairedInterval(PairedTable()) }
    #expect(throws: StatisticsError.noTrials) { try mcNemarTest(PairedTable()) }
    #expect(throws: StatisticsError.self) { try tangoInterval(PairedTable(both: 3), z: .nan) }
  }
}
