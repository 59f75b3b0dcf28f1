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
  /// I² as a fraction, τ² / (τ² + s²) with the typical variance s² (the definition of metafor).
  package let iSquared: Double
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
  /// The prediction interval with `hksjStandardError` instead, as other programs print it.
  package let hksjPredictionInterval: Interval
  /// The share of each study in the mean, in the order the studies were given; they add to 1.
  package let weights: [Double]
}

extension MetaAnalysis {
  /// The probability that a new site's statistic is at least `limit`, under the prediction distribution.
  ///
  /// - Throws: `StatisticsError.noVariance` when that distribution has no spread.
  package func probabilityNewStudy(atLeast limit: Double) throws(StatisticsError) -> Double {
    let spread = (tauSquared + standardError * standardError).squareRoot()
    guard spread > 0 else { throw .noVariance }
    return try studentTCumulative((mean - limit) / spread, degreesOfFreedom: Double(studies - 2))
  }
}

/// Random-effects meta-analysis: REML between-site variance, Hartung–Knapp–Sidik–Jonkman interval.
///
/// Shape: one estimate and one variance a study in; one summary out. Studies are sorted before anything
/// is added, so any order of the same studies gives the same bits.
/// Units: those of the estimates (log odds, log ratio, …); `confidence` is two-sided. With few
/// studies both intervals are too short for a new site: simulated coverage of the prediction
/// interval at K = 5 is near 0.89, and a report has to say so.
///
/// - Throws: `StatisticsError.tooFewStudies` when K < 3; `.invalidArgument` when the lists differ in length,
///   an estimate is beyond ±1e50, a variance is outside 1e-50...1e50, or `confidence` is not strictly
///   between 0 and 1.
/// - Source: Viechtbauer (2005), J. Educ. Behav. Stat. 30, 261–293 (REML); Hartung & Knapp (2001), Statist.
///   Med. 20, 3875–3889; Röver, Knapp & Friede (2015), BMC Med. Res. Methodol. 15, 99; Higgins,
///   Thompson & Spiegelhalter (2009), J. R. Stat. Soc. A 172, 137–159 (prediction).
package func randomEffects(
  estimates: [Double], variances: [Double], confidence: Double = 0.95
) throws(StatisticsError) -> MetaAnalysis {
  try check(estimates, variances, confidence)
  let count = estimates.count
  let order = estimates.indices.sorted {
    (estimates[$0], variances[$0]) < (estimates[$1], variances[$1])
  }
  let studies = order.map { Study(estimate: estimates[$0], variance: variances[$0]) }
  let common = WeightedMean(studies, tauSquared: 0)
  let tauSquared = remlTauSquared(studies)
  let random = WeightedMean(studies, tauSquared: tauSquared)

  let factor = random.squaredDeviation / Double(count - 1)
  let hksjError = (factor / random.totalWeight).squareRoot()
  let modifiedError = (max(1, factor) / random.totalWeight).squareRoot()
  let tail = (1 + confidence) / 2
  let t = try studentTQuantile(tail, degreesOfFreedom: Double(count - 1))
  let tPrediction = try studentTQuantile(tail, degreesOfFreedom: Double(count - 2))
  func interval(_ halfWidth: Double) -> Interval {
    Interval(lower: random.mean - halfWidth, upper: random.mean + halfWidth)
  }

  var weights = Array(repeating: 0.0, count: count)
  for (position, index) in order.enumerated() {
    weights[index] = 1 / (studies[position].variance + tauSquared) / random.totalWeight
  }
  return MetaAnalysis(
    studies: count, mean: random.mean, tauSquared: tauSquared, q: common.squaredDeviation,
    iSquared: tauSquared / (tauSquared + typicalVariance(studies)),
    hksj: interval(t * hksjError), modifiedHKSJ: interval(t * modifiedError),
    widest: interval(t * max(hksjError, modifiedError)),
    hksjStandardError: hksjError, standardError: max(hksjError, modifiedError),
    predictionInterval: interval(tPrediction * (tauSquared + modifiedError * modifiedError).squareRoot()),
    hksjPredictionInterval: interval(tPrediction * (tauSquared + hksjError * hksjError).squareRoot()),
    weights: weights)
}

private func check(
  _ estimates: [Double], _ variances: [Double], _ confidence: Double
) throws(StatisticsError) {
  guard estimates.count == variances.count else {
    throw .invalidArgument("as many variances as estimates are needed")
  }
  guard estimates.count >= 3 else { throw .tooFewStudies(found: estimates.count, required: 3) }
  guard confidence > 0, confidence < 1 else { throw .invalidArgument("confidence outside 0...1") }
  // The limits keep every product below the largest double.
  guard estimates.allSatisfy({ abs($0) <= 1e50 }) else { throw .invalidArgument("estimate beyond 1e50") }
  guard variances.allSatisfy({ $0 >= 1e-50 && $0 <= 1e50 }) else {
    throw .invalidArgument("variance outside 1e-50...1e50")
  }
}

/// s² = (K − 1) Σw / ((Σw)² − Σw²) with w = 1/v (Higgins & Thompson 2002).
private func typicalVariance(_ studies: [Study]) -> Double {
  // (Σw)² − Σw² is twice the sum over pairs, which does not cancel where one study dominates.
  var total = NeumaierSum()
  var pairs = NeumaierSum()
  for study in studies {
    pairs.add(total.value / study.variance)
    total.add(1 / study.variance)
  }
  return Double(studies.count - 1) * total.value / (2 * pairs.value)
}
