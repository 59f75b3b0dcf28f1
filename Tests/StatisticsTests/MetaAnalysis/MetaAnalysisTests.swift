import Foundation
import Statistics
import Testing

@Suite struct MetaAnalysisTests {
  @Test func matchesMetafor() throws {
    for object in try ReferenceFile("meta.json").objects("cases") {
      let name = try object.text("name")
      let result = try randomEffects(
        estimates: try object.numbers("estimates"), variances: try object.numbers("variances"))
      func expectClose(_ actual: Double, _ expected: Double, _ what: String) {
        #expect(isClose(actual, expected, 1e-7, floor: 1e-9), "\(name): \(what)")
      }
      func expectClose(_ actual: Interval, _ key: String) throws {
        let limits = try object.numbers(key)
        expectClose(actual.lower, limits[0], "\(key) lower")
        expectClose(actual.upper, limits[1], "\(key) upper")
      }
      expectClose(result.mean, try object.number("mean"), "mean")
      expectClose(result.tauSquared, try object.number("tauSquared"), "tau squared")
      expectClose(result.q, try object.number("q"), "Q")
      expectClose(result.iSquared, try object.number("iSquared"), "I squared")
      expectClose(result.hksjStandardError, try object.number("knhaSE"), "standard error")
      try expectClose(result.hksj, "knha")
      try expectClose(result.modifiedHKSJ, "adhoc")
      try expectClose(result.hksjPredictionInterval, "prediction")
      try expectClose(result.predictionInterval, "predictionAdhoc")
      for (weight, expected) in zip(result.weights, try object.numbers("weights")) {
        expectClose(weight, expected, "weight")
      }
      #expect(isClose(result.weights.reduce(0, +), 1, 1e-14))
      #expect(result.widest.width == max(result.hksj.width, result.modifiedHKSJ.width))
      #expect(result.studies == result.weights.count)
    }
  }

  @Test func matchesThePublishedBCGMeta() throws {
    // Viechtbauer (2010), J. Stat. Softw. 36(3), section 3.1: REML, 13 trials of the BCG vaccine.
    let bcg = try #require(try ReferenceFile("meta.json").objects("cases").first)
    let result = try randomEffects(
      estimates: try bcg.numbers("estimates"), variances: try bcg.numbers("variances"))
    #expect(abs(result.mean - -0.7145) < 5e-5 && abs(result.tauSquared - 0.3132) < 5e-5)
    #expect(abs(result.q - 152.2330) < 5e-5 && abs(result.iSquared - 0.9222) < 5e-5)
  }

  @Test func theOrderOfSitesDoesNotMoveABit() throws {
    let estimates = [1.31, 1.72, 1.05, 1.48, 2.02]
    let variances = [0.011, 0.024, 0.008, 0.05, 0.033]
    let expected = try randomEffects(estimates: estimates, variances: variances)
    var generator = SplitMix(seed: 4)
    for _ in 0..<20 {
      let order = estimates.indices.shuffled(using: &generator)
      let result = try randomEffects(
        estimates: order.map { estimates[$0] }, variances: order.map { variances[$0] })
      #expect(result.mean == expected.mean && result.tauSquared == expected.tauSquared)
      #expect(result.widest == expected.widest && result.predictionInterval == expected.predictionInterval)
      #expect(result.weights == order.map { expected.weights[$0] })
    }
  }

