import Statistics

/// How often a rule that looks 12 times at growing rows says something false at least once.
///
/// Each look adds 100 rows of which each is an event with probability 0.1; a rule errs when its interval at a
/// look misses 0.1 on either side. All rules see the same rows.
func falseStops(seed: UInt64, runs: Int) throws -> [String] {
  let (looks, rowsALook, truth) = (12, 100, 0.1)
  let multipliers = try alphaSpendingMultipliers(planned: looks)
  let rules: [(name: String, interval: (_ look: Int, _ successes: Int, _ trials: Int) throws -> Interval)] = [
    ("95 % Wilson at every look", { try wilsonInterval(successes: $1, trials: $2) }),
    ("beta-binomial confidence sequence", { try confidenceSequence(successes: $1, trials: $2) }),
    (
      "O’Brien–Fleming spending, Wilson",
      { look, successes, trials in
        try wilsonInterval(successes: successes, trials: trials, z: multipliers[look])
      }
    ),
  ]
  var generator = SplitMix(seed: seed, for: "stop rules")
  var low = Array(repeating: 0, count: rules.count)
  var high = low
  var either = low
  for _ in 0..<runs {
    var successes = 0
    var missesLow = Array(repeating: false, count: rules.count)
    var missesHigh = missesLow
    for look in 0..<looks {
      successes += generator.binomial(rowsALook, truth)
      for (index, rule) in rules.enumerated() {
        let interval = try rule.interval(look, successes, (look + 1) * rowsALook)
        if interval.upper < truth { missesLow[index] = true }
        if interval.lower > truth { missesHigh[index] = true }
      }
    }
    for index in rules.indices {
      if missesLow[index] { low[index] += 1 }
      if missesHigh[index] { high[index] += 1 }
      if missesLow[index] || missesHigh[index] { either[index] += 1 }
    }
  }
  return rules.indices.map { index in
    """
    {"rule": "\(rules[index].name)", "looks": \(looks), "rowsALook": \(rowsALook), "runs": \(runs), \
    "everFalse": \(Double(either[index]) / Double(runs)), "saysBelow": \(low[index]), "saysAbove": \(high[index])}
    """
  }
}
