import Statistics
import Testing

@Suite struct ConfidenceSequenceTests {
  @Test func matchesMpmath() throws {
    let rows = try ReferenceFile("looks.json").table("confidenceSequence")
    #expect(rows.count >= 15)
    for row in rows {
      let interval = try confidenceSequence(successes: Int(row[0]), trials: Int(row[1]))
      #expect(isClose(interval.lower, row[2], 1e-8), "\(row)")
      #expect(isClose(interval.upper, row[3], 1e-8), "\(row)")
    }
  }

  @Test func matchesMpmathOnEffectiveTrials() throws {
    for row in try ReferenceFile("looks.json").table("effectiveConfidenceSequence") {
      let interval = try confidenceSequence(proportion: row[0], effectiveTrials: row[1])
      #expect(isClose(interval.lower, row[2], 1e-8), "\(row)")
      #expect(isClose(interval.upper, row[3], 1e-8), "\(row)")
    }
  }

  @Test func theEdgesAreClosed() throws {
    // Closed form: (α / (n + 1))^(1/n).
    let none = try confidenceSequence(successes: 0, trials: 1)
    #expect(none.lower == 0 && isClose(none.upper, 0.975, 1e-15))
    let all = try confidenceSequence(successes: 1, trials: 1)
    #expect(isClose(all.lower, 0.025, 1e-14) && all.upper == 1)
  }

  @Test func outcomesChangedAboutMirrorTheInterval() throws {
    for (successes, trials) in [(3, 40), (0, 12), (20, 40), (999, 1000)] {
      let one = try confidenceSequence(successes: successes, trials: trials)
      let other = try confidenceSequence(successes: trials - successes, trials: trials)
      #expect(abs(one.lower - (1 - other.upper)) < 1e-15 && abs(one.upper - (1 - other.lower)) < 1e-15)
    }
  }

  @Test func itIsWiderThanTheIntervalOfOneLook() throws {
    for trials in [10, 100, 1000, 100_000] {
      let sequence = try confidenceSequence(successes: trials / 5, trials: trials)
      let single = try wilsonInterval(successes: trials / 5, trials: trials)
      #expect(sequence.lower < single.lower && sequence.upper > single.upper)
      #expect(sequence.contains(0.2))
    }
  }

  @Test func theTruthStaysInsideAtManyLooksTogether() throws {
    // 400 made-up streams of 600 rows, looked at after every 10: at most 5 % may ever miss.
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    func uniform() -> Double {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Double(state >> 11) * 0x1p-53
    }
    var missed = 0
    var missedByWilson = 0
    for _ in 0..<400 {
      var successes = 0
      var isOut = (sequence: false, single: false)
      for row in 1...600 {
        if uniform() < 0.8 { successes += 1 }
        guard row.isMultiple(of: 10) else { continue }
        if try !confidenceSequence(successes: successes, trials: row).contains(0.8) { isOut.sequence = true }
        if try !wilsonInterval(successes: successes, trials: row).contains(0.8) { isOut.single = true }
      }
      missed += isOut.sequence ? 1 : 0
      missedByWilson += isOut.single ? 1 : 0
    }
    #expect(missed <= 20, "\(missed) of 400")
    // So many looks at a 95 % interval do miss: the test can fail.
    #expect(missedByWilson > 80, "\(missedByWilson) of 400")
  }

  @Test func damagedArgumentsAreRefused() {
    #expect(throws: StatisticsError.noTrials) { try confidenceSequence(successes: 0, trials: 0) }
    #expect(throws: StatisticsError.countExceedsTrials) { try confidenceSequence(successes: 5, trials: 4) }
    #expect(throws: StatisticsError.countExceedsTrials) { try confidenceSequence(successes: -1, trials: 4) }
    #expect(throws: StatisticsError.noTrials) { try confidenceSequence(proportion: 0.5, effectiveTrials: 0) }
    for alpha in [0, 1, -0.5, Double.nan, 1e-13] {
      #expect(throws: StatisticsError.self) {
        try confidenceSequence(successes: 1, trials: 2, alpha: alpha)
      }
    }
    for (proportion, trials) in [
      (-0.1, 1.0), (1.1, 1), (.nan, 1), (0.5, .infinity), (0.5, .nan), (0.5, 1e10),
    ] {
      #expect(throws: StatisticsError.self) {
        try confidenceSequence(proportion: proportion, effectiveTrials: trials)
      }
    }
  }
}
