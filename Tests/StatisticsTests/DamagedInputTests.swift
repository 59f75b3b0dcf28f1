import Statistics
import Testing

/// Aggregates come from other machines: whatever they hold, a function throws or returns numbers in
/// its range. A trap would end this test run.
@Suite struct DamagedInputTests {
  private var generator = SplitMix(seed: 99)

  private mutating func integer() -> Int {
    let extremes = [
      0, 1, 2, 3, 7, 100, -1, -5, .max, .min, .max - 1, maximumRowCount, maximumRowCount + 1,
      maximumRowCount / 2,
    ]
    return extremes[Int(generator.next() % UInt64(extremes.count))]
  }

  private mutating func wide() -> Int128 {
    let extremes: [Int128] = [.max, .min, 1 << 63, 1 << 64, 1 << 95, 1 << 126, -1]
    let choice = Int(generator.next() % 20)
    return choice < extremes.count ? extremes[choice] : Int128(integer())
  }

  private mutating func double() -> Double {
    let extremes = [
      0, -0.0, 1, 0.5, -1, 2, 1e-300, 1e300, .infinity, -.infinity, .nan, 1e-7, 0.3, .leastNonzeroMagnitude,
      1.nextDown, 1e9, 1e50, -1e50,
    ]
    return extremes[Int(generator.next() % UInt64(extremes.count))]
  }

  @Test mutating func countsNeverTrap() throws {
    for _ in 0..<20_000 {
      let z = generator.next() % 4 == 0 ? double() : 1.96
      if let interval = try? wilsonInterval(successes: integer(), trials: integer(), z: z) {
        #expect(interval.lower >= 0 && interval.upper <= 1 && interval.lower <= interval.upper)
      }
      if let interval = try? wilsonInterval(proportion: double(), effectiveTrials: double(), z: z) {
        #expect(interval.lower >= 0 && interval.upper <= 1)
      }
      let difference = try? newcombeDifference(
        successes1: integer(), trials1: integer(), successes2: integer(), trials2: integer(), z: z)
      if let difference { #expect(difference.interval.contains(difference.difference)) }
      let benefit = try? netBenefit(
        truePositives: integer(), falsePositives: integer(), falseNegatives: integer(),
        trueNegatives: integer(),
        threshold: double())
      if let benefit { #expect(benefit.netBenefit.value.isFinite) }
      let sums = ClusterSums(
        clusters: integer(), sumSuccesses: integer(), sumTrials: integer(), sumSquaredSuccesses: integer(),
        sumProducts: integer(), sumSquaredTrials: integer())
      if let size = try? effectiveSampleSize(sums) {
        #expect(size.designEffect >= 1 && size.effectiveTrials > 0)
      }
    }
  }

  @Test mutating func sumsNeverTrap() throws {
    for _ in 0..<20_000 {
      let ranks = RankIntegers(
        positives: integer(), negatives: integer(), sumPositive: wide(), sumSquaredPositive: wide(),
        sumNegative: wide(), sumSquaredNegative: wide())
      if let result = try? auroc(ranks) { #expect(result.value >= 0 && result.value <= 1) }
      var strata = StrataAUROC()
      strata.add(ranks)
      strata.add(ranks)
      if let result = try? strata.estimate() { #expect(result.variance > 0) }
      let positive = PowerSums(count: integer(), m1: wide(), m2: wide(), m3: wide(), m4: wide())
      let negative = PowerSums(count: integer(), m1: wide(), m2: wide(), m3: wide(), m4: wide())
      if let score = try? brierScore(positive: positive, negative: negative) {
        #expect(score.value >= 0 && score.value <= 1)
      }
      if let score = try? scaledBrierScore(positive: positive, negative: negative) { #expect(score.isFinite) }
      if let test = try? spiegelhalterZ(positive: positive, negative: negative) { #expect(test.z.isFinite) }
      _ = try? expectedBrierScore(positive: positive, negative: negative)
      _ = try? positive.merging(negative)
    }
  }

  @Test mutating func listsNeverTrap() throws {
    for _ in 0..<4_000 {
      let length = Int(generator.next() % 5)
      var pairs: [(positives: Int, negatives: Int)] = []
      var scores: [(score: Double, positives: Int, negatives: Int)] = []
      var doubles: [Double] = []
      for index in 0..<length {
        pairs.append((integer(), integer()))
        scores.append((generator.next() % 4 == 0 ? double() : Double(index) / 5, integer(), integer()))
        doubles.append(double())
      }
      if let ranks = try? rankIntegers(sortedGroups: pairs) {
        #expect(ranks.sumPositive == ranks.sumNegative)
      }
      if let value = try? averagePrecision(sortedGroups: pairs) { #expect(value > 0 && value <= 1) }
      let (ones, others) = (pairs.map(\.positives), pairs.map(\.negatives))
      let bounds = try? pooledAUROCBounds(
        positiveFrom: ones, positiveTo: ones.reversed(), negativeFrom: others, negativeTo: others.reversed())
      if let bounds { #expect(bounds.lower >= 0 && bounds.upper >= 0) }
      if let fit = try? recalibrate(scores: scores) { #expect(fit.slope.isFinite && fit.varianceSlope > 0) }
      if let drift = try? populationStabilityIndex(
        current: pairs.map(\.positives), reference: pairs.map(\.negatives))
      {
        #expect(drift.index >= -1e-12)
      }
      let variances = doubles.map { abs($0) }.reversed()
      if let summary = try? randomEffects(estimates: doubles, variances: Array(variances)) {
        #expect(summary.mean.isFinite && summary.tauSquared >= 0)
      }
    }
  }

  @Test mutating func distributionsNeverTrap() throws {
    for _ in 0..<800 {
      if let value = try? regularizedIncompleteBeta(double(), double(), double()) {
        #expect(value >= 0 && value <= 1)
      }
      if let value = try? chiSquaredCumulative(double(), degreesOfFreedom: double()) {
        #expect(value >= 0 && value <= 1)
      }
      if let value = try? studentTCumulative(double(), degreesOfFreedom: double()) {
        #expect(value >= 0 && value <= 1)
      }
      if let value = try? studentTQuantile(double(), degreesOfFreedom: double()) { #expect(value.isFinite) }
      if let value = try? chiSquaredQuantile(double(), degreesOfFreedom: double()) {
        #expect(value >= 0 && value.isFinite)
      }
      if let interval = try? observedExpectedRatio(observed: integer(), trials: integer(), expected: double())
      {
        #expect(interval.interval.lower <= interval.ratio && interval.ratio <= interval.interval.upper)
      }
    }
  }
}
