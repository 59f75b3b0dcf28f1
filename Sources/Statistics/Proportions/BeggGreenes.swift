import Glibc

/// The rows of one score interval, labelled or not.
package struct LabelledInterval: Sendable, Equatable {
  /// Whether scores in the interval are flagged.
  package var isFlagged: Bool
  /// Rows labelled positive.
  package var positives: Int
  /// Rows labelled negative.
  package var negatives: Int
  /// Rows without a label.
  package var unlabelled: Int

  /// Makes an interval from its counts.
  package init(isFlagged: Bool, positives: Int, negatives: Int, unlabelled: Int) {
    self.isFlagged = isFlagged
    self.positives = positives
    self.negatives = negatives
    self.unlabelled = unlabelled
  }
}

/// Sensitivity and specificity corrected for labels missing at random within each score interval.
///
/// Shape: counts of disjoint score intervals in, two estimates in 0...1 out. With two intervals, flagged
/// and not, this is the estimator of Begg and Greenes; with more, labels may also depend on the score. The
/// interval is formed on the logit scale and is nil where the estimate is 0 or 1. `standardError` is on the
/// logit scale. An interval of scores whose labels are all equal adds no variance, so few labels an
/// interval make it too short. The order of the intervals does not matter.
///
/// - Throws: `StatisticsError.noTrials` when an interval has rows but no label; `.noEvents` where the
///   corrected number of positives, or of negatives, is 0; `.countExceedsTrials` for a negative count;
///   `.invalidArgument` for more than `maximumRowCount` rows or a bad `z`.
/// - Source: Begg & Greenes (1983), Biometrics 39, 207–215; the variance for several intervals by the delta
///   method with Poisson interval sizes and binomial labels.
package func beggGreenes(
  _ intervals: [LabelledInterval], z: Double = standardNormal975
) throws(StatisticsError) -> (sensitivity: Estimate, specificity: Estimate) {
  try checkMultiplier(z)
  var rows = 0
  for interval in intervals {
    let labelled = try checkedSum(interval.positives, interval.negatives)
    let total = try checkedSum(labelled, interval.unlabelled)
    rows = try checkedSum(rows, total)
    guard labelled > 0 || total == 0 else { throw .noTrials }
  }
  // A fixed order, so that the sums below have the same bits whatever the order of the input.
  let sorted = intervals.filter { $0.positives + $0.negatives > 0 }.sorted {
    ($0.positives, $0.negatives, $0.unlabelled) < ($1.positives, $1.negatives, $1.unlabelled)
  }
  let truePositives = Projection(sorted.filter(\.isFlagged), of: \.positives)
  let falseNegatives = Projection(sorted.filter { !$0.isFlagged }, of: \.positives)
  let trueNegatives = Projection(sorted.filter { !$0.isFlagged }, of: \.negatives)
  let falsePositives = Projection(sorted.filter(\.isFlagged), of: \.negatives)
  return (
    try share(of: truePositives, beside: falseNegatives, z),
    try share(of: trueNegatives, beside: falsePositives, z)
  )
}

/// Σ n π̂ over intervals, with its variance.
private struct Projection {
  let count: Double
  let variance: Double

  init(_ intervals: [LabelledInterval], of label: KeyPath<LabelledInterval, Int>) {
    count = neumaierSum(intervals) { interval in
      let labelled = Double(interval.positives + interval.negatives)
      return (labelled + Double(interval.unlabelled)) * (Double(interval[keyPath: label]) / labelled)
    }
    variance = neumaierSum(intervals) { interval in
      let labelled = Double(interval.positives + interval.negatives)
      let rows = labelled + Double(interval.unlabelled)
      let share = Double(interval[keyPath: label]) / labelled
      return rows * share * share + rows * rows * share * ((1 - share) / labelled)
    }
  }
}

private func share(of part: Projection, beside other: Projection, _ z: Double) throws(StatisticsError)
  -> Estimate
{
  let total = part.count + other.count
  guard total > 0 else { throw .noEvents }
  let value = part.count / total
  guard part.count > 0, other.count > 0 else { return Estimate(value: value) }
  let variance = part.variance / part.count / part.count + other.variance / other.count / other.count
  let odds = part.count / other.count
  return logitEstimate(logOdds: log(odds), value: value, variance: variance, z: z)
}

/// An estimate in 0...1 whose interval is symmetric in its log odds, where its standard error lives too.
func logitEstimate(logOdds: Double, value: Double, variance: Double, z: Double) -> Estimate {
  let standardError = variance.squareRoot()
  return Estimate(
    value: value,
    interval: Interval(
      lower: expit(logOdds - z * standardError), upper: expit(logOdds + z * standardError)),
    standardError: standardError)
}
