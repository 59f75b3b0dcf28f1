/// One score interval of one site with its counts.
package struct HistogramBin: Sendable, Equatable {
  package let lower: Double
  package let upper: Double
  /// Whether `upper` belongs to the interval, as in the last one of a grid.
  package let closedAbove: Bool
  package let positives: Int
  package let negatives: Int

  /// The interval from `lower`, which belongs to it, to `upper`.
  package init(lower: Double, upper: Double, closedAbove: Bool, positives: Int, negatives: Int) {
    self.lower = lower
    self.upper = upper
    self.closedAbove = closedAbove
    self.positives = positives
    self.negatives = negatives
  }
}

/// Guaranteed bounds of the AUROC of the pooled rows, whatever stands inside the intervals.
///
/// Shape: one list of intervals a site; the sites' intervals may differ. Ties count one half, so a pair in
/// the same single-valued interval lies between 0 and 1 here.
///
/// - Throws: `StatisticsError.noEvents`, `.noNonEvents`.
/// - Source: statistics.md §3: L = ΣPN·1[lo ≥ hi'], U = ΣPN·1[hi > lo'], over ΣPΣN.
package func pooledAUROCBounds(_ histograms: [[HistogramBin]]) throws(StatisticsError) -> Interval {
  let bins = histograms.flatMap { $0 }
  let positives = bins.reduce(Int128(0)) { $0 + Int128($1.positives) }
  let negatives = bins.reduce(Int128(0)) { $0 + Int128($1.negatives) }
  guard positives > 0 else { throw .noEvents }
  guard negatives > 0 else { throw .noNonEvents }
  let byUpper = bins.sorted { EndPoint(upperOf: $0) < EndPoint(upperOf: $1) }
  let byLower = bins.sorted { $0.lower < $1.lower }

  // Certain pairs: every negative of an interval that ends at or below the positive's beginning.
  var least: Int128 = 0
  var below: Int128 = 0
  var next = 0
  for bin in byLower {
    while next < byUpper.count, EndPoint(upperOf: byUpper[next]).isAtOrBelow(bin.lower) {
      below += Int128(byUpper[next].negatives)
      next += 1
    }
    least += Int128(bin.positives) * below
  }
  // Possible pairs: every negative of an interval that begins before the positive's end.
  var most: Int128 = 0
  below = 0
  next = 0
  for bin in byUpper {
    while next < byLower.count, !EndPoint(upperOf: bin).isAtOrBelow(byLower[next].lower) {
      below += Int128(byLower[next].negatives)
      next += 1
    }
    most += Int128(bin.positives) * below
  }
  let pairs = Double(positives) * Double(negatives)
  return Interval(lower: Double(least) / pairs, upper: Double(most) / pairs)
}

/// The upper end of an interval; a closed end lies just above an open one at the same value.
private struct EndPoint: Comparable {
  let value: Double
  let isClosed: Bool

  init(upperOf bin: HistogramBin) {
    value = bin.upper
    isClosed = bin.closedAbove
  }

  /// Whether every score of the interval lies below `lower`.
  func isAtOrBelow(_ lower: Double) -> Bool { isClosed ? value < lower : value <= lower }

  static func < (left: EndPoint, right: EndPoint) -> Bool {
    left.value != right.value ? left.value < right.value : !left.isClosed && right.isClosed
  }
}
