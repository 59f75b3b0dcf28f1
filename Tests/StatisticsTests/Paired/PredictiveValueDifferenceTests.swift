import Statistics
import Testing

@Suite struct PredictiveValueDifferenceTests {
  @Test func matchesKosinskisFormulaOnRawRows() throws {
    for model in try ReferenceFile("paired.json").objects("models") {
      let counts = try NetBenefitDifferenceTests.counts(model)
      for (key, result) in [
        ("positive", try positivePredictiveValueDifference(counts)),
        ("negative", try negativePredictiveValueDifference(counts)),
      ] {
        let expected = try #require(model.object(key))
        #expect(isClose(result.candidate, try expected.number("candidate"), 1e-12))
        #expect(isClose(result.baseline, try expected.number("baseline"), 1e-12))
        #expect(isClose(result.difference, result.candidate - result.baseline, 1e-12))
        #expect(isClose(result.chiSquared, try expected.number("chiSquared"), 1e-9))
        #expect(isClose(result.pValue, try expected.number("pValue"), 1e-9))
      }
    }
  }

  @Test func onDisjointRowsItIsTheTestOfTwoProportions() throws {
    // Nobody is flagged by both: 30 of 50 against 18 of 60, pooled score test.
    let counts = PairedCounts(
      events: PairedTable(candidateOnly: 30, baselineOnly: 18, neither: 7),
      nonEvents: PairedTable(candidateOnly: 20, baselineOnly: 42, neither: 90))
    let pooled = 48.0 / 110
    let expected = (0.6 - 0.3) * (0.6 - 0.3) / (pooled * (1 - pooled) * (1 / 50.0 + 1 / 60.0))
    #expect(isClose(try positivePredictiveValueDifference(counts).chiSquared, expected, 1e-12))
  }

  @Test func equalFlagsHaveNoVariance() {
    let same = PairedCounts(
      events: PairedTable(both: 12, neither: 5), nonEvents: PairedTable(both: 3, neither: 90))
    #expect(throws: StatisticsError.noVariance) { try positivePredictiveValueDifference(same) }
    #expect(throws: StatisticsError.noVariance) { try negativePredictiveValueDifference(same) }
    let unflagged = PairedCounts(
      events: PairedTable(baselineOnly: 2, neither: 5), nonEvents: PairedTable(baselineOnly: 1, neither: 9))
    #expect(throws: StatisticsError.noTrials) { try positivePredictiveValueDifference(unflagged) }
    #expect(throws: Never.self) { try negativePredictiveValueDifference(unflagged) }
  }
}
