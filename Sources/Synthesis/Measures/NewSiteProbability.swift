package import CanonicalJSON
import Statistics

extension MeasureNumbers {
  /// The probability that a new site's number is at least `limit`, of a random-effects estimate; nil of others,
  /// and where a written prediction bound lies at the end of its scale.
  ///
  /// From the written decimals, so that a reader of the matrix finds the same.
  package func probabilityNewSite(atLeast limit: ExactDecimal) -> Double? {
    guard let randomEffects, let scale = RandomEffectsModel.scale(ofMethod: method) else { return nil }
    func place(_ decimal: FixedDecimal) -> Double { scale.forward(decimal.value) }
    return try? probabilityNewStudy(
      mean: place(value),
      prediction: Interval(
        lower: place(randomEffects.predictionLower), upper: place(randomEffects.predictionUpper)),
      studies: randomEffects.sites, atLeast: scale.forward(limit.value))
  }
}
