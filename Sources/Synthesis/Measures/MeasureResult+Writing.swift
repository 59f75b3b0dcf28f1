import CanonicalJSON
import Statistics

extension MeasureResult {
  /// An estimate as written; a number that does not fit the decimals is `notEvaluable`.
  static func written(
    _ value: Double, _ interval: Interval?, successes: Int? = nil, trials: Int? = nil, method: String,
    scale: Int = ValidationMatrix.scale, randomEffects: RandomEffectsNumbers? = nil,
    details: MeasureDetails = MeasureDetails()
  ) -> MeasureResult {
    guard let point = try? FixedDecimal(value, scale: scale) else { return .notEvaluable(.noVariance) }
    var bounds: MeasureDetails.Bounds?
    if let interval {
      guard let written = MeasureDetails.Bounds(interval, scale: scale) else {
        return .notEvaluable(.noVariance)
      }
      bounds = written
    }
    return .estimated(
      MeasureNumbers(
        value: point, lower: bounds?.lower, upper: bounds?.upper, successes: successes, trials: trials,
        method: method, randomEffects: randomEffects, details: details))
  }
}

extension MeasureDetails.Bounds {
  /// The bounds as written; nil where a number does not fit the decimals.
  init?(_ interval: Interval, scale: Int = ValidationMatrix.scale) {
    guard let lower = try? FixedDecimal(interval.lower, scale: scale),
      let upper = try? FixedDecimal(interval.upper, scale: scale)
    else { return nil }
    self.init(lower: lower, upper: upper)
  }
}
