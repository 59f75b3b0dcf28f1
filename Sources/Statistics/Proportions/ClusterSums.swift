/// Sums over patients of one ratio: x successes among k trials each.
///
/// All six merge over sites by addition, because the estimate enters the variance polynomially.
package struct ClusterSums: Sendable, Equatable {
  package let clusters: Int
  package let sumSuccesses: Int
  package let sumTrials: Int
  package let sumSquaredSuccesses: Int
  package let sumProducts: Int
  package let sumSquaredTrials: Int

  /// Patients, Σx, Σk, Σx², Σxk and Σk².
  package init(
    clusters: Int, sumSuccesses: Int, sumTrials: Int, sumSquaredSuccesses: Int, sumProducts: Int,
    sumSquaredTrials: Int
  ) {
    self.clusters = clusters
    self.sumSuccesses = sumSuccesses
    self.sumTrials = sumTrials
    self.sumSquaredSuccesses = sumSquaredSuccesses
    self.sumProducts = sumProducts
    self.sumSquaredTrials = sumSquaredTrials
  }
}

/// Design effect and effective number of trials where patients have several rows.
///
/// Shape: sums in, two scalars out. The design effect is never taken below 1. Where every patient has one
/// row, or the proportion is 0 or 1, it is exactly 1.
///
/// - Throws: `StatisticsError.noTrials` without trials; `.noVariance` with fewer than two patients.
/// - Source: V = m/(m−1) · (Σx² − 2p̂Σxk + p̂²Σk²)/(Σk)², statistics.md §2; Rao and Scott (1992).
package func effectiveSampleSize(
  _ sums: ClusterSums
) throws(StatisticsError) -> (designEffect: Double, effectiveTrials: Double) {
  guard sums.sumTrials > 0 else { throw .noTrials }
  let n = Double(sums.sumTrials)
  let p = Double(sums.sumSuccesses) / n
  let binomial = p * (1 - p) / n
  if sums.sumSquaredTrials == sums.sumTrials || binomial == 0 { return (1, n) }
  guard sums.clusters > 1 else { throw .noVariance }
  let m = Double(sums.clusters)
  let squares =
    Double(sums.sumSquaredSuccesses) - 2 * p * Double(sums.sumProducts) + p * p * Double(sums.sumSquaredTrials)
  let variance = m / (m - 1) * max(0, squares) / (n * n)
  let effect = max(1, variance / binomial)
  return (effect, n / effect)
}
