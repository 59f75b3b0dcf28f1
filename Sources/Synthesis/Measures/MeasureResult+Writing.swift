import CanonicalJSON
import Statistics

extension MeasureResult {
  /// An estimate as written; a number that does not fit the decimals is `notEvaluable`.
  static func written(
    _ value: Double, _ interval: Interval?, successes: Int? = nil, trials: Int? = nil, method: String,
    scale: Int = ValidationMatrix.scale, randomEffects: RandomEffectsNumbers? = nil
  ) -> MeasureResult {
    guard let point = try? FixedDecimal(value, scale: scale) else { return .notEvaluable(.noVariance) }
    var bounds: (lower: FixedDecimal, upper: FixedDecimal)?
    if let interval {
      guard let lower = try? FixedDecimal(interval.lower, scale: scale),
        let upper = try? FixedDecimal(interval.upper, scale: scale)
      else { return .notEvaluable(.noVariance) }
      bounds = (lower, upper)
    }
    return .estimated(
      MeasureNumbers(
        value: point, lower: bounds?.lower, upper: bounds?.upper, successes: successes, trials: trials,
        method: method, randomEffects: randomEffects))
  }

  /// The point of an estimate, at full written precision.
  var numbers: MeasureNumbers? {
    guard case .estimated(let numbers) = self else { return nil }
    return numbers
  }
}
