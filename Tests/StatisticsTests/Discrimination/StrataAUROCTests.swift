import Statistics
import Testing

@Suite struct StrataAUROCTests {
  private func estimate(_ strata: [RankIntegers]) throws(StatisticsError) -> AUROC {
    var whole = StrataAUROC()
    for stratum in strata { whole.add(stratum) }
    return try whole.estimate()
  }

  @Test func equalsPairsFormedInsideStrata() throws {
    var generator = SplitMix(seed: 5)
    let strata = (0..<4).map { _ in ScoredRows.random(rows: 40, levels: 13, using: &generator) }
    let ranks = try strata.map { try rankIntegers(sortedGroups: $0.counts) }
    let result = try estimate(ranks)
    var wins = 0.0
    var pairs = 0.0
    for stratum in strata {
      for x in stratum.positives {
        for y in stratum.negatives {
          wins += x > y ? 1 : x == y ? 0.5 : 0
          pairs += 1
        }
      }
    }
    #expect(isClose(result.value, wins / pairs, 1e-14))
    let variance = try ranks.reduce(0.0) { sum, stratum in
      let weight = Double(stratum.positives * stratum.negatives) / pairs
      return sum + weight * weight * (try auroc(stratum).variance)
    }
    #expect(isClose(result.variance, variance, 1e-13))
  }

  @Test func oneStratumIsTheSiteItself() throws {
    let integers = try ranks([(0, 5), (5, 0)])
    #expect(try estimate([integers]) == auroc(integers))
  }

  @Test func wholesAddUpToTheirStrata() throws {
    var generator = SplitMix(seed: 6)
    let ranks = try (0..<5).map { _ in
      try rankIntegers(sortedGroups: ScoredRows.random(rows: 30, levels: 9, using: &generator).counts)
    }
    var whole = StrataAUROC()
    for part in [ranks[..<1], ranks[1..<1], ranks[1..<3], ranks[3...]] {
      var some = StrataAUROC()
      for stratum in part { some.add(stratum) }
      whole.add(some)
    }
    let expected = try estimate(ranks)
    let found = try whole.estimate()
    #expect(whole.strata == 5 && found.value == expected.value)
    #expect(isClose(found.variance, expected.variance, 1e-14))
    // One stratum stays itself, whatever nothing was added before or after.
    var single = StrataAUROC()
    single.add(StrataAUROC())
    var one = StrataAUROC()
    one.add(ranks[0])
    single.add(one)
    single.add(StrataAUROC())
    #expect(try single.estimate() == auroc(ranks[0]))
  }

  @Test func noStrataAndSeparatedStrataAreRefused() throws {
    #expect(throws: StatisticsError.noTrials) { try estimate([]) }
    let separated = try ranks([(0, 5), (5, 0)])
    #expect(throws: StatisticsError.noVariance) { try estimate([separated, separated]) }
    let tiny = try ranks([(1, 5)])
    #expect(throws: StatisticsError.tooFewObservations(required: 2)) {
      try estimate([separated, tiny])
    }
  }
}
