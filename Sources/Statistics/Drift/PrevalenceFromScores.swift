/// The score histograms of both classes in labelled reference rows, over one list of bins, ascending in score.
package struct ClassHistograms: Sendable, Equatable {
  /// Rows with the outcome, by bin.
  package var positives: [Int]
  /// Rows without it, by bin.
  package var negatives: [Int]

  /// Makes the histograms from both lists; the functions that use them check that they agree.
  package init(positives: [Int], negatives: [Int]) {
    self.positives = positives
    self.negatives = negatives
  }
}

/// The prevalence that explains an unlabelled score histogram best, if only the prevalence has changed.
///
/// Shape: the bins of the current rows and of both reference classes in; an estimate in 0...1 out. Units: proportion.
/// It is the value at which the iteration of Saerens et al. (expectation–maximisation) ends, found as the root of
/// the slope of the likelihood Σ n_b log(π f₁(b) + (1 − π) f₀(b)). Shares are smoothed as (count + ½)/(n + B/2).
/// The standard error holds the sampling of all three histograms; at 0 and 1 it is too long.
///
/// - Throws: `StatisticsError.noTrials` when a histogram is empty; `.noVariance` when the two classes have one
///   distribution; `.countExceedsTrials` for a negative count; `.invalidArgument` when lengths differ, for
///   fewer than 2 or more than 100 000 bins, or for a bad `z`.
/// - Source: Saerens, Latinne & Decaestecker (2002), Neural Comput. 14, 21–41.
package func prevalenceByLikelihood(
  current: [Int], reference: ClassHistograms, z: Double = standardNormal975
) throws(StatisticsError) -> Estimate {
  try checkMultiplier(z)
  let bins = try LabelShiftBins(current: current, reference: reference)
  /// The slope of the negative log-likelihood, which rises, and the slope of that.
  func slope(_ prevalence: Double) -> (value: Double, slope: Double) {
    var first = NeumaierSum()
    var second = NeumaierSum()
    for bin in bins.bins {
      let ratio = bin.difference / bin.mixture(prevalence)
      first.add(-bin.rows * ratio)
      second.add(bin.rows * ratio * ratio)
    }
    return (first.value, second.value)
  }
  guard slope(0.5).slope > 0 else { throw .noVariance }
  let prevalence: Double
  if slope(0).value >= 0 {
    prevalence = 0
  } else if slope(1).value <= 0 {
    prevalence = 1
  } else {
    let root = increasingRoot(in: Interval(lower: 0, upper: 1), startingAt: bins.referencePrevalence, slope)
    guard let root else { throw .noConvergence("prevalence from scores") }
    prevalence = root
  }
  let information = slope(prevalence).slope
  // How the estimate moves with a share of the reference: the slope's derivative over the information.
  let fromPositives = spread(bins.bins) { bin in
    (bin.positiveShare, bin.rows * bin.negativeShare / square(bin.mixture(prevalence)))
  }
  let fromNegatives = spread(bins.bins) { bin in
    (bin.negativeShare, bin.rows * bin.positiveShare / square(bin.mixture(prevalence)))
  }
  let reference = fromPositives / bins.positives + fromNegatives / bins.negatives
  return clipped(prevalence, variance: 1 / information + reference / square(information), z: z)
}

private struct LabelShiftBins {
  struct Bin {
    var rows: Double
    var positiveShare: Double
    var negativeShare: Double

    var difference: Double { positiveShare - negativeShare }

    func mixture(_ prevalence: Double) -> Double {
      prevalence * positiveShare + (1 - prevalence) * negativeShare
    }
  }

  let bins: [Bin]
  let rows: Double
  let positives: Double
  let negatives: Double
  var referencePrevalence: Double { positives / (positives + negatives) }

  init(current: [Int], reference: ClassHistograms) throws(StatisticsError) {
    let forPositives = try HistogramPair(current: current, reference: reference.positives)
    let forNegatives = try HistogramPair(current: current, reference: reference.negatives)
    let positiveShares = smoothedShares(reference.positives, forPositives.referenceRows)
    let negativeShares = smoothedShares(reference.negatives, forNegatives.referenceRows)
    bins = current.indices.map { index in
      Bin(
        rows: Double(current[index]), positiveShare: positiveShares[index],
        negativeShare: negativeShares[index])
    }
    rows = Double(forPositives.currentRows)
    positives = Double(forPositives.referenceRows)
    negatives = Double(forNegatives.referenceRows)
  }
}

private func square(_ x: Double) -> Double { x * x }

/// Σ f g² − (Σ f g)² of shares f and values g.
private func spread(
  _ bins: [LabelShiftBins.Bin], _ part: (LabelShiftBins.Bin) -> (share: Double, value: Double)
) -> Double {
  let mean = neumaierSum(bins) { part($0).share * part($0).value }
  return neumaierSum(bins) { part($0).share * square(part($0).value - mean) }
}

/// A Wald estimate of a proportion, its interval cut to 0...1.
private func clipped(_ value: Double, variance: Double, z: Double) -> Estimate {
  var estimate = Estimate(value: value, variance: variance, z: z)
  if let interval = estimate.interval {
    estimate.interval = Interval(lower: max(0, interval.lower), upper: min(1, interval.upper))
  }
  return estimate
}
