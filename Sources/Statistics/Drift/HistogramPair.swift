/// Two checked histograms over the same bins: what is seen now, and the signed reference.
struct HistogramPair {
  let current: [Int]
  let reference: [Int]
  let currentRows: Int
  let referenceRows: Int

  init(current: [Int], reference: [Int]) throws(StatisticsError) {
    guard current.count == reference.count else {
      throw .invalidArgument("histograms with different numbers of bins")
    }
    guard current.count >= 2, current.count <= 100_000 else {
      throw .invalidArgument("fewer than 2 or more than 100000 bins")
    }
    self.current = current
    self.reference = reference
    currentRows = try total(current)
    referenceRows = try total(reference)
    guard currentRows > 0, referenceRows > 0 else { throw .noTrials }
  }

  /// The proportion of each bin now and then, (count + ½)/(n + B/2), so that an empty bin is finite.
  var smoothed: [(now: Double, then: Double)] {
    zip(smoothedShares(current, currentRows), smoothedShares(reference, referenceRows)).map { ($0, $1) }
  }

  /// 1/n + 1/m, what the noise of every index is proportional to.
  var noise: Double { 1 / Double(currentRows) + 1 / Double(referenceRows) }

  /// nm(F − G) at every upper edge, F and G being the cumulative shares: exact.
  var cumulativeDifferences: [Int128] {
    var difference: Int128 = 0
    return zip(current, reference).map { now, then in
      difference += Int128(now) * Int128(referenceRows) - Int128(then) * Int128(currentRows)
      return difference
    }
  }

  /// nm, the denominator of `cumulativeDifferences`.
  var scale: Double { Double(currentRows) * Double(referenceRows) }
}

/// (count + ½)/(n + B/2) of each bin.
func smoothedShares(_ counts: [Int], _ rows: Int) -> [Double] {
  let all = Double(rows) + Double(counts.count) / 2
  return counts.map { (Double($0) + 0.5) / all }
}

/// The sum of checked counts.
func total(_ counts: [Int]) throws(StatisticsError) -> Int {
  var sum = 0
  for count in counts { sum = try checkedSum(sum, count) }
  return sum
}
