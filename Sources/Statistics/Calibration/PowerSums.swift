/// The number of fractional bits of a fixed-point score: sums are integers in units of 2⁻³².
package let fixedPointBits = 32

/// 2³² as a number: what a fixed-point sum is divided by.
package let fixedPointScale = 0x1p32

private let fixedPointOne: Int128 = 1 << 32

/// A number in 0...1 as a multiple of 2⁻³², rounded half to even.
///
/// Integers add in any order to the same bytes; the rounding moves a mean by at most 2⁻³³. The
/// argument is a score that was validated where it was read: a number outside 0...1 here is a programmer's
/// mistake and stops the program.
package func fixedPoint(_ x: Double) -> Int64 {
  precondition(x >= 0 && x <= 1, "fixed point of a number outside 0...1")
  return Int64((x * fixedPointScale).rounded(.toNearestOrEven))
}

/// Sums of powers of the scores of one outcome class, as fixed-point integers.
///
/// The third and fourth powers are nil where disclosure control withholds them.
package struct PowerSums: Sendable, Equatable {
  /// Rows in the class.
  package var count: Int
  /// Σp in units of 2⁻³².
  package var m1: Int128
  /// Σp² in units of 2⁻³².
  package var m2: Int128
  /// Σp³ in units of 2⁻³².
  package var m3: Int128?
  /// Σp⁴ in units of 2⁻³².
  package var m4: Int128?

  /// Makes the sums from their parts; the functions that use them check that they agree.
  package init(count: Int = 0, m1: Int128 = 0, m2: Int128 = 0, m3: Int128? = 0, m4: Int128? = 0) {
    self.count = count
    self.m1 = m1
    self.m2 = m2
    self.m3 = m3
    self.m4 = m4
  }
}

extension PowerSums {
  /// Adds one row.
  ///
  /// The powers are p, p·p, (p·p)·p and (p·p)·(p·p) in binary64, each rounded to fixed point on its own, so
  /// that every implementation gets the same integers.
  ///
  /// - Throws: `StatisticsError.invalidArgument` when the score is outside 0...1 or the class is full.
  package mutating func add(_ score: Double) throws(StatisticsError) {
    guard score >= 0, score <= 1 else { throw .invalidArgument("score outside 0...1") }
    let newCount = try checkedSum(count, 1)
    let square = score * score
    m1 = try m1.checkedSum(Int128(fixedPoint(score)))
    m2 = try m2.checkedSum(Int128(fixedPoint(square)))
    if let sum = m3 { m3 = try sum.checkedSum(Int128(fixedPoint(square * score))) }
    if let sum = m4 { m4 = try sum.checkedSum(Int128(fixedPoint(square * square))) }
    count = newCount
  }

  /// The sums of both sets of rows; a power that either withholds stays withheld.
  ///
  /// - Throws: `StatisticsError.invalidArgument` when a sum no longer fits.
  package func merging(_ other: PowerSums) throws(StatisticsError) -> PowerSums {
    PowerSums(
      count: try checkedSum(count, other.count),
      m1: try m1.checkedSum(other.m1),
      m2: try m2.checkedSum(other.m2),
      m3: try sumIfBoth(m3, other.m3),
      m4: try sumIfBoth(m4, other.m4))
  }

  /// Refuses sums that no rows in 0...1 have: powers of such a number do not grow.
  func check() throws(StatisticsError) {
    try checkCount(count)
    var previous = Int128(count) * fixedPointOne
    for sum in [m1, m2, m3, m4] {
      guard let sum else { continue }
      guard sum >= 0, sum <= previous else { throw .inconsistentSums("power sums of scores") }
      previous = sum
    }
  }

  /// Σ1 in the units of the other sums.
  var m0: Int128 { Int128(count) * fixedPointOne }
}

private func sumIfBoth(_ a: Int128?, _ b: Int128?) throws(StatisticsError) -> Int128? {
  guard let a, let b else { return nil }
  return try a.checkedSum(b)
}