  @Test func theGlobalMaximumOfTheLikelihoodIsFound() throws {
    // Against a fine scan: no τ² may have a higher restricted likelihood than the one returned.
    var generator = SplitMix(seed: 21)
    for _ in 0..<40 {
      let count = 3 + Int(generator.next() % 6)
      let estimates = (0..<count).map { _ in Double.random(in: -2...2, using: &generator) }
      let variances = (0..<count).map { _ in
        let size = Double.random(in: 0...1, using: &generator)
        return 1e-4 + size * size * size * size
      }
      let found = try randomEffects(estimates: estimates, variances: variances).tauSquared
      func likelihood(_ tauSquared: Double) -> Double {
        let weights = variances.map { 1 / ($0 + tauSquared) }
        let total = weights.reduce(0, +)
        let mean = zip(weights, estimates).reduce(0) { $0 + $1.0 * $1.1 } / total
        let deviation = zip(weights, estimates).reduce(0) { $0 + $1.0 * ($1.1 - mean) * ($1.1 - mean) }
        return 0.5 * (weights.reduce(0) { $0 + log($1) } - log(total) - deviation)
      }
      let best = likelihood(found)
      for step in 0..<4000 { #expect(likelihood(0.005 * Double(step)) <= best + 1e-9) }
    }
  }

  @Test func theHigherOfSeveralMaximaIsFound() throws {
    // Few precise sites far apart and imprecise ones elsewhere give likelihoods with two maxima or more.
    var generator = SplitMix(seed: 77)
    var severalMaxima = 0
    for _ in 0..<300 {
      let count = 3 + Int(generator.next() % 5)
      let variances = (0..<count).map { _ in pow(10, Double.random(in: -5...1, using: &generator)) }
      let estimates = variances.map { $0.squareRoot() * Double.random(in: -3...3, using: &generator) }
      let found = try randomEffects(estimates: estimates, variances: variances).tauSquared
      func likelihood(_ tauSquared: Double) -> Double {
        let weights = variances.map { 1 / ($0 + tauSquared) }
        let total = weights.reduce(0, +)
        let mean = zip(weights, estimates).reduce(0) { $0 + $1.0 * $1.1 } / total
        let deviation = zip(weights, estimates).reduce(0) { $0 + $1.0 * ($1.1 - mean) * ($1.1 - mean) }
        return 0.5 * (weights.reduce(0) { $0 + log($1) } - log(total) - deviation)
      }
      let scan = [likelihood(0)] + (0...900).map { likelihood(pow(10, -7 + Double($0) / 100)) }
      #expect(likelihood(found) >= (scan.max() ?? 0) - 1e-9)
      let peaks = scan.indices.count { index in
        scan[index] > (index == 0 ? -.infinity : scan[index - 1])
          && (index + 1 == scan.count || scan[index] > scan[index + 1])
      }
      if peaks > 1 { severalMaxima += 1 }
    }
    #expect(severalMaxima >= 10)
  }

  @Test func identicalSitesHaveNoSpreadAndTheModifiedIntervalStaysOpen() throws {
    let result = try randomEffects(estimates: [0.5, 0.5, 0.5], variances: [0.1, 0.2, 0.1])
    #expect(result.tauSquared == 0 && result.q == 0 && result.iSquared == 0 && result.mean == 0.5)
    #expect(result.hksj.width == 0 && result.widest == result.modifiedHKSJ && result.widest.width > 0)
    #expect(result.predictionInterval.width > 0)
  }

  @Test func aLargeCommonOffsetCostsNoDigits() throws {
    let near = try randomEffects(estimates: [0, 0.25, 1, 0.5], variances: [0.02, 0.03, 0.01, 0.04])
    let far = try randomEffects(
      estimates: [1_048_576, 1_048_576.25, 1_048_577, 1_048_576.5], variances: [0.02, 0.03, 0.01, 0.04])
    #expect(isClose(far.tauSquared, near.tauSquared, 1e-9) && isClose(far.q, near.q, 1e-9))
  }

  @Test func aDominantSiteCostsNoDigits() throws {
    // Shifted estimates and one variance far below the others, against the same with an offset that is exact.
    let estimates = [5, 0.5, -1.25, 0.75, 2]
    let variances = [1e-12, 1, 2, 0.5, 1]
    let near = try randomEffects(estimates: estimates, variances: variances)
    let far = try randomEffects(estimates: estimates.map { $0 + 1_048_576 }, variances: variances)
    #expect(isClose(far.tauSquared, near.tauSquared, 1e-12) && isClose(far.q, near.q, 1e-12))
    // Of the same numbers as fractions.
    #expect(isClose(near.q, 84.90624999963424, 1e-14))
  }

  @Test func manySitesDoNotDependOnTheirOrder() throws {
    var generator = SplitMix(seed: 5)
    // Rounded, so that many sites share an estimate, a variance or both.
    let estimates = (0..<700).map { _ in (Double.random(in: -9...9, using: &generator)).rounded() / 8 }
    let variances = (0..<700).map { _ in (1 + Double.random(in: 0...9, using: &generator).rounded()) / 64 }
    let expected = try randomEffects(estimates: estimates, variances: variances)
    let profile = try qProfileInterval(StudySet(estimates: estimates, variances: variances))
    for _ in 0..<5 {
      let order = estimates.indices.shuffled(using: &generator)
      let (y, v) = (order.map { estimates[$0] }, order.map { variances[$0] })
      let result = try randomEffects(estimates: y, variances: v)
      #expect(result.mean == expected.mean && result.tauSquared == expected.tauSquared)
      #expect(result.q == expected.q && result.predictionInterval == expected.predictionInterval)
      #expect(try qProfileInterval(StudySet(estimates: y, variances: v)) == profile)
    }
  }

  @Test func probabilityOfANewSiteAgreesWithThePredictionInterval() throws {
    let result = try randomEffects(estimates: [1.2, 1.9, 1.4, 1.1], variances: [0.02, 0.03, 0.01, 0.02])
    func probability(_ limit: Double) throws -> Double {
      try probabilityNewStudy(
        mean: result.mean, prediction: result.predictionInterval, studies: result.studies, atLeast: limit)
    }
    #expect(isClose(try probability(result.predictionInterval.lower), 0.975, 1e-12))
    #expect(isClose(try probability(result.mean), 0.5, 1e-12))
    #expect(isClose(try probability(result.predictionInterval.upper), 0.025, 1e-12))
    // 1 − T₂((1.2 − 1.4)/0.15) with scipy.stats.t 1.16.
    let wide = Interval(lower: 1.4 - 0.15 * 4.302652729749462, upper: 1.4 + 0.15 * 4.302652729749462)
    let found = try probabilityNewStudy(mean: 1.4, prediction: wide, studies: 4, atLeast: 1.2)
    #expect(isClose(found, 0.8429971702850176, 1e-12))
    #expect(throws: StatisticsError.noVariance) {
      try probabilityNewStudy(mean: 1, prediction: Interval(lower: 1, upper: 1), studies: 4, atLeast: 1)
    }
    #expect(throws: StatisticsError.tooFewStudies(found: 2, required: 3)) {
      try probabilityNewStudy(mean: 1, prediction: wide, studies: 2, atLeast: 1)
    }
  }

  @Test func fewerThanThreeSitesAreRefused() {
    #expect(throws: StatisticsError.tooFewStudies(found: 0, required: 1)) {
      try randomEffects(estimates: [], variances: [])
    }
    for count in 1...2 {
      #expect(throws: StatisticsError.tooFewStudies(found: count, required: 3)) {
        try randomEffects(
          estimates: Array([0.1, 0.4].prefix(count)), variances: Array([0.01, 0.02].prefix(count)))
      }
    }
  }

  @Test func damagedInputIsRefused() {
    func isRefused(_ estimates: [Double], _ variances: [Double], _ confidence: Double = 0.95) -> Bool {
      (try? randomEffects(estimates: estimates, variances: variances, confidence: confidence)) == nil
    }
    #expect(!isRefused([1, 2, 3], [1, 1, 1]))
    #expect(isRefused([1, 2, 3], [1, 1]))
    #expect(isRefused([1, 2, .nan], [1, 1, 1]))
    #expect(isRefused([1, 2, .infinity], [1, 1, 1]))
    #expect(isRefused([1, 2, 3], [1, 0, 1]))
    #expect(isRefused([1, 2, 3], [1, -1, 1]))
    #expect(isRefused([1, 2, 3], [1, .nan, 1]))
    #expect(isRefused([1, 2, 3], [1, 1, 1], 1))
    #expect(isRefused([1, 2, 3], [1, 1, 1], .nan))
  }

  @Test func theLimitsOfTheDomainGiveFiniteNumbers() throws {
    for variance in [1e-50, 1e50] {
      let result = try randomEffects(estimates: [-1e50, 0, 1e50], variances: [variance, 1, variance])
      #expect(result.mean.isFinite && result.tauSquared.isFinite && result.widest.width.isFinite)
      #expect(result.weights.allSatisfy(\.isFinite) && result.iSquared >= 0 && result.iSquared <= 1)
    }
  }
}
