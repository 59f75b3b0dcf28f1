/// Average precision of one site: the step sum Σ(R_i − R_{i−1})P_i over falling thresholds.
///
/// Shape: one element for every distinct score, in ascending order of score, in; a number in 0...1 out.
/// Units: precision. It depends on the prevalence: print that beside it and don't pool it.
///
/// - Throws: `StatisticsError.noEvents` when there is no positive row; `.countExceedsTrials` when a count is
///   negative; `.invalidArgument` when a class has more than `maximumRowCount` rows.
/// - Source: the definition of scikit-learn's `average_precision_score`.
package func averagePrecision(
  sortedGroups: [(positives: Int, negatives: Int)]
) throws(StatisticsError) -> Double {
  var flagged = 0
  var truePositives = 0
  var sum = NeumaierSum()
  for group in sortedGroups.reversed() {
    truePositives = try checkedSum(truePositives, group.positives)
    flagged = try checkedSum(flagged, try checkedSum(group.positives, group.negatives))
    if group.positives > 0 {
      sum.add(Double(group.positives) * (Double(truePositives) / Double(flagged)))
    }
  }
  guard truePositives > 0 else { throw .noEvents }
  return sum.value / Double(truePositives)
}
