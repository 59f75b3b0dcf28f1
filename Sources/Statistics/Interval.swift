/// A confidence or prediction interval; both ends belong to it.
package struct Interval: Sendable, Equatable {
  package var lower: Double
  package var upper: Double

  /// The interval from `lower` to `upper`.
  package init(lower: Double, upper: Double) {
    self.lower = lower
    self.upper = upper
  }
}

/// A point estimate with its interval and standard error, as far as it has them.
package struct Estimate: Sendable, Equatable {
  package var value: Double
  package var interval: Interval?
  package var standardError: Double?

  /// An estimate.
  package init(value: Double, interval: Interval?, standardError: Double?) {
    self.value = value
    self.interval = interval
    self.standardError = standardError
  }
}

/// Φ⁻¹(0.975), the normal quantile of two-sided 95 % intervals.
package let standardNormal975 = 1.959963984540054
