import Glibc

/// What a logistic fit on the logit of the score asks of its rows.
protocol LogisticData {
  var positives: Int { get }
  var negatives: Int { get }
  /// Rows whose score was moved to the clip.
  var clipped: Int { get }
  /// The logits between which each class lies; nil for a class without rows.
  var logitsOfPositives: ClosedRange<Double>? { get }
  var logitsOfNegatives: ClosedRange<Double>? { get }

  /// The likelihood at a point and its derivatives.
  ///
  /// - Throws: `StatisticsError.noConvergence` where the data cannot tell it there.
  func point(intercept: Double, slope: Double) throws(StatisticsError) -> LogisticPoint

  /// Σ(μ − y) at an intercept with the slope 1, and its derivative.
  func excess(intercept: Double) -> (value: Double, slope: Double)
}

extension LogisticData {
  /// The log odds of the outcome among all rows.
  var baseline: Double { log(Double(positives) / Double(negatives)) }

  /// The logits between which all rows lie.
  var logits: ClosedRange<Double>? {
    guard let positive = logitsOfPositives else { return logitsOfNegatives }
    guard let negative = logitsOfNegatives else { return positive }
    return min(positive.lowerBound, negative.lowerBound)...max(positive.upperBound, negative.upperBound)
  }

  /// Whether all rows share one logit.
  var isConstant: Bool { logits.map { $0.lowerBound == $0.upperBound } ?? true }

  /// Whether some line on the logit scale splits the classes, rows on the line itself aside.
  ///
  /// With one predictor this is exactly when the likelihood has no maximum (Albert & Anderson 1984).
  var isSeparated: Bool {
    guard let positive = logitsOfPositives, let negative = logitsOfNegatives else { return true }
    return negative.upperBound <= positive.lowerBound || positive.upperBound <= negative.lowerBound
  }
}

/// The logistic likelihood at one intercept and slope, with its first two derivatives.
///
/// The information matrix is kept centred at the weighted mean of the logits, which makes it diagonal.
struct LogisticPoint {
  let intercept: Double
  let slope: Double
  let logLikelihood: Double
  let gradientIntercept: Double
  /// By the centred logit.
  let gradientSlope: Double
  let weight: Double
  let centre: Double
  let spread: Double

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
