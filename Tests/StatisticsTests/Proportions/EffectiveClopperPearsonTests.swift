import Statistics
import Testing

/// Clopper and Pearson's interval on a fractional number of trials.
@Suite struct EffectiveClopperPearsonTests {
  @Test(arguments: [(0, 20), (1, 20), (18, 20), (20, 20), (150, 400)])
  func wholeCountsGiveTheSame(_ successes: Int, _ trials: Int) throws {
    let whole = try clopperPearson(successes: successes, trials: trials)
    let same = try clopperPearson(
      proportion: Double(successes) / Double(trials), effectiveTrials: Double(trials))
    #expect(abs(whole.lower - same.lower) < 1e-14 && abs(whole.upper - same.upper) < 1e-14)
  }

  // scipy 1.17.1: beta.ppf(0.025, 7.5, 6.0), beta.ppf(0.975, 8.5, 5.0).
  @Test func fractionalCountsAreQuantilesOfTheBeta() throws {
    let interval = try clopperPearson(proportion: 0.6, effectiveTrials: 12.5)
    #expect(
      abs(interval.lower - 0.29668080177214284) < 1e-12 && abs(interval.upper - 0.8551817837009881) < 1e-12)
  }

  @Test func fewerTrialsMakeItWider() throws {
    let many = try clopperPearson(proportion: 0.3, effectiveTrials: 100)
    let few = try clopperPearson(proportion: 0.3, effectiveTrials: 99.5)
    #expect(few.lower < many.lower && few.upper > many.upper)
  }

  @Test func whatIsNoProportionIsRefused() {
    #expect(throws: StatisticsError.noTrials) { try clopperPearson(proportion: 0.5, effectiveTrials: 0) }
    for (proportion, trials) in [(-0.1, 10.0), (1.1, 10), (.nan, 10), (0.5, .infinity), (0.5, 1e18)] {
      #expect(throws: StatisticsError.self) {
        try clopperPearson(proportion: proportion, effectiveTrials: trials)
      }
    }
  }
}
