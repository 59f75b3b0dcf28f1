/// The rows of one score interval at one site.
package struct HistogramBin: Sendable, Equatable {
  /// The lowest score in the bin.
  package var lower: Double
  /// The upper edge.
  package var upper: Double
  /// Whether a score equal to `upper` belongs to the bin.
  package var closedAbove: Bool
  /// Rows with the outcome.
  package var positives: Int
  /// Rows without the outcome.
  package var negatives: Int

  /// Makes a bin from its parts.
  package init(lower: Double, upper: Double, closedAbove: Bool, positives: Int, negatives: Int) {
    self.lower = lower
    self.upper = upper
    self.closedAbove = closedAbove
    self.positives = positives
    self.negatives = negatives
  }
}

/// Guaranteed bounds on the AUROC of all rows of all sites, from histograms.
///
/// Shape: one list of bins a site, edges as each site likes, in; an interval in 0...1 that contains the
/// AUROC of the pooled rows (ties one half) out. These are limits, not a confidence interval.
/// Units: as `auroc`. A pair of bins counts toward the lower end where its positive cannot score
/// below its negative, and toward the upper end where it can score above; a pair that can only
/// meet in a shared closed edge counts one half. Cost O(B log B) in all bins together.
///
/// - Throws: `StatisticsError.noEvents` when a class has no row; `.countExceedsTrials` when a count is
///   negative; `.invalidArgument` when an edge is not finite or a bin is empty.
package func pooledAUROCBounds(_ histograms: [[HistogramBin]]) throws(StatisticsError) -> Interval {
  var positives = 0
  var negatives = 0
  var bins: [HistogramBin] = []
  for bin in histograms.joined() {
    guard bin.lower.isFinite, bin.upper.isFinite else { throw .invalidArgument("bin edge not finite") }
    guard bin.lower < bin.upper || (bin.lower == bin.upper && bin.closedAbove) else {
      throw .invalidArgument("bin without a score in it")
    }
    positives = try checkedSum(positives, bin.positives)
    negatives = try checkedSum(negatives, bin.negatives)
    bins.append(bin)
  }
  guard positives > 0, negatives > 0 else { throw .noEvents }

  // An upper edge ties only where it belongs to its bin; a lower edge always belongs to its own.
  let surely = doubledPairs(
    positives: bins.map { Edge(at: $0.lower, isAttained: true, rows: $0.positives) },
    negatives: bins.map { Edge(at: $0.upper, isAttained: $0.closedAbove, rows: $0.negatives) })
  let possibly = doubledPairs(
    positives: bins.map { Edge(at: $0.upper, isAttained: $0.closedAbove, rows: $0.positives) },
    negatives: bins.map { Edge(at: $0.lower, isAttained: true, rows: $0.negatives) })
  let all = 2 * Double(Int128(positives) * Int128(negatives))
  return Interval(lower: Double(surely) / all, upper: Double(possibly) / all)
}

/// One end of a bin with the rows of one class.
private struct Edge {
  var at: Double
  /// Whether a row of the bin can sit on the edge itself.
  var isAttained: Bool
  var rows: Int
}

/// Twice the pairs in which the negative's edge lies below the positive's.
///
/// Two attained edges on the same point are a tie and count once. A positive on an attained edge is above
/// every row that stops short of that point; a positive that stops short of it is above none.
private func doubledPairs(positives: [Edge], negatives: [Edge]) -> Int128 {
  let positives = positives.filter { $0.rows > 0 }.sorted { $0.at < $1.at }
  let negatives = negatives.filter { $0.rows > 0 }.sorted { $0.at < $1.at }
  var total: Int128 = 0
  var below: Int128 = 0
  var attainedHere: Int128 = 0
  var shortOfHere: Int128 = 0
  var next = 0
  var here: Double?
  for positive in positives {
    if positive.at != here {
      here = positive.at
      below += attainedHere + shortOfHere
      attainedHere = 0
      shortOfHere = 0
      while next < negatives.count, negatives[next].at <= positive.at {
        let rows = Int128(negatives[next].rows)
        if negatives[next].at < positive.at {
          below += rows
        } else if negatives[next].isAttained {
          attainedHere += rows
        } else {
          shortOfHere += rows
        }
        next += 1
      }
    }
    let fromSamePoint = positive.isAttained ? attainedHere + 2 * shortOfHere : 0
    total += Int128(positive.rows) * (2 * below + fromSamePoint)
  }
  return total
}
