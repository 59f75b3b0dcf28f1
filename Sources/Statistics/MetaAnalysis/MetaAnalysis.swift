/// A random-effects meta-analysis of one statistic over sites.
package struct MetaAnalysis: Sendable, Equatable {
  /// Number of studies (sites), K.
  package let studies: Int
  /// The random-effects mean.
  package let mean: Double
  /// The between-site variance, by restricted maximum likelihood.
  package let tauSquared: Double
  /// Cochran's Q with common-effect weights; K − 1 degrees of freedom.
  package let q: Double
  /// The share of variance between sites: τ² / (τ² + s²) with the typical variance s² (the I² of metafor).
  package let iSquared: Double
  /// The share of variance between sites: (Q − (K − 1)) / Q, or 0 (the I² of Higgins & Thompson).
  package let iSquaredOfQ: Double
  /// The Hartung–Knapp–Sidik–Jonkman interval of the mean, t with K − 1 degrees of freedom.
  package let hksj: Interval
  /// The same with its variance factor kept at 1 or above (Röver et al. 2015).
  package let modifiedHKSJ: Interval
  /// The wider of the two: what a gate uses.
  package let widest: Interval
  /// The standard error behind `hksj`.
  package let hksjStandardError: Double
  /// The standard error behind `widest`.
  package let standardError: Double
  /// Where the statistic of a new site is expected: mean ± t_{K−2} √(τ² + `standardError`²).
  package let predictionInterval: Interval
  /// The prediction interval with `hksjStandardError` instead.
  package let hksjPredictionInterval: Interval
  /// `hksjPredictionInterval` with t_{K−1} instead of t_{K−2}, as metafor prints it.
  package let metaforPredictionInterval: Interval
  /// The share of each study in the mean, in the order the studies were given; they add to 1.
  package let weights: [Double]
}

extension MetaAnalysis {
  /// The p value of Cochran's Q against no variance between sites: P(χ²_{K−1} ≥ Q).
  ///
  /// - Throws: as `chiSquaredSurvival`.
  package func qPValue() throws(StatisticsError) -> Double {
    try chiSquaredSurvival(q, degreesOfFreedom: Double(studies - 1))
  }
}

/// The probability that a new site's statistic is at least `limit`, under the distribution of a prediction.
///
/// Shape: the mean, the prediction interval with t_{K−2} at 95 %, K ≥ 3 and the limit, all on the scale of the
/// model, in; a probability out. It is as good as the interval: somewhat sure of itself with few sites.
///
/// - Throws: `StatisticsError.tooFewStudies` for K < 3; `.noVariance` when the interval has no length;
///   `.invalidArgument` when a number is not finite.
/// - Source: Higgins, Thompson & Spiegelhalter (2009), J. R. Stat. Soc. A 172, 137–159.
package func probabilityNewStudy(
  mean: Double, prediction: Interval, studies: Int, atLeast limit: Double
) throws(StatisticsError) -> Double {
  guard studies >= 3 else { throw .tooFewStudies(found: studies, required: 3) }
  guard mean.isFinite, limit.isFinite, prediction.lower.isFinite, prediction.upper.isFinite else {
    throw .invalidArgument("a number is not finite")
  }
  let degreesOfFreedom = Double(studies - 2)
  let multiplier = try studentTQuantile(0.975, degreesOfFreedom: degreesOfFreedom)
  let spread = (prediction.upper - prediction.lower) / (2 * multiplier)
  guard spread > 0 else { throw .noVariance }
  return try studentTCumulative((mean - limit) / spread, degreesOfFreedom: degreesOfFreedom)
}

/// Random-effects meta-analysis: REML between-site variance, Hartung–Knapp–Sidik–Jonkman interval.
///
/// Shape: one estimate and one variance a study in, in any order; one summary out.
/// Units: those of the estimates (log odds, log ratio, …); `confidence` is two-sided. With few
/// studies both intervals are too short for a new site: simulated coverage of the prediction
/// interval at K = 5 is near 0.89, and a report has to say so.
///
/// - Throws: `StatisticsError.tooFewStudies` when K < 3; `.invalidArgument` when `confidence` is not strictly
///   between 0 and 1, and as `StudySet`.
/// - Source: Viechtbauer (2005), J. Educ. Behav. Stat. 30, 261–293 (REML); Hartung & Knapp (2001), Statist.
///   Med. 20, 3875–3889; Röver, Knapp & Friede (2015), BMC Med. Res. Methodol. 15, 99; Higgins,
///   Thompson & Spiegelhalter (2009), J. R. Stat. Soc. A 172, 137–159 (prediction).
package func randomEffects(
  estimates: [Double], variances: [Double], confidence: Double = 0.95
) throws(StatisticsError) -> MetaAnalysis {
  let set = try StudySet(estimates: estimates, variances: variances)
  return try set.randomEffects(StudentMultipliers(studies: set.count, confidence: confidence))
}

