import Statistics
import Testing

@Suite struct WithinStrataAUROCTests {
  @Test func equalsPairsFormedInsideStrata() throws {
    var generator = SplitMix(seed: 5)
    let strata = (0..<4).map { _ in ScoredRows.random(rows: 40, levels: 13, using: &generator) }
    let ranks = try strata.map { try rankIntegers(sortedGroups: $0.counts) }
    let result = try withinStrataAUROC(ranks)
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
    #expect(try withinStrataAUROC([integers]) == auroc(integers))
  }

  @Test func noStrataAndSeparatedStrataAreRefused() throws {
    #expect(throws: StatisticsError.noTrials) { try withinStrataAUROC([]) }
    let separated = try ranks([(0, 5), (5, 0)])
    #expect(throws: StatisticsError.noVariance) { try withinStrataAUROC([separated, separated]) }
    let tiny = try ranks([(1, 5)])
    #expect(throws: StatisticsError.tooFewObservations(required: 2)) {
      try withinStrataAUROC([separated, tiny])
    }
  }
}
