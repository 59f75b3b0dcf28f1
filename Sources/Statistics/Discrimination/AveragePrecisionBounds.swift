import Glibc

/// Guaranteed bounds on the average precision of all rows of all sites, from counts over common edges.
///
/// Shape: the merged counts of one score interval each, in ascending order of score, in; an interval in 0...1 that
/// contains the average precision of the pooled rows out, up to a rounding of 1e-12. These are limits, not
/// a confidence interval. Intervals do not overlap, so every order of rows that the counts allow differs only
/// inside them: at best all positives of an interval tie above its negatives, at worst its negatives come first
/// and no positives tie.
///
/// - Throws: `StatisticsError.noEvents` when there is no positive row; `.countExceedsTrials` when a count is
///   negative; `.invalidArgument` for more than 100 000 intervals or too many rows.
package func averagePrecisionBounds(
  _ intervals: [(positives: Int, negatives: Int)]
) throws(StatisticsError) -> Interval {
  guard intervals.count <= 100_000 else { throw .invalidArgument("more than 100000 intervals") }
  var truePositives = 0
  var falsePositives = 0
  var lower = NeumaierSum()
  var upper = NeumaierSum()
  for interval in intervals.reversed() {
    let positivesAfter = try checkedSum(truePositives, interval.positives)
    let negativesAfter = try checkedSum(falsePositives, interval.negatives)
    if interval.positives > 0 {
      let best = Double(positivesAfter) / (Double(positivesAfter) + Double(falsePositives))
      upper.add(Double(interval.positives) * best)
      lower.add(
        sumOfPrecisions(positives: interval.positives, after: truePositives, below: negativesAfter))
    }
    truePositives = positivesAfter
    falsePositives = negativesAfter
  }
  guard truePositives > 0 else { throw .noEvents }
  let all = Double(truePositives)
  return Interval(lower: lower.value / all, upper: min(1, upper.value / all))
}

/// Σ (TP + i)/(TP + i + F) over i = 1...p.
private func sumOfPrecisions(positives: Int, after truePositives: Int, below falsePositives: Int) -> Double {
  let start = Double(truePositives) + Double(falsePositives)
  let fall = Double(falsePositives)
  // The first terms one by one; the rest as p − F Σ 1/(TP + i + F) with the asymptotic series of the harmonic
  // numbers, so that the work does not grow with the counts.
  let single = min(positives, 256)
  var sum = NeumaierSum()
  for i in stride(from: 1, through: single, by: 1) {
    sum.add((Double(truePositives) + Double(i)) / (start + Double(i)))
  }
  let rest = Double(positives - single)
  if rest > 0 {
    let first = start + Double(single)
    let last = first + rest
    let correction = harmonicCorrection(last) - harmonicCorrection(first)
    sum.add(rest - fall * (log1p(rest / first) + correction))
  }
  return sum.value
}

/// The harmonic number of n without log n and Euler's constant; below 1e-17 off from n = 256.
private func harmonicCorrection(_ n: Double) -> Double {
  let square = 1 / (n * n)
  return 0.5 / n - square * (1 / 12.0 - square / 120)
}
