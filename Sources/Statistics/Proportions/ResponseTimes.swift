/// Times from an alert to its acknowledgement, counted in fixed bins.
///
/// An alert nobody acknowledged counts as later than every bin: to leave it out would make the worst ward
/// look fastest.
package struct ResponseTimes: Sendable, Equatable {
  /// The ends of the bins, ascending; bin `i` is `edges[i]..<edges[i + 1]`.
  package let edges: [Double]
  /// Acknowledged alerts in each bin.
  package let counts: [Int]
  /// Alerts without acknowledgement.
  package let neverAcknowledged: Int
  /// All alerts.
  package let alerts: Int

  /// - Throws: `StatisticsError.invalidArgument` unless there is one more edge than bins and the edges
  ///   ascend strictly, or for more than `maximumRowCount` alerts; `.countExceedsTrials` for a negative
  ///   count; `.noTrials` without alerts.
  package init(edges: [Double], counts: [Int], neverAcknowledged: Int) throws(StatisticsError) {
    guard counts.count >= 1, edges.count == counts.count + 1 else {
      throw .invalidArgument("bins need one edge more than counts")
    }
    guard zip(edges, edges.dropFirst()).allSatisfy({ $0 < $1 }) else {
      throw .invalidArgument("bin edges do not ascend")
    }
    var alerts = neverAcknowledged
    for count in counts { alerts = try checkedSum(alerts, count) }
    guard alerts > 0 else { throw .noTrials }
    self.edges = edges
    self.counts = counts
    self.neverAcknowledged = neverAcknowledged
    self.alerts = alerts
  }

  /// Alerts acknowledged before `target`, out of all alerts.
  ///
  /// - Throws: `StatisticsError.invalidArgument` when `target` is not the end of a bin.
  package func acknowledged(before target: Double) throws(StatisticsError) -> BinomialCount {
    guard let bin = edges.dropFirst().firstIndex(of: target) else {
      throw .invalidArgument("target is not the end of a bin")
    }
    return try BinomialCount(successes: counts[..<bin].reduce(0, +), trials: alerts)
  }

  /// The bin that holds the median; nil where half the alerts were never acknowledged.
  ///
  /// With an even number of alerts the two in the middle can lie in different bins: the interval then reaches
  /// from the first to the second, to infinity where the second was never acknowledged.
  package var median: Interval? {
    guard let first = bin(ofRank: (alerts + 1) / 2) else { return nil }
    guard let second = bin(ofRank: alerts / 2 + 1) else {
      return Interval(lower: edges[first], upper: .infinity)
    }
    return Interval(lower: edges[first], upper: edges[second + 1])
  }

  /// The bin of the alert with this rank from the fastest, counted from 1.
  private func bin(ofRank rank: Int) -> Int? {
    var seen = 0
    for (bin, count) in counts.enumerated() {
      seen += count
      if seen >= rank { return bin }
    }
    return nil
  }
}
