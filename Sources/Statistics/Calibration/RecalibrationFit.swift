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
  let data = try CalibrationGroups(scores)
  if data.isConstant { throw .constantScore }
  if data.isSeparated { throw .separation }
  let inTheLarge = try calibrationInTheLarge(data)

  // Scores near the truth start at (0, 1). Far from it the weights there can vanish, and the model that
  // ignores the score, whose weights never do, has the higher likelihood.
  let calibrated = LogisticPoint(data, intercept: 0, slope: 1)
  let ignorant = LogisticPoint(data, intercept: data.baseline, slope: 0)
  var point = calibrated.logLikelihood >= ignorant.logLikelihood ? calibrated : ignorant
  for iteration in 1...25 {
    let step = try point.newtonStep()
    var factor = 1.0
    var next = LogisticPoint(
      data, intercept: point.intercept + step.intercept, slope: point.slope + step.slope)
    // The tolerance is the rounding of the log-likelihood, in which an intercept of some hundreds leaves that
    // of every row: without it the last steps would be halved away.
    while !(next.logLikelihood >= point.logLikelihood - 0x1p-40 * abs(point.logLikelihood)), factor > 0x1p-40
    {
      factor /= 2
      next = LogisticPoint(
        data, intercept: point.intercept + factor * step.intercept, slope: point.slope + factor * step.slope)
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

/// The logistic likelihood at one intercept and slope, with its first two derivatives.
///
/// The information matrix is kept centred at the weighted mean of the logits, which makes it diagonal.
struct LogisticPoint {
  let intercept: Double
  let slope: Double
  let logLikelihood: Double
  private let gradientIntercept: Double
  private let gradientSlope: Double
  private let weight: Double
  private let centre: Double
  private let spread: Double

  init(_ data: CalibrationGroups, intercept: Double, slope: Double) {
    var likelihood = NeumaierSum()
    var first = NeumaierSum()
    var weights = NeumaierSum()
    var weighted = NeumaierSum()
    var terms: [(residual: Double, weight: Double)] = []
    terms.reserveCapacity(data.groups.count)
    for group in data.groups {
      let event = LogisticValue(intercept + slope * group.logit)
      let logs = event.negativeLogs
      likelihood.add(-group.positives * logs.probability - group.negatives * logs.complement)
      // Σ(y − μ), without the cancellation of positives − rows·μ.
      let residual = group.positives * event.complement - group.negatives * event.probability
      let weight = group.rows * event.probability * event.complement
      first.add(residual)
      weights.add(weight)
      weighted.add(weight * group.logit)
      terms.append((residual, weight))
    }
    let centre = weighted.value / weights.value
    var second = NeumaierSum()
    var squares = NeumaierSum()
    for (group, term) in zip(data.groups, terms) {
      let deviation = group.logit - centre
      second.add(term.residual * deviation)
      squares.add(term.weight * deviation * deviation)
    }
    self.intercept = intercept
    self.slope = slope
    self.logLikelihood = likelihood.value
    self.gradientIntercept = first.value
    self.gradientSlope = second.value
    self.weight = weights.value
    self.centre = centre
    self.spread = squares.value
  }

  func newtonStep() throws(StatisticsError) -> (intercept: Double, slope: Double) {
    try checkCondition()
    let slopeStep = gradientSlope / spread
    return (gradientIntercept / weight - centre * slopeStep, slopeStep)
  }

  /// The inverse of the information matrix in the original coordinates.
  func covariance() throws(StatisticsError) -> (intercept: Double, both: Double, slope: Double) {
    try checkCondition()
    return (1 / weight + centre * centre / spread, -centre / spread, 1 / spread)
  }

  /// The ratio of the eigenvalues of the information matrix [[W, Wx̄], [Wx̄, S + Wx̄²]].
  private func checkCondition() throws(StatisticsError) {
    let trace = weight + spread + weight * centre * centre
    let determinant = weight * spread
    let larger = (trace + max(0, trace * trace - 4 * determinant).squareRoot()) / 2
    guard determinant > 0, larger * larger / determinant <= 1e12 else {
      throw .noConvergence("recalibration information matrix is singular")
    }
  }
}
