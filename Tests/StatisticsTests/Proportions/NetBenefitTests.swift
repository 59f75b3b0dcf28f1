import Statistics
import Testing

@Suite struct NetBenefitTests {
  @Test func matchesDcurvesAndTheBootstrap() throws {
    for object in try ReferenceFile("net_benefit.json").objects("rows") {
      let counts = try object.integers("counts")
      let result = try netBenefit(
        truePositives: counts[0], falsePositives: counts[1], falseNegatives: counts[2],
        trueNegatives: counts[3], threshold: try object.number("threshold"))
      let all = try object.number("all")
      #expect(isClose(result.netBenefit.value, try object.number("model"), 1e-10))
      #expect(isClose(result.treatAll, all, 1e-10))
      #expect(isClose(result.gainOverTreatAll.value, try object.number("model") - all, 1e-10))
      // 400 000 multinomial draws: a relative Monte-Carlo error near 0.1 %.
      let error = try #require(result.netBenefit.standardError)
      let gainError = try #require(result.gainOverTreatAll.standardError)
      #expect(isClose(error, try object.number("bootstrapSE"), 5e-3))
      #expect(isClose(gainError, try object.number("bootstrapGainSE"), 5e-3))
      let interval = try #require(result.netBenefit.interval)
      #expect(isClose(interval.width, 2 * standardNormal975 * error, 1e-12))
    }
  }

  @Test func thresholdsAtTheEndsAndEmptyTablesAreRefused() {
    for threshold in [0, 1, -0.2, Double.nan] {
      #expect(throws: StatisticsError.self) {
        try netBenefit(
          truePositives: 1, falsePositives: 1, falseNegatives: 1, trueNegatives: 1, threshold: threshold)
      }
    }
    #expect(throws: StatisticsError.noTrials) {
      try netBenefit(truePositives: 0, falsePositives: 0, falseNegatives: 0, trueNegatives: 0, threshold: 0.5)
    }
    #expect(throws: StatisticsError.countExceedsTrials) {
      try netBenefit(
        truePositives: -1, falsePositives: 3, falseNegatives: 1, trueNegatives: 0, threshold: 0.5)
    }
  }
}
