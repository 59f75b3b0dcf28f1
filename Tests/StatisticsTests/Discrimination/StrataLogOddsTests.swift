import Testing

@testable import Statistics

@Suite struct StrataLogOddsTests {
  private let one = [
    (positives: 1, negatives: 4), (positives: 2, negatives: 3), (positives: 4, negatives: 1),
  ]
  private let other = [
    (positives: 2, negatives: 5), (positives: 3, negatives: 3), (positives: 5, negatives: 1),
  ]

  private func strata(_ groups: [[(positives: Int, negatives: Int)]]) throws -> StrataAUROC {
    var strata = StrataAUROC()
    for group in groups { strata.add(try rankIntegers(sortedGroups: group)) }
    return strata
  }

  @Test func theLogOddsAreThoseOfTheEstimate() throws {
    for groups in [[one], [one, other]] {
      let strata = try strata(groups)
      let estimate = try strata.estimate()
      let found = try #require(strata.logOdds)
      let slope = estimate.value * (1 - estimate.value)
      #expect(found.value == logit(estimate.value))
      #expect(found.variance == estimate.variance / (slope * slope))
    }
  }

  @Test func whereThereIsNoVarianceOrNoEstimateThereAreNone() throws {
    let separated = [(positives: 0, negatives: 4), (positives: 4, negatives: 0)]
    #expect(StrataAUROC().logOdds == nil)
    #expect(try strata([separated]).logOdds == nil)
    #expect(try strata([separated, separated]).logOdds == nil)
    #expect(try strata([[(positives: 1, negatives: 4), (positives: 0, negatives: 3)]]).logOdds == nil)
  }

  @Test func strataAddedTogetherAreThoseAddedOneByOne() throws {
    let apart = try strata([one, other])
    var joined = StrataAUROC()
    joined.add(try strata([]))
    joined.add(try strata([one]))
    joined.add(try strata([]))
    #expect(try joined.estimate() == strata([one]).estimate())
    joined.add(try strata([other]))
    #expect(joined == apart)
  }
}
