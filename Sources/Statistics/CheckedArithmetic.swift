/// The most rows a class or a sum may count: beyond it products of sums no longer fit 128 bits.
package let maximumRowCount = Int(Int32.max)

/// Refuses a row count outside `0...maximumRowCount`.
func checkCount(_ count: Int) throws(StatisticsError) {
  guard count >= 0 else { throw .countExceedsTrials }
  guard count <= maximumRowCount else { throw .invalidArgument("more than 2147483647 rows") }
}

/// `a + b`, or an error where the sum is no row count.
func checkedSum(_ a: Int, _ b: Int) throws(StatisticsError) -> Int {
  try checkCount(a)
  try checkCount(b)
  let sum = a + b
  try checkCount(sum)
  return sum
}

extension Int128 {
  /// The product, or an error where it does not fit.
  func checkedProduct(_ other: Int128) throws(StatisticsError) -> Int128 {
    let (product, overflow) = multipliedReportingOverflow(by: other)
    guard !overflow else { throw .invalidArgument("sums too large for 128 bits") }
    return product
  }

  /// The sum, or an error where it does not fit.
  func checkedSum(_ other: Int128) throws(StatisticsError) -> Int128 {
    let (sum, overflow) = addingReportingOverflow(other)
    guard !overflow else { throw .invalidArgument("sums too large for 128 bits") }
    return sum
  }
}

extension Int128 {
  /// The nearest binary64, ties to even. The standard library's conversion of 128 bits gives the same, a hundred
  /// times slower.
  package var nearestDouble: Double {
    if let small = Int64(exactly: self) { return Double(small) }
    // The leading 64 bits, of which the last is set where anything is cut off behind them: eleven bits more than
    // a binary64 keeps, so that the one conversion rounds as the whole number would.
    let magnitude = self.magnitude
    let excess = Swift.max(0, 64 - magnitude.leadingZeroBitCount)
    let leading = magnitude >> UInt128(excess)
    let isCut = leading << UInt128(excess) != magnitude
    let rounded = Double(UInt64(truncatingIfNeeded: leading) | (isCut ? 1 : 0))
    let scaled = rounded * Double(bitPattern: UInt64(1023 + excess) << 52)
    return self < 0 ? -scaled : scaled
  }
}
