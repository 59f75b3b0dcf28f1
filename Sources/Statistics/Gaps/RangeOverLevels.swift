/// The largest minus the smallest of several proportions.
///
/// Shape: two or more proportions in, a number in 0...1 out. Descriptive: it is biased upward, the more so
/// the more and the smaller the levels are, and has no interval.
///
/// - Throws: `StatisticsError.invalidArgument` for fewer than two levels.
/// - Source: the `between_groups` differences of fairlearn.
package func rangeOverLevels(_ levels: [BinomialCount]) throws(StatisticsError) -> Double {
  let values = levels.map(\.value)
  guard levels.count >= 2, let smallest = values.min(), let largest = values.max() else {
    throw .invalidArgument("fewer than two levels to compare")
  }
  return largest - smallest
}

/// The equalised-odds gap: the larger of the gaps in sensitivity and in false positive rate over the levels.
///
/// Shape: one table a level in, a number in 0...1 out. Descriptive, as `rangeOverLevels`.
///
/// - Throws: `StatisticsError.noTrials` when a level has no positive or no negative row;
///   `.countExceedsTrials` for a negative count; `.invalidArgument` for fewer than two levels or more than
///   `maximumRowCount` rows.
/// - Source: Hardt, Price & Srebro (2016), Adv. Neural Inf. Process. Syst. 29; fairlearn's
///   `equalized_odds_difference` with the worst case over both rates.
package func equalisedOddsGap(_ tables: [ConfusionTable]) throws(StatisticsError) -> Double {
  var sensitivities: [BinomialCount] = []
  var falsePositiveRates: [BinomialCount] = []
  for table in tables {
    let margins = try table.margins()
    sensitivities.append(try BinomialCount(successes: table.truePositives, trials: margins.positives))
    falsePositiveRates.append(try BinomialCount(successes: table.falsePositives, trials: margins.negatives))
  }
  return max(try rangeOverLevels(sensitivities), try rangeOverLevels(falsePositiveRates))
}
