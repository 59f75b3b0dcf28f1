/// How a site's scores would have to be moved to be calibrated there.
package struct RecalibrationFit: Sendable, Equatable {
  /// The intercept with the slope fixed at 1; not the same number as `intercept`.
  package let calibrationInTheLarge: Double
  /// Its standard error.
  package let calibrationInTheLargeSE: Double
  /// The intercept of the joint fit.
  package let intercept: Double
  /// The slope of the joint fit; below 1 the scores are too extreme.
  package let slope: Double
  /// The variance of `intercept`.
  package let varianceIntercept: Double
  /// The covariance of `intercept` and `slope`.
  package let covariance: Double
  /// The variance of `slope`.
  package let varianceSlope: Double
  /// Newton steps taken.
  package let iterations: Int
  /// Always true: a fit that does not converge throws. Kept because the released record has the field.
  package let converged: Bool
  /// Rows with a score below 1e-6 or above 1 − 1e-6, fitted at that limit.
  package let clipped: Int
}

/// Logistic recalibration of one site's scores: logit P(y) = a + b·logit p.
///
/// Shape: rows grouped by distinct score, ascending, in; one fit out. The result depends on the counts
/// only, not on an order of rows.
/// Units: log odds. Scores are first cut to 1e-6...1 − 1e-6.
///
/// - Throws: `StatisticsError.noTrials` without rows; `.noEvents` when only one class is present;
///   `.constantScore`; `.separation` when a threshold splits the classes; `.noConvergence` after
///   25 steps, for a fitted slope beyond 50 or an information matrix of condition above 1e12;
///   `.invalidArgument` when scores leave 0...1 or do not ascend; `.countExceedsTrials` for a negative count.
/// - Source: Cox (1958), Biometrika 45, 562–565; Newton's method with step halving, stopped when
///   no component of the step is longer than 1e-10, or than 1e-10 of what it moves.
package func recalibrate(
  scores: [(score: Double, positives: Int, negatives: Int)]
) throws(StatisticsError) -> RecalibrationFit {
  try recalibrate(CalibrationGroups(scores))
}

/// As `recalibrate(scores:)`, of anything that a logistic fit can be made of.
///
/// - Throws: also `.noConvergence` where the data cannot tell the likelihood at a slope on the way.
func recalibrate(_ data: some LogisticData) throws(StatisticsError) -> RecalibrationFit {
  if data.isConstant { throw .constantScore }
  if data.isSeparated { throw .separation }
  let inTheLarge = try calibrationInTheLarge(data)

  // Scores near the truth start at (0, 1). Far from it the weights there can vanish, and the model that
  // ignores the score, whose weights never do, has the higher likelihood.
  let calibrated = try data.point(intercept: 0, slope: 1)
  let ignorant = try data.point(intercept: data.baseline, slope: 0)
  var point = calibrated.logLikelihood >= ignorant.logLikelihood ? calibrated : ignorant
  for iteration in 1...25 {
    let step = try point.newtonStep()
    var factor = 1.0
    var next = try data.point(intercept: point.intercept + step.intercept, slope: point.slope + step.slope)
    // The tolerance is the rounding of the log-likelihood, in which an intercept of some hundreds leaves that
    // of every row: without it the last steps would be halved away.
    while !(next.logLikelihood >= point.logLikelihood - 0x1p-40 * abs(point.logLikelihood)), factor > 0x1p-40
    {
      factor /= 2
      next = try data.point(
        intercept: point.intercept + factor * step.intercept, slope: point.slope + factor * step.slope)
    }
    guard factor > 0x1p-40 else { throw .noConvergence("recalibration step does not raise the likelihood") }
    point = next
    // Relative to what it moves: the last digit of an intercept of some hundreds is larger than 1e-10.
    guard abs(step.intercept) < 1e-10 * max(1, abs(point.intercept)),
      abs(step.slope) < 1e-10 * max(1, abs(point.slope))
    else { continue }
    // Only where the iteration ended: on the way it may pass beyond and come back.
    guard abs(point.slope) <= 50 else { throw .noConvergence("recalibration slope beyond 50") }
    let variance = try point.covariance()
    return RecalibrationFit(
      calibrationInTheLarge: inTheLarge.value, calibrationInTheLargeSE: inTheLarge.standardError,
      intercept: point.intercept, slope: point.slope, varianceIntercept: variance.intercept,
      covariance: variance.both, varianceSlope: variance.slope, iterations: iteration, converged: true,
      clipped: data.clipped)
  }
  throw .noConvergence("recalibration after 25 steps")
}
