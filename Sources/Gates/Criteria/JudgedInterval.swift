import CanonicalJSON
import Statistics
import Synthesis

/// The interval that is compared with a limit, in the decimals of results.
struct JudgedInterval: Equatable {
  let lower: FixedDecimal
  let upper: FixedDecimal

  /// Between two written numbers.
  init(lower: FixedDecimal, upper: FixedDecimal) {
    self.lower = lower
    self.upper = upper
  }

  /// Both bounds, or none where one is not written.
  init?(_ lower: FixedDecimal?, _ upper: FixedDecimal?) {
    guard let lower, let upper else { return nil }
    self.init(lower: lower, upper: upper)
  }

  /// An interval as results are written; nil where it does not fit the decimals.
  init?(writing interval: Interval) {
    guard let lower = try? FixedDecimal(interval.lower, scale: ValidationMatrix.scale),
      let upper = try? FixedDecimal(interval.upper, scale: ValidationMatrix.scale)
    else { return nil }
    self.init(lower: lower, upper: upper)
  }
}
