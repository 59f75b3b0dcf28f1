/// Sums over clusters (patients) of a ratio of counts: x successes out of k trials in each.
///
/// They add across sites without loss because the ratio enters the variance as a polynomial. A patient
/// seen at two sites counts as two clusters.
package struct ClusterSums: Sendable, Equatable {
  /// Clusters with at least one trial.
  package var clusters: Int
  /// Σx.
  package var sumSuccesses: Int
  /// Σk.
  package var sumTrials: Int
  /// Σx².
  package var sumSquaredSuccesses: Int
  /// Σxk.
  package var sumProducts: Int
  /// Σk².
  package var sumSquaredTrials: Int

  /// Makes the sums from their parts; `effectiveSampleSize` checks that they agree.
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

/// Design effect and effective number of trials of a proportion whose rows cluster in patients.
///
/// Shape: six sums in, two numbers ≥ 1 out; `effectiveTrials` = Σk / `designEffect`.
/// Units: trials. The design effect is the ratio of the between-cluster variance of the proportion to its
/// binomial variance, and never below 1:
/// - one trial in every cluster (Σk² = Σk): exactly 1;
/// - a proportion of 0 or 1, or a single cluster: the data say nothing about clustering, so rows of
///   a cluster count as copies of one another and the design effect is Σk² / Σk, its largest value
///   under an exchangeable correlation;
/// - between-cluster variance below the binomial one (zero included): 1.
///
/// - Throws: `StatisticsError.noTrials` when there is no cluster or no trial; `.countExceedsTrials` when Σx
///   is outside 0...Σk; `.inconsistentSums` when no set of clusters has these sums.
/// - Source: Rao & Scott (1992), Biometrics 48, 577–585; Kish (1965), Survey Sampling, section 8.2.
package func effectiveSampleSize(
  _ sums: ClusterSums
) throws(StatisticsError) -> (designEffect: Double, effectiveTrials: Double) {
  try check(sums)
  let trials = Double(sums.sumTrials)
  if sums.sumSquaredTrials == sums.sumTrials { return (1, trials) }
  let x = Int128(sums.sumSuccesses)
  let k = Int128(sums.sumTrials)
  guard sums.clusters >= 2, x > 0, x < k else {
    let effect = Double(sums.sumSquaredTrials) / trials
    return (effect, trials / effect)
  }
  // k² Σ(x_c − p k_c)² as an integer: the subtraction must happen before any rounding.
  let spread = try Int128(sums.sumSquaredSuccesses).checkedProduct(k.checkedProduct(k))
    .checkedSum(Int128(-2).checkedProduct(x).checkedProduct(k).checkedProduct(Int128(sums.sumProducts)))
    .checkedSum(x.checkedProduct(x).checkedProduct(Int128(sums.sumSquaredTrials)))
  guard spread >= 0 else { throw .inconsistentSums("negative variance between clusters") }
  let clusters = Double(sums.clusters)
  let binomial = (k * x * (k - x)).nearestDouble
  let effect = max(1, clusters / (clusters - 1) * (spread.nearestDouble / binomial))
  return (effect, trials / effect)
}

private func check(_ sums: ClusterSums) throws(StatisticsError) {
  try checkCount(sums.clusters)
  try checkProportion(sums.sumSuccesses, sums.sumTrials)
  guard sums.clusters > 0 else { throw .noTrials }
  guard sums.clusters <= sums.sumTrials else { throw .inconsistentSums("more clusters than trials") }
  guard sums.sumSquaredTrials >= sums.sumTrials, sums.sumSquaredSuccesses >= sums.sumSuccesses else {
    throw .inconsistentSums("a sum of squares below its sum")
  }
  guard sums.sumSquaredSuccesses <= sums.sumProducts, sums.sumProducts <= sums.sumSquaredTrials else {
    throw .inconsistentSums("successes exceed trials in a cluster")
  }
  let trials = Int128(sums.sumTrials)
  guard trials * trials <= Int128(sums.clusters) * Int128(sums.sumSquaredTrials) else {
    throw .inconsistentSums("squared trials below the mean square")
  }
  guard Int128(sums.sumSquaredTrials) <= trials * trials else {
    throw .inconsistentSums("squared trials above the square of the total")
  }
}
