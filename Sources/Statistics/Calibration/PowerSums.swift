/// Fixed-point scale of score sums: one unit is 2⁻³².
package let fixedPointScale = 4_294_967_296.0

/// A score in 0...1 as a whole number of 2⁻³² units, half to even.
///
/// Sums of such integers do not depend on the order of rows; one row is off by at most 2⁻³³.
/// - Source: statistics.md §12.
package func fixedPoint(_ x: Double) -> Int64 {
  Int64((min(max(x, 0), 1) * fixedPointScale).rounded(.toNearestOrEven))
}

/// Σp, Σp², Σp³ and Σp⁴ of the rows of one class, in units of 2⁻³²; the last two may be missing.
package struct PowerSums: Sendable, Equatable {
  package let count: Int
  package let m1: Int128
  package let m2: Int128
  package let m3: Int128?
  package let m4: Int128?

  /// Sums of one class.
  package init(count: Int, m1: Int128, m2: Int128, m3: Int128?, m4: Int128?) {
    self.count = count
    self.m1 = m1
    self.m2 = m2
    self.m3 = m3
    self.m4 = m4
  }
}
