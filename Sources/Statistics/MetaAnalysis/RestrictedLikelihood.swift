import Glibc

/// One site's estimate and its sampling variance.
struct Study {
  var estimate: Double
  var variance: Double
}

/// The mean of studies weighted by 1 / (v + τ²).
struct WeightedMean {
  let mean: Double
  /// Σw.
  let totalWeight: Double
  /// Σw(y − mean)².
  let squaredDeviation: Double

  init(_ studies: [Study], tauSquared: Double) {
    let totalWeight = neumaierSum(studies) { 1 / ($0.variance + tauSquared) }
    // Deviations from the first study, so that a large common offset does not cost digits.
    let origin = studies.first?.estimate ?? 0
    let shift = neumaierSum(studies) { ($0.estimate - origin) / ($0.variance + tauSquared) }
    let mean = origin + shift / totalWeight
    self.mean = mean
    self.totalWeight = totalWeight
    self.squaredDeviation = neumaierSum(studies) { study in
      let deviation = study.estimate - mean
      return deviation * deviation / (study.variance + tauSquared)
    }
  }
}

/// The τ² ≥ 0 at which the restricted likelihood has its global maximum; the smallest where several tie.
///
/// The likelihood can have several maxima, so the score is scanned on a grid before it is solved.
func remlTauSquared(_ studies: [Study]) -> Double {
  let estimates = studies.map(\.estimate)
  let variances = studies.map(\.variance)
  guard let low = estimates.min(), let high = estimates.max(), low < high,
    let smallest = variances.min(), let largest = variances.max()
  else { return 0 }
  // Above this the score is negative: with K ≥ 3 and τ² ≥ max v no study has more than half the weight, so
  // W − Σw²/W ≥ W/2 ≥ K/(4τ²), while Σw²(y − μ)² ≤ K·range²/τ⁴.
  let ceiling = max(largest, 4 * (high - low) * (high - low))
  let floor = min(smallest, ceiling) * 1e-3
  let points = 400
  let ratio = log(ceiling / floor) / Double(points)

  var best = 0.0
  var bestLikelihood = restrictedLogLikelihood(studies, 0)
  var previous = 0.0
  var previousRises = restrictedScore(studies, 0) > 0
  for i in 0...points {
    let point = i == points ? ceiling : floor * exp(ratio * Double(i))
    let rises = restrictedScore(studies, point) > 0
    if previousRises && !rises {
      let peak = bisect(in: Interval(lower: previous, upper: point)) { restrictedScore(studies, $0) > 0 }
      let likelihood = restrictedLogLikelihood(studies, peak)
      if likelihood > bestLikelihood {
        best = peak
        bestLikelihood = likelihood
      }
    }
    previous = point
    previousRises = rises
  }
  return best
}

/// Twice the derivative of the restricted log-likelihood in τ².
private func restrictedScore(_ studies: [Study], _ tauSquared: Double) -> Double {
  let fit = WeightedMean(studies, tauSquared: tauSquared)
  return neumaierSum(studies) { study in
    let weight = 1 / (study.variance + tauSquared)
    let deviation = study.estimate - fit.mean
    return weight * weight * deviation * deviation - weight * (1 - weight / fit.totalWeight)
  }
}

private func restrictedLogLikelihood(_ studies: [Study], _ tauSquared: Double) -> Double {
  let fit = WeightedMean(studies, tauSquared: tauSquared)
  let logVariances = neumaierSum(studies) { log($0.variance + tauSquared) }
  return -0.5 * (logVariances + log(fit.totalWeight) + fit.squaredDeviation)
}
