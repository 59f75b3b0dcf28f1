/// The values a proportion can take as the missing labels take every value.
package struct LabelLimits: Sendable, Equatable {
  /// The least favourable completion, as counts, so that any interval can be formed from it.
  package let lower: BinomialCount
  /// The most favourable completion.
  package let upper: BinomialCount

  /// The two proportions.
  package var interval: Interval { Interval(lower: lower.value, upper: upper.value) }
}

/// Worst-case limits of a proportion with missing labels.
///
/// They assume nothing about why a label is missing, and hold for these rows: sampling error comes on top,
/// by an interval at each limit. A verdict that differs between the limits is not supported by the labelled
/// rows.
///
/// - Source: Manski (2003), Partial Identification of Probability Distributions, chapter 1.
package enum WorstCaseLimits {
  /// Sensitivity: TP/(TP + FN + U₀) to (TP + U₁)/(TP + U₁ + FN).
  ///
  /// - Throws: `StatisticsError.noTrials` without a labelled positive, for then a completion exists in
  ///   which there is no sensitivity; `.countExceedsTrials` for a negative count; `.invalidArgument` for
  ///   more than `maximumRowCount` rows.
  package static func sensitivity(
    _ table: ConfusionTable, unlabelledFlagged: Int, unlabelledUnflagged: Int
  ) throws(StatisticsError) -> LabelLimits {
    try classLimits(
      correct: table.truePositives, wrong: table.falseNegatives, unlabelledAsCorrect: unlabelledFlagged,
      unlabelledAsWrong: unlabelledUnflagged)
  }

  /// Specificity: TN/(TN + FP + U₁) to (TN + U₀)/(TN + U₀ + FP).
  ///
  /// - Throws: as `sensitivity`, for the negatives.
  package static func specificity(
    _ table: ConfusionTable, unlabelledFlagged: Int, unlabelledUnflagged: Int
  ) throws(StatisticsError) -> LabelLimits {
    try classLimits(
      correct: table.trueNegatives, wrong: table.falsePositives, unlabelledAsCorrect: unlabelledUnflagged,
      unlabelledAsWrong: unlabelledFlagged)
  }

  /// Positive predictive value: TP/(TP + FP + U₁) to (TP + U₁)/(TP + FP + U₁).
  ///
  /// - Throws: `StatisticsError.noTrials` without a flagged row; otherwise as `sensitivity`.
  package static func positivePredictiveValue(
    _ table: ConfusionTable, unlabelledFlagged: Int
  ) throws(StatisticsError) -> LabelLimits {
    try predictiveLimits(table.truePositives, table.falsePositives, unlabelledFlagged)
  }

  /// Negative predictive value: TN/(TN + FN + U₀) to (TN + U₀)/(TN + FN + U₀).
  ///
  /// - Throws: `StatisticsError.noTrials` without an unflagged row; otherwise as `sensitivity`.
  package static func negativePredictiveValue(
    _ table: ConfusionTable, unlabelledUnflagged: Int
  ) throws(StatisticsError) -> LabelLimits {
    try predictiveLimits(table.trueNegatives, table.falseNegatives, unlabelledUnflagged)
  }

  /// Limits of correct/(correct + wrong) where the denominator depends on the missing labels too.
  private static func classLimits(
    correct: Int, wrong: Int, unlabelledAsCorrect: Int, unlabelledAsWrong: Int
  ) throws(StatisticsError) -> LabelLimits {
    let labelled = try checkedSum(correct, wrong)
    guard labelled > 0 else { throw .noTrials }
    let best = try checkedSum(correct, unlabelledAsCorrect)
    return LabelLimits(
      lower: try BinomialCount(successes: correct, trials: try checkedSum(labelled, unlabelledAsWrong)),
      upper: try BinomialCount(successes: best, trials: try checkedSum(best, wrong)))
  }

  /// Limits where the denominator is known.
  private static func predictiveLimits(
    _ correct: Int, _ wrong: Int, _ unlabelled: Int
  ) throws(StatisticsError) -> LabelLimits {
    let rows = try checkedSum(try checkedSum(correct, wrong), unlabelled)
    return LabelLimits(
      lower: try BinomialCount(successes: correct, trials: rows),
      upper: try BinomialCount(successes: try checkedSum(correct, unlabelled), trials: rows))
  }
}
