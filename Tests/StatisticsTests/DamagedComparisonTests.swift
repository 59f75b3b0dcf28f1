import Statistics
import Testing

/// Comparisons of whatever counts another machine sends: a number in range or an error, never a trap.
@Suite struct DamagedComparisonTests {
  private var generator = SplitMix(seed: 77)

  private mutating func integer() -> Int {
    let extremes = [
      0, 0, 1, 2, 3, 5, 7, 100, -1, .max, .min, maximumRowCount, maximumRowCount + 1, maximumRowCount / 2,
    ]
    return extremes[Int(generator.next() % UInt64(extremes.count))]
  }

  private mutating func double() -> Double {
    let extremes = [
      0, -0.0, 1, 0.5, -1, 2, 1e-300, 1e300, .infinity, -.infinity, .nan, 1e-7, 0.3, .leastNonzeroMagnitude,
      1.nextDown, 1e9, 1e50,
    ]
    return extremes[Int(generator.next() % UInt64(extremes.count))]
  }

  private mutating func table() -> ConfusionTable {
    ConfusionTable(
      truePositives: integer(), falsePositives: integer(), falseNegatives: integer(), trueNegatives: integer()
    )
  }

  @Test mutating func tablesNeverTrap() {
    for _ in 0..<20_000 {
      let counts = table()
      if let value = try? f1Score(counts) { #expect(value >= 0 && value <= 1) }
      if let value = try? youdenIndex(counts) { #expect(value >= -1 && value <= 1) }
      if let value = try? numberNeededToEvaluate(counts) { #expect(value >= 1) }
      let threshold = double()
      if let share = try? standardisedNetBenefit(counts, threshold: threshold) {
        #expect(share.value <= 1 && share.standardError.map(\.isFinite) != false)
      }
      if let avoided = try? interventionsAvoided(counts, threshold: threshold) {
        #expect(avoided.value.isFinite)
      }
      if let values = try? standardisedPredictiveValues(counts, prevalence: double()) {
        for estimate in [values.positive, values.negative] {
          #expect(estimate.value >= 0 && estimate.value <= 1)
          if let interval = estimate.interval { #expect(interval.lower <= interval.upper) }
        }
      }
      if let limits = try? WorstCaseLimits.sensitivity(
        counts, unlabelledFlagged: integer(), unlabelledUnflagged: integer())
      {
        #expect(limits.lower.value <= limits.upper.value)
      }
      if let limits = try? WorstCaseLimits.negativePredictiveValue(counts, unlabelledUnflagged: integer()) {
        #expect(limits.lower.value <= limits.upper.value)
      }
    }
  }

  @Test mutating func pairsNeverTrap() {
    for _ in 0..<4_000 {
      let (x1, n1, x2, n2) = (integer(), integer(), integer(), integer())
      if let katz = try? katzRatio(successes1: x1, trials1: n1, successes2: x2, trials2: n2) {
        #expect(katz.interval.lower > 0 && katz.interval.contains(katz.ratio))
      }
      let z = generator.next() % 4 == 0 ? double() : 1.96
      if let score = try? koopmanRatio(successes1: x1, trials1: n1, successes2: x2, trials2: n2, z: z) {
        #expect(score.interval.contains(score.ratio), "\(x1)/\(n1), \(x2)/\(n2), z \(z)")
      }
      if let test = try? twoProportionTest(successes1: x1, trials1: n1, successes2: x2, trials2: n2) {
        #expect(test.pValue >= 0 && test.pValue <= 1)
      }
      let pair = StratumPair(successes1: x1, trials1: n1, successes2: x2, trials2: n2)
      let other = StratumPair(
        successes1: integer(), trials1: integer(), successes2: integer(), trials2: integer())
      if let pooled = try? mantelHaenszelDifference([pair, other]) {
        #expect(abs(pooled.difference.value) <= 1 + 1e-12 && pooled.pValue <= 1)
      }
      if let trend = try? cochranArmitageTrend(successes: [x1, x2, 0], trials: [n1, n2, integer()]) {
        #expect(trend.pValue >= 0 && trend.pValue <= 1)
      }
    }
  }

  @Test mutating func othersNeverTrap() {
    for _ in 0..<2_000 {
      let rows = (0..<3).map { _ in
        LabelledInterval(
          isFlagged: generator.next() % 2 == 0, positives: integer(), negatives: integer(),
          unlabelled: integer())
      }
      if let fit = try? beggGreenes(rows) {
        #expect(fit.sensitivity.value >= 0 && fit.sensitivity.value <= 1)
      }
      let contrast = try? independentDifference(
        double(), standardError: double(), double(), standardError: double())
      if let contrast { #expect(contrast.pValue >= 0 && contrast.pValue <= 1) }
      let sums = (0..<2).map { _ in
        ObservedExpected(observed: integer(), trials: integer(), expected: double())
      }
      if let gap = try? logObservedExpectedDifference(sums[0], sums[1]) {
        #expect(gap.difference.value.isFinite)
      }
      _ = try? holmAdjusted([double(), double()])
      _ = try? benjaminiHochbergAdjusted([double(), double()])
      _ = try? logGamma(double())
      // Shapes of a billion take tens of thousands of terms, so counts are kept small here.
      let rate = try? garwoodRate(events: integer() % 1000, exposure: double(), unit: double())
      if let rate { #expect(rate.interval.contains(rate.rate)) }
      if let x = try? betaQuantile(double(), tail: .upper, double(), double()) { #expect(x >= 0 && x <= 1) }
    }
  }
}