extension StudySet {
  /// Random-effects meta-analysis of this set; as the function of the same name, with multipliers that many
  /// sets of as many studies can share.
  ///
  /// - Throws: `StatisticsError.tooFewStudies` when K < 3; `.invalidArgument` when the multipliers are those
  ///   of another number of studies.
  package func randomEffects(_ t: StudentMultipliers) throws(StatisticsError) -> MetaAnalysis {
    try require(3)
    guard t.studies == count else { throw .invalidArgument("multipliers of another number of studies") }
    let atZero = RestrictedLikelihood(self, tauSquared: 0)
    let random = restrictedMaximum(atZero)
    let tauSquared = random.tauSquared
    let mean = estimates[pivot] + random.shift
    let factor = squaredDeviation(around: random) / Double(count - 1)
    let hksjError = (factor / random.totalWeight).squareRoot()
    let modifiedError = (max(1, factor) / random.totalWeight).squareRoot()
    func interval(_ halfWidth: Double) -> Interval {
      Interval(lower: mean - halfWidth, upper: mean + halfWidth)
    }
    let hksjSpread = (tauSquared + hksjError * hksjError).squareRoot()
    let q = squaredDeviation(around: atZero)
    // s² = (K − 1) Σw / ((Σw)² − Σw²) with w = 1/v (Higgins & Thompson 2002).
    let typicalVariance = Double(count - 1) / atZero.trace
    return MetaAnalysis(
      studies: count, mean: mean, tauSquared: tauSquared, q: q,
      iSquared: tauSquared / (tauSquared + typicalVariance),
      iSquaredOfQ: q > 0 ? max(0, (q - Double(count - 1)) / q) : 0,
      hksj: interval(t.mean * hksjError), modifiedHKSJ: interval(t.mean * modifiedError),
      widest: interval(t.mean * max(hksjError, modifiedError)),
      hksjStandardError: hksjError, standardError: max(hksjError, modifiedError),
      predictionInterval: interval(t.prediction * (tauSquared + modifiedError * modifiedError).squareRoot()),
      hksjPredictionInterval: interval(t.prediction * hksjSpread),
      metaforPredictionInterval: interval(t.mean * hksjSpread),
      weights: variances.map { 1 / ($0 + tauSquared) / random.totalWeight })
  }

  /// Σw(y − μ)², from the deviations themselves where the difference of sums would lose a digit or more.
  private func squaredDeviation(around point: RestrictedLikelihood) -> Double {
    if point.shift * point.shift * point.totalWeight < 8 * point.squaredDeviation {
      return point.squaredDeviation
    }
    var sum = StudyLanes.Lanes.zero
    for (deviation, variance) in zip(others.deviations, others.variances) {
      let residual = deviation - point.shift
      sum += residual * residual / (variance + point.tauSquared)
    }
    return sum.sum() + point.shift * point.shift / (smallestVariance + point.tauSquared)
  }
}

/// Student's t multipliers of a two-sided level for a number of studies.
package struct StudentMultipliers: Sendable {
  let studies: Int
  /// With K − 1 degrees of freedom, for the mean.
  let mean: Double
  /// With K − 2 degrees of freedom, for a new study.
  let prediction: Double

  /// Computes them.
  ///
  /// - Throws: `StatisticsError.tooFewStudies` when K < 3; `.invalidArgument` when `confidence` is not
  ///   strictly between 0 and 1.
  package init(studies: Int, confidence: Double = 0.95) throws(StatisticsError) {
    guard studies >= 3 else { throw .tooFewStudies(found: studies, required: 3) }
    guard confidence > 0, confidence < 1 else { throw .invalidArgument("confidence outside 0...1") }
    let tail = (1 + confidence) / 2
    self.studies = studies
    mean = try studentTQuantile(tail, degreesOfFreedom: Double(studies - 1))
    prediction = try studentTQuantile(tail, degreesOfFreedom: Double(studies - 2))
  }
}
