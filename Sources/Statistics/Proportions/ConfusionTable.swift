/// The labelled rows of one stratum at one threshold.
package struct ConfusionTable: Sendable, Equatable {
  /// Flagged rows with the outcome.
  package var truePositives: Int
  /// Flagged rows without the outcome.
  package var falsePositives: Int
  /// Rows with the outcome that were not flagged.
  package var falseNegatives: Int
  /// Rows without the outcome that were not flagged.
  package var trueNegatives: Int

  /// Makes a table from its four counts; the functions that take one check them.
  package init(truePositives: Int, falsePositives: Int, falseNegatives: Int, trueNegatives: Int) {
    self.truePositives = truePositives
    self.falsePositives = falsePositives
    self.falseNegatives = falseNegatives
    self.trueNegatives = trueNegatives
  }
}

extension ConfusionTable {
  /// The margins, none larger than `maximumRowCount`.
  func margins() throws(StatisticsError) -> Margins {
    let positives = try checkedSum(truePositives, falseNegatives)
    let negatives = try checkedSum(falsePositives, trueNegatives)
    return Margins(
      positives: positives, negatives: negatives, flagged: try checkedSum(truePositives, falsePositives),
      unflagged: try checkedSum(falseNegatives, trueNegatives), rows: try checkedSum(positives, negatives))
  }

  /// Row and column sums of a table.
  struct Margins {
    let positives: Int
    let negatives: Int
    let flagged: Int
    let unflagged: Int
    let rows: Int
  }
}

/// `successes` out of `trials`: what an interval for a proportion is formed from.
package struct BinomialCount: Sendable, Equatable {
  /// How many of the trials succeeded.
  package let successes: Int
  /// How many trials there were; never 0.
  package let trials: Int

  /// - Throws: `StatisticsError.noTrials` without trials; `.countExceedsTrials` for counts of no proportion.
  package init(successes: Int, trials: Int) throws(StatisticsError) {
    try checkProportion(successes, trials)
    self.successes = successes
    self.trials = trials
  }

  /// The proportion.
  package var value: Double { Double(successes) / Double(trials) }
}
