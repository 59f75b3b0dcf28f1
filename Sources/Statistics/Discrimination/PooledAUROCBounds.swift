/// Guaranteed bounds on the AUROC of all rows of all sites, from intervals that lie on one grid of edges.
///
/// Shape: four lists with one entry an edge, ascending: rows of each class whose interval begins there, and
/// rows whose interval ends there. An interval holds its lower edge and not its upper one, but for the last,
/// which is closed; sites may divide the grid differently. An interval in 0...1 that contains the AUROC of
/// the pooled rows (ties one half) comes out. These are limits, not a confidence interval. Cost O(edges).
///
/// A pair counts toward the lower end where the positive's interval begins at or above the end of the
/// negative's, and toward the upper end where it ends above the beginning of the negative's.
///
/// - Throws: `StatisticsError.noEvents` when a class has no row; `.countExceedsTrials` when a count is
///   negative; `.invalidArgument` when the lists differ in length or hold different numbers of rows.
package func pooledAUROCBounds(
  positiveFrom: [Int], positiveTo: [Int], negativeFrom: [Int], negativeTo: [Int]
) throws(StatisticsError) -> Interval {
  guard positiveFrom.count == positiveTo.count, negativeFrom.count == negativeTo.count,
    positiveFrom.count == negativeFrom.count
  else { throw .invalidArgument("edges") }
  let positives = try rowCount(positiveFrom)
  let negatives = try rowCount(negativeFrom)
  guard try rowCount(positiveTo) == positives, try rowCount(negativeTo) == negatives else {
    throw .invalidArgument("an interval has one end only")
  }
  guard positives > 0, negatives > 0 else { throw .noEvents }
  var surely: Int128 = 0
  var possibly: Int128 = 0
  var negativesEnded: Int128 = 0
  var negativesBegun: Int128 = 0
  for edge in positiveFrom.indices {
    negativesEnded += Int128(negativeTo[edge])
    surely += Int128(positiveFrom[edge]) * negativesEnded
    possibly += Int128(positiveTo[edge]) * negativesBegun
    negativesBegun += Int128(negativeFrom[edge])
  }
  let pairs = (Int128(positives) * Int128(negatives)).nearestDouble
  return Interval(lower: surely.nearestDouble / pairs, upper: possibly.nearestDouble / pairs)
}

private func rowCount(_ counts: [Int]) throws(StatisticsError) -> Int {
  var sum = 0
  for count in counts { sum = try checkedSum(sum, count) }
  return sum
}
