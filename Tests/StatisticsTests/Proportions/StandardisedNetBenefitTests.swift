import Statistics
import Testing

@Suite struct StandardisedNetBenefitTests {
  @Test func matchesDcurvesAndTheBootstrap() throws {
    for object in try ReferenceFile("threshold_measures.json").objects("netBenefit") {
      let table = try ConfusionTable(object.integers("counts"))
      let threshold = try object.number("threshold")
      let share = try standardisedNetBenefit(table, threshold: threshold)
      let avoided = try interventionsAvoided(table, threshold: threshold)
      #expect(isClose(share.value, try object.number("standardised"), 1e-10))
      #expect(isClose(avoided.value, try object.number("avoided"), 1e-10))
      // 200 000 draws have an error near 0.2 %; the ratio is skewed where it rests on few positives.
      let shareError = try #require(share.standardError)
      #expect(isClose(shareError, try object.number("bootstrapStandardisedSE"), 0.05))
      let avoidedError = try #require(avoided.standardError)
      #expect(isClose(avoidedError, try object.number("bootstrapAvoidedSE"), 0.01))
    }
  }

  @Test func theVarianceIsThatOfTheJointMultinomial() throws {
    let (tp, fp, fn, tn, w) = (40.0, 25.0, 10.0, 125.0, 0.25)
    let n = tp + fp + fn + tn
    let (benefit, prevalence) = (tp / n - w * fp / n, (tp + fn) / n)
    let ratio = benefit / prevalence
    let variance =
      ((tp + w * w * fp) / n - benefit * benefit) / n / (prevalence * prevalence)
      + ratio * ratio * (prevalence * (1 - prevalence) / n) / (prevalence * prevalence)
      - 2 * ratio * ((tp / n - benefit * prevalence) / n) / (prevalence * prevalence)
    let estimate = try standardisedNetBenefit(ConfusionTable([40, 25, 10, 125]), threshold: 0.2)
    #expect(isClose(try #require(estimate.standardError), variance.squareRoot(), 1e-12))
  }

  @Test func aPerfectModelReachesOneWithoutVariance() throws {
    let estimate = try standardisedNetBenefit(ConfusionTable([10, 0, 0, 90]), threshold: 0.3)
    #expect(estimate.value == 1 && estimate.standardError == 0)
  }

  @Test func withoutPositivesThereIsNoShare() throws {
    #expect(throws: StatisticsError.noEvents) {
      try standardisedNetBenefit(ConfusionTable([0, 3, 0, 9]), threshold: 0.3)
    }
    #expect(throws: StatisticsError.noTrials) {
      try standardisedNetBenefit(ConfusionTable([0, 0, 0, 0]), threshold: 0.3)
    }
    for threshold in [0, 1, Double.nan] {
      #expect(throws: StatisticsError.self) {
        try standardisedNetBenefit(ConfusionTable([1, 1, 1, 1]), threshold: threshold)
      }
      #expect(throws: StatisticsError.self) {
        try interventionsAvoided(ConfusionTable([1, 1, 1, 1]), threshold: threshold)
      }
    }
  }
}
