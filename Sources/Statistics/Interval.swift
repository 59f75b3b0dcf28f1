/// The standard normal quantile of 0.975, the multiplier of a two-sided 95 % interval.
package let standardNormal975 = 1.959963984540054

/// A closed interval of numbers.
package struct Interval: Sendable, Equatable {
  /// The smaller end.
  package var lower: Double
  /// The larger end.
  package var upper: Double

  /// Makes an interval from its two ends, as they are.
  package init(lower: Double, upper: Double) {
    self.lower = lower
    self.upper = upper
  }
}

extension Interval {
  /// The distance between the ends.
  package var width: Double { upper - lower }

  /// Whether `value` lies between the ends, ends included.
  package func contains(_ value: Double) -> Bool { lower <= value && value <= upper }
}

/// A point estimate with what is known about its uncertainty.
package struct Estimate: Sendable, Equatable {
  /// The point estimate.
  package var value: Double
  /// The confidence interval, where one exists.
  package var interval: Interval?
  /// The standard error on the scale of `value`, where one exists.
  package var standardError: Double?

  /// Makes an estimate from its parts.
  package init(value: Double, interval: Interval? = nil, standardError: Double? = nil) {
    self.value = value
    self.interval = interval
    self.standardError = standardError
  }
}

extension Estimate {
  /// A Wald estimate: value ± z × standard error.
  init(value: Double, variance: Double, z: Double) {
    // A variance below zero can only be the rounding of a variance of zero.
    let standardError = max(0, variance).squareRoot()
    self.init(
      value: value,
      interval: Interval(lower: value - z * standardError, upper: value + z * standardError),
      standardError: standardError)
  }
}

/// Refuses a normal multiplier outside 0.001...40: no level that a binary64 can express is beyond it.
func checkMultiplier(_ z: Double) throws(StatisticsError) {
  guard z >= 0.001, z <= 40 else { throw .invalidArgument("z outside 0.001...40") }
}
