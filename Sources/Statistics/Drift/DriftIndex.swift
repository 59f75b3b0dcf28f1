import Glibc

/// A measure of how far two histograms over the same bins are apart.
///
/// All three are about c·(1/n + 1/m)·χ²_{B−1} when both histograms come from one distribution, with c = 1, ½ and
/// ⅛, because each is c times one quadratic form for small differences.
package enum DriftIndex: Sendable, Equatable {
  /// Population stability index, the sum of both relative entropies.
  case populationStability
  /// Relative entropy of the current histogram to the reference.
  case kullbackLeibler
  /// Jensen–Shannon divergence: half the relative entropies to the equal mixture.
  case jensenShannon
}

extension DriftIndex {
  /// c: how the index compares with (1/n + 1/m)·χ².
  private var chiSquaredFactor: Double {
    switch self {
    case .populationStability: 1
    case .kullbackLeibler: 0.5
    case .jensenShannon: 0.125
    }
  }

  /// The index of a pair in nats, from smoothed proportions.
  func value(_ pair: HistogramPair) -> Double {
    let sum = neumaierSum(pair.smoothed) { shares in
      let (now, then) = shares
      switch self {
      case .populationStability: return (now - then) * log(now / then)
      // Two sums of proportions are 1, so now − then adds nothing; with it no term is negative.
      case .kullbackLeibler: return devianceTerm(now, then)
      case .jensenShannon:
        let middle = (now + then) / 2
        return (devianceTerm(now, middle) + devianceTerm(then, middle)) / 2
      }
    }
    return max(0, sum)
  }

  /// The index that chance alone exceeds with probability `tail`, without any drift.
  func noiseQuantile(_ pair: HistogramPair, tail: Double) throws(StatisticsError) -> Double {
    let degrees = Double(pair.current.count - 1)
    return chiSquaredFactor * pair.noise * (try chiSquaredQuantile(1 - tail, degreesOfFreedom: degrees))
  }

  /// The probability that chance alone reaches the index of this pair, without any drift.
  func pValue(_ pair: HistogramPair) throws(StatisticsError) -> Double {
    let degrees = Double(pair.current.count - 1)
    return try regularizedIncompleteGamma(degrees / 2, value(pair) / (chiSquaredFactor * pair.noise) / 2)
      .upper
  }

  /// The variance of the index by the delta method, from the multinomial variance of both histograms.
  func variance(_ pair: HistogramPair) -> Double {
    let shares = pair.smoothed
    let slopes = shares.map { slope(now: $0.now, then: $0.then) }
    func spread(_ weight: (Int) -> Double, _ value: (Int) -> Double) -> Double {
      let mean = neumaierSum(shares.indices) { weight($0) * value($0) }
      return neumaierSum(shares.indices) { weight($0) * (value($0) - mean) * (value($0) - mean) }
    }
    return spread({ shares[$0].now }, { slopes[$0].now }) / Double(pair.currentRows)
      + spread({ shares[$0].then }, { slopes[$0].then }) / Double(pair.referenceRows)
  }

  /// The derivatives of a bin's term, up to a constant that a multinomial variance does not see.
  private func slope(now: Double, then: Double) -> (now: Double, then: Double) {
    switch self {
    case .populationStability: return (log(now / then) - then / now, log(then / now) - now / then)
    case .kullbackLeibler: return (log(now / then), -now / then)
    case .jensenShannon:
      let middle = (now + then) / 2
      return (0.5 * log(now / middle), 0.5 * log(then / middle))
    }
  }
}
