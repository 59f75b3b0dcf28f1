import Foundation
import Statistics
import Testing

/// Against metafor; `Reference/make_meta.R` writes the numbers.
@Suite struct MetaAnalysisDetailsTests {
  @Test func matchesMetafor() throws {
    for object in try ReferenceFile("meta_details.json").objects("cases") {
      let name = try object.text("name")
      let set = try StudySet(
        estimates: try object.numbers("estimates"), variances: try object.numbers("variances"))
      let result = try set.randomEffects(StudentMultipliers(studies: set.count))
      func expectClose(
        _ actual: Double, _ expected: Double, _ what: String, _ tolerance: Double = 1e-7, floor: Double = 1e-9
      ) {
        #expect(isClose(actual, expected, tolerance, floor: floor), "\(name): \(what)")
      }
      func expectClose(_ actual: Interval, _ key: String, _ tolerance: Double = 1e-7) throws {
        let limits = try object.numbers(key)
        expectClose(actual.lower, limits[0], "\(key) lower", tolerance)
        expectClose(actual.upper, limits[1], "\(key) upper", tolerance)
      }
      expectClose(result.mean, try object.number("mean"), "mean")
      expectClose(result.tauSquared, try object.number("tauSquared"), "tau squared")
      // Against R's 15 digits a p value of 1e-26 keeps its relative accuracy.
      expectClose(try result.qPValue(), try object.number("qPValue"), "p of Q", 1e-9, floor: 0)
      expectClose(result.iSquaredOfQ, try object.number("iSquaredOfQ"), "I squared of Q")
      try expectClose(result.hksj, "hksj")
      try expectClose(result.metaforPredictionInterval, "prediction")
      let comparison = try derSimonianLaird(set)
      expectClose(comparison.mean.value, try object.number("dlMean"), "DL mean", 1e-10)
      expectClose(comparison.tauSquared, try object.number("dlTauSquared"), "DL tau squared", 1e-10)
      expectClose(
        try #require(comparison.mean.standardError), try object.number("dlSE"), "DL standard error", 1e-10)
      try expectClose(try #require(comparison.mean.interval), "dlInterval", 1e-10)
      try expectClose(try qProfileInterval(set), "tauSquaredInterval", 1e-6)
    }
  }

  @Test func studiesLeftOutMatchMetafor() throws {
    for object in try ReferenceFile("meta_details.json").objects("cases") {
      let name = try object.text("name")
      let set = try StudySet(
        estimates: try object.numbers("estimates"), variances: try object.numbers("variances"))
      let left = try leaveOneOut(set)
      let means = try object.numbers("leftMean")
      let spreads = try object.numbers("leftTauSquared")
      let limits = try object.table("leftWidest")
      try #require(left.count == means.count)
      for (index, analysis) in left.enumerated() {
        #expect(isClose(analysis.mean, means[index], 1e-7), "\(name): mean without \(index)")
        // metafor ends a little early where the maximum is at 0.
        #expect(
          isClose(analysis.tauSquared, spreads[index], 1e-7, floor: 1e-9), "\(name): spread without \(index)")
        #expect(isClose(analysis.interval.lower, limits[index][0], 1e-7, floor: 1e-8), "\(name): \(index)")
        #expect(isClose(analysis.interval.upper, limits[index][1], 1e-7, floor: 1e-8), "\(name): \(index)")
      }
    }
  }

  @Test func logOddsMatchMetafor() throws {
    for row in try ReferenceFile("meta_details.json").table("proportions") {
      let result = try logitProportion(successes: Int(row[0]), trials: Int(row[1]))
      #expect(isClose(result.estimate, row[2], 1e-12) && isClose(result.variance, row[3], 1e-12))
    }
    #expect(throws: StatisticsError.noTrials) { try logitProportion(successes: 0, trials: 0) }
    #expect(throws: StatisticsError.countExceedsTrials) { try logitProportion(successes: 3, trials: 2) }
  }

  @Test func theTrendOverWindowsMatchesMetafor() throws {
    for object in try ReferenceFile("meta_details.json").objects("trends") {
      let windows = try object.numbers("windows")
      let trend = try windowTrend(
        windows: windows, estimates: try object.numbers("estimates"),
        variances: try object.numbers("variances"))
      let interval = try #require(trend.interval)
      let limits = try object.numbers("interval")
      #expect(isClose(trend.value, try object.number("slope"), 1e-10))
      #expect(isClose(try #require(trend.standardError), try object.number("standardError"), 1e-10))
      #expect(isClose(interval.lower, limits[0], 1e-10) && isClose(interval.upper, limits[1], 1e-10))
    }
    #expect(throws: StatisticsError.noVariance) {
      try windowTrend(windows: [3, 3], estimates: [1, 2], variances: [1, 1])
    }
    #expect(throws: StatisticsError.tooFewStudies(found: 1, required: 2)) {
      try windowTrend(windows: [3], estimates: [1], variances: [1])
    }
    #expect(throws: StatisticsError.self) {
      try windowTrend(windows: [0, .nan], estimates: [1, 2], variances: [1, 1])
    }
    #expect(throws: StatisticsError.self) {
      try windowTrend(windows: [0], estimates: [1, 2], variances: [1, 1])
    }
  }

  @Test func theQProfileIntervalHoldsTheGeneralisedQ() throws {
    // By definition: at its ends the generalised Q is the χ² quantile of the other tail.
    let y = [1.31, 1.72, 1.05, 1.48, 2.02]
    let v = [0.011, 0.024, 0.008, 0.05, 0.033]
    let interval = try qProfileInterval(StudySet(estimates: y, variances: v), confidence: 0.9)
    func generalisedQ(_ tauSquared: Double) -> Double {
      let w = v.map { 1 / ($0 + tauSquared) }
      let mean = zip(w, y).reduce(0) { $0 + $1.0 * $1.1 } / w.reduce(0, +)
      return zip(w, y).reduce(0) { $0 + $1.0 * ($1.1 - mean) * ($1.1 - mean) }
    }
    #expect(isClose(generalisedQ(interval.lower), try chiSquaredQuantile(0.95, degreesOfFreedom: 4), 1e-10))
    #expect(isClose(generalisedQ(interval.upper), try chiSquaredQuantile(0.05, degreesOfFreedom: 4), 1e-10))
    let alike = try StudySet(estimates: [1, 1, 1], variances: [0.1, 0.2, 0.3])
    #expect(try qProfileInterval(alike) == Interval(lower: 0, upper: 0))
  }

  @Test func oneSiteOrTwoMakeNoRandomEffectsClaim() throws {
    for count in 1...2 {
      let set = try StudySet(
        estimates: Array([0.1, 0.4].prefix(count)), variances: Array([0.01, 0.02].prefix(count)))
      let refusal = StatisticsError.tooFewStudies(found: count, required: 3)
      #expect(throws: refusal) { try StudentMultipliers(studies: count) }
      #expect(throws: refusal) { try derSimonianLaird(set) }
      #expect(throws: refusal) { try qProfileInterval(set) }
      #expect(throws: StatisticsError.tooFewStudies(found: count, required: 4)) { try leaveOneOut(set) }
      #expect(throws: refusal) { try set.randomEffects(StudentMultipliers(studies: 3)) }
    }
    let two = try StudySet(estimates: [0.1, 0.4], variances: [0.01, 0.02])
    let difference = try twoStudyDifference(two)
    #expect(isClose(difference.value, -0.3, 1e-12))
    #expect(isClose(try #require(difference.standardError), 0.03.squareRoot(), 1e-14))
    #expect(throws: StatisticsError.self) {
      try twoStudyDifference(StudySet(estimates: [1, 2, 3], variances: [1, 1, 1]))
    }
    let four = try StudySet(estimates: [1, 2, 3, 4], variances: [1, 1, 1, 1])
    #expect(throws: StatisticsError.self) { try four.randomEffects(StudentMultipliers(studies: 5)) }
  }

  @Test func numbersOfAnySizeGiveFiniteResultsOrAnError() throws {
    var generator = SplitMix(seed: 31)
    for run in 0..<400 {
      let count = 1 + Int(generator.next() % 20)
      let reach = Double(1 + run % 50)
      let estimates = (0..<count).map { _ in
        (generator.next() % 2 == 0 ? 1 : -1) * pow(10, Double.random(in: -reach...reach, using: &generator))
      }
      let variances = (0..<count).map { _ in pow(10, Double.random(in: -reach...reach, using: &generator)) }
      let set = try StudySet(estimates: estimates, variances: variances)
      guard count >= 4 else { continue }
      let result = try set.randomEffects(StudentMultipliers(studies: count))
      #expect(result.mean.isFinite && result.tauSquared >= 0 && result.tauSquared.isFinite)
      #expect(result.predictionInterval.width.isFinite && result.q >= 0 && result.iSquared <= 1)
      #expect(isClose(result.weights.reduce(0, +), 1, 1e-12))
      let profile = try qProfileInterval(set)
      #expect(profile.lower >= 0 && profile.lower <= profile.upper && profile.upper.isFinite)
      #expect(try derSimonianLaird(set).tauSquared.isFinite)
      #expect(try leaveOneOut(set).allSatisfy { $0.mean.isFinite && $0.tauSquared >= 0 })
    }
    for number in [Double.nan, .infinity, -.infinity] {
      #expect(throws: StatisticsError.self) { try StudySet(estimates: [number], variances: [1]) }
      #expect(throws: StatisticsError.self) { try StudySet(estimates: [1], variances: [number]) }
    }
  }
}
