/// A random-effects meta-analysis of independent estimates.
package struct MetaAnalysis: Sendable, Equatable {
  /// The number of estimates.
  package let studies: Int
  package let mean: Double
  package let tauSquared: Double
  /// Cochran's Q.
  package let q: Double
  /// τ²/(τ² + s²), the definition of metafor.
  package let iSquared: Double
  /// Hartung–Knapp–Sidik–Jonkman interval with t of K − 1 degrees of freedom.
  package let hksj: Interval
  /// The same with the variance factor never below 1.
  package let modifiedHKSJ: Interval
  /// Of the two, the one that a gate uses.
  package let widest: Interval
  /// Standard error behind `widest`.
  package let standardError: Double
  /// Where a new study's true value lies, with t of K − 2 degrees of freedom.
  package let predictionInterval: Interval?
  /// Weight of each study in the mean; they sum to 1.
  package let weights: [Double]
}

/// Random-effects model with the between-study variance by restricted maximum likelihood.
///
/// Shape: one estimate and its variance a study, on a scale where they are about normal.
///
/// - Throws: `StatisticsError.tooFewStudies` below three; `.noVariance` for a variance that is not positive;
///   `.invalidArgument` for lists of different length or a value that is not finite.
/// - Source: statistics.md §7; Viechtbauer (2005), J. Educ. Behav. Stat. 30, 261–293 (REML); Hartung and Knapp
///   (2001), Statist. Med. 20, 3875–3889; Röver et al. (2015), BMC Med. Res. Methodol. 15, 99 (the modified
///   factor); Higgins et al. (2009), J. R. Stat. Soc. A 172, 137–159 (prediction).
package func randomEffects(
  estimates: [Double], variances: [Double], confidence: Double = 0.95
) throws(StatisticsError) -> MetaAnalysis {
  guard estimates.count == variances.count, (estimates + variances).allSatisfy(\.isFinite) else {
    throw .invalidArgument("estimates and variances")
  }
  guard estimates.count >= 3 else { throw .tooFewStudies }
  guard variances.allSatisfy({ $0 > 0 }) else { throw .noVariance }
  let model = RandomEffectsModel(estimates: estimates, variances: variances)
  let tauSquared = model.restrictedMaximumLikelihood()
  let fit = model.weighted(tauSquared)
  let k = Double(estimates.count)
  let common = model.weighted(0)
  let q = model.heterogeneity(common)
  let typical = (k - 1) * common.total / (common.total * common.total - common.totalSquared)

  let factor = model.heterogeneity(fit) / (k - 1)
  let plain = (factor / fit.total).squareRoot()
  let modified = (max(1, factor) / fit.total).squareRoot()
  let t = try studentTQuantile((1 + confidence) / 2, degreesOfFreedom: k - 1)
  func interval(_ error: Double) -> Interval {
    Interval(lower: fit.mean - t * error, upper: fit.mean + t * error)
  }
  let widestError = max(plain, modified)
  let predictionT = try studentTQuantile((1 + confidence) / 2, degreesOfFreedom: k - 2)
  let spread = predictionT * (tauSquared + widestError * widestError).squareRoot()
  return MetaAnalysis(
    studies: estimates.count, mean: fit.mean, tauSquared: tauSquared, q: q,
    iSquared: tauSquared / (tauSquared + typical), hksj: interval(plain), modifiedHKSJ: interval(modified),
    widest: interval(widestError), standardError: widestError,
    predictionInterval: Interval(lower: fit.mean - spread, upper: fit.mean + spread),
    weights: fit.weights.map { $0 / fit.total })
}

private struct RandomEffectsModel {
  let estimates: [Double]
  let variances: [Double]

  struct Weighted {
    let weights: [Double]
    let total: Double
    let totalSquared: Double
    let mean: Double
  }

  func weighted(_ tauSquared: Double) -> Weighted {
    let weights = variances.map { 1 / ($0 + tauSquared) }
    let total = sum(weights)
    return Weighted(
      weights: weights, total: total, totalSquared: sum(weights.map { $0 * $0 }),
      mean: sum(zip(weights, estimates).map { $0 * $1 }) / total)
  }

  func heterogeneity(_ fit: Weighted) -> Double {
    sum(zip(fit.weights, estimates).map { weight, estimate in
      weight * (estimate - fit.mean) * (estimate - fit.mean)
    })
  }

  // The global maximum on [0, ∞): interior maxima are sign changes of the score on a grid that covers every
  // scale of the data, each brought to the last bit; the likelihood decides between them and 0.
  func restrictedMaximumLikelihood() -> Double {
    let spread = (estimates.max() ?? 0) - (estimates.min() ?? 0)
    let largest = 10 * (spread * spread + (variances.max() ?? 0))
    let smallest = 1e-6 * (variances.min() ?? 0)
    var grid = [0.0]
    var point = smallest
    while point < largest, grid.count < 2000 {
      grid.append(point)
      point *= 1.1
    }
    grid.append(largest)
    var best = (tauSquared: 0.0, likelihood: likelihood(0))
    for (lower, upper) in zip(grid, grid.dropFirst()) where score(lower) > 0 && score(upper) <= 0 {
      let root = bisect(from: lower, to: upper) { score($0) > 0 }
      let value = likelihood(root)
      if value > best.likelihood { best = (root, value) }
    }
    return best.tauSquared
  }

  // Derivative of the restricted log-likelihood in τ².
  private func score(_ tauSquared: Double) -> Double {
    let fit = weighted(tauSquared)
    let squares = sum(zip(fit.weights, estimates).map { weight, estimate in
      weight * weight * (estimate - fit.mean) * (estimate - fit.mean)
    })
    return -0.5 * (fit.total - fit.totalSquared / fit.total) + 0.5 * squares
  }

  private func likelihood(_ tauSquared: Double) -> Double {
    let fit = weighted(tauSquared)
    return -0.5
      * (sum(variances.map { logarithm($0 + tauSquared) }) + logarithm(fit.total) + heterogeneity(fit))
  }

  private func sum(_ terms: [Double]) -> Double {
    var total = NeumaierSum()
    for term in terms { total.add(term) }
    return total.total
  }
}
