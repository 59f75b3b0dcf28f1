import Statistics
import Testing

@Suite struct BrierScoreTests {
  private func sums(_ rows: ScoredRows) throws -> (positive: PowerSums, negative: PowerSums) {
    var positive = PowerSums()
    var negative = PowerSums()
    for score in rows.positives { try positive.add(score) }
    for score in rows.negatives { try negative.add(score) }
    return (positive, negative)
  }

  @Test func brierScoreMatchesScikitLearnAndRms() throws {
    let sets = try ReferenceFile("scores.json").objects("sets")
    let fits = try ReferenceFile("fits.json").objects("sets")
    var comparedWithRms = 0
    for (set, fit) in zip(sets, fits) {
      let (positive, negative) = try sums(ScoredRows(set))
      let score = try brierScore(positive: positive, negative: negative)
      #expect(isClose(score.value, try set.number("brier"), 1e-9))
      #expect(isClose(try #require(score.standardError), try set.number("brierStandardError"), 1e-8))
      #expect(try #require(score.interval).contains(score.value))
      let expected = try expectedBrierScore(positive: positive, negative: negative)
      #expect(isClose(expected, try set.number("expectedBrier"), 1e-9))
      guard let rms = fit.object("valProb") else { continue }
      comparedWithRms += 1
      let test = try spiegelhalterZ(positive: positive, negative: negative)
      #expect(isClose(score.value, try rms.number("brier"), 1e-9))
      #expect(isClose(test.z, try rms.number("spiegelhalterZ"), 1e-8))
      #expect(isClose(test.pValue, try rms.number("spiegelhalterP"), 1e-7))
    }
    #expect(comparedWithRms >= 1)
  }

  @Test func withheldPowersLeaveTheScoreAndTakeTheInterval() throws {
    var (positive, negative) = try sums(ScoredRows(scores: [0.2, 0.7, 0.9], labels: [0, 1, 1]))
    positive.m4 = nil
    let score = try brierScore(positive: positive, negative: negative)
    // Three rows: the fixed point moves a mean by up to 2⁻³³ for each of the five sums.
    #expect(isClose(score.value, (0.04 + 0.09 + 0.01) / 3, 0, floor: 6e-10))
    #expect(score.standardError == nil && score.interval == nil)
    #expect(throws: StatisticsError.self) { try spiegelhalterZ(positive: positive, negative: negative) }
    negative.m3 = nil
    #expect(try brierScore(positive: positive, negative: negative).value == score.value)
  }

  @Test func perfectScoresHaveNoErrorAndNoSpread() throws {
    let (positive, negative) = try sums(ScoredRows(scores: [0, 0, 1, 1], labels: [0, 0, 1, 1]))
    let score = try brierScore(positive: positive, negative: negative)
    #expect(score.value == 0 && score.standardError == 0)
    #expect(try scaledBrierScore(positive: positive, negative: negative) == 1)
    #expect(throws: StatisticsError.noVariance) { try spiegelhalterZ(positive: positive, negative: negative) }
  }

  @Test func nearlyPerfectScoresSurviveTheRounding() throws {
    let nearly = 1 - 1e-10
    let (positive, negative) = try sums(
      ScoredRows(scores: [nearly, nearly, 1 - nearly], labels: [1, 1, 0]))
    let score = try brierScore(positive: positive, negative: negative)
    #expect(score.value >= 0 && score.value < 1e-9)
  }

  @Test func theBaseRateAsScoreHasScaledBrierZero() throws {
    let (positive, negative) = try sums(ScoredRows(scores: [0.25, 0.25, 0.25, 0.25], labels: [0, 1, 0, 0]))
    #expect(isClose(try scaledBrierScore(positive: positive, negative: negative), 0, 0, floor: 1e-9))
    let one = try sums(ScoredRows(scores: [0.25], labels: [1]))
    #expect(throws: StatisticsError.noEvents) {
      try scaledBrierScore(positive: one.positive, negative: one.negative)
    }
    #expect(try brierScore(positive: one.positive, negative: one.negative).standardError == nil)
  }

  @Test func sumsThatNoScoresHaveAreRefused() {
    let empty = PowerSums()
    #expect(throws: StatisticsError.noTrials) { try brierScore(positive: empty, negative: empty) }
    let one: Int128 = 1 << 32
    let bad = [
      PowerSums(count: 2, m1: 3 * one, m2: 0, m3: 0, m4: 0),
      PowerSums(count: 2, m1: one, m2: 2 * one, m3: 0, m4: 0),
      PowerSums(count: 2, m1: -1, m2: -2, m3: -3, m4: -4),
      PowerSums(count: 2, m1: one, m2: one, m3: one, m4: .max),
      PowerSums(count: -1, m1: 0, m2: 0, m3: 0, m4: 0),
      PowerSums(count: .max, m1: .max, m2: .max, m3: .max, m4: .max),
      // Each power is legal, together they would mean errors beyond 1.
      PowerSums(count: 2, m1: 2 * one, m2: 2 * one, m3: 0, m4: 0),
      PowerSums(count: 2, m1: 2 * one, m2: 0, m3: 0, m4: 0),
      PowerSums(
        count: maximumRowCount, m1: Int128(maximumRowCount) * one, m2: Int128(maximumRowCount) * one, m3: 0,
        m4: 0),
    ]
    for sums in bad {
      #expect(throws: StatisticsError.self, "\(sums)") { try brierScore(positive: sums, negative: empty) }
    }
  }
}
