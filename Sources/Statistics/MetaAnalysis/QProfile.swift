/// The Q-profile interval of the between-site variance: the τ² whose generalised Q is no surprise.
///
/// Shape: a set of K ≥ 3 studies in; an interval with `lower` ≥ 0 out. Units: those of the estimates,
/// squared. Where even τ² = 0 gives a Q below the lower χ² quantile the interval is empty, and 0...0 is
/// returned, as metafor prints it.
///
/// - Throws: `StatisticsError.tooFewStudies` when K < 3; `.invalidArgument` when `confidence` is not strictly
///   between 0 and 1; as `chiSquaredQuantile`.
/// - Source: Viechtbauer (2007), Statist. Med. 26, 37–52. Q(τ²) is a sum of positive multiples of 1/(λ + τ²),
///   so 1/Q is concave, and Newton steps on it from the left never pass the root.
package func qProfileInterval(
  _ set: StudySet, confidence: Double = 0.95
) throws(StatisticsError) -> Interval {
  try set.require(3)
  guard confidence > 0, confidence < 1 else { throw .invalidArgument("confidence outside 0...1") }
  let freedom = Double(set.count - 1)
  let upperQuantile = try chiSquaredQuantile((1 + confidence) / 2, degreesOfFreedom: freedom)
  let lowerQuantile = try chiSquaredQuantile((1 - confidence) / 2, degreesOfFreedom: freedom)
  let atZero = RestrictedLikelihood(set, tauSquared: 0)
  let lower = set.tauSquared(whereQIs: upperQuantile, from: atZero)
  return Interval(
    lower: lower.tauSquared, upper: set.tauSquared(whereQIs: lowerQuantile, from: lower).tauSquared)
}

extension StudySet {
  /// The point right of `start` where the generalised Q has fallen to `target`; `start` where it is lower
  /// there.
  fileprivate func tauSquared(
    whereQIs target: Double, from start: RestrictedLikelihood
  ) -> RestrictedLikelihood {
    var point = start
    for _ in 0..<200 {
      let q = point.squaredDeviation
      guard q > target, point.residuals > 0 else { break }
      let step = (q / target - 1) * (q / point.residuals)
      point = RestrictedLikelihood(self, tauSquared: point.tauSquared + step)
      // The error left is of the order of the square of the step.
      if step <= 1e-9 * (point.tauSquared + smallestVariance) { break }
    }
    return point
  }
}
