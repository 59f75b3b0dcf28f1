/// Two groups in one stratum (a site): successes out of trials in each.
package struct StratumPair: Sendable, Equatable {
  /// Successes of the first group.
  package var successes1: Int
  /// Trials of the first group.
  package var trials1: Int
  /// Successes of the second group.
  package var successes2: Int
  /// Trials of the second group.
  package var trials2: Int

  /// Makes a pair from its counts.
  package init(successes1: Int, trials1: Int, successes2: Int, trials2: Int) {
    self.successes1 = successes1
    self.trials1 = trials1
    self.successes2 = successes2
    self.trials2 = trials2
  }
}

/// Mantel–Haenszel difference of two proportions over strata, with Sato's variance.
///
/// Shape: one pair of groups a stratum in, a contrast out. Units: proportion. The groups are compared
/// within each stratum only, so that a group which is seen more often at a site with more events does not
/// look worse for it. Strata where a group is empty compare nothing and are left out. The order of the
/// strata does not matter.
///
/// - Throws: `StatisticsError.noTrials` when no stratum has both groups; `.noVariance` when the variance is
///   not positive; `.countExceedsTrials` for counts of no proportion; `.invalidArgument` for more than
///   `maximumRowCount` rows or a bad `z`.
/// - Source: Greenland & Robins (1985), Biometrics 41, 55–68; Sato (1989), Biometrics 45, 1323–1324.
package func mantelHaenszelDifference(
  _ strata: [StratumPair], z: Double = standardNormal975
) throws(StatisticsError) -> Contrast {
  for stratum in strata {
    if stratum.trials1 != 0 || stratum.successes1 != 0 {
      try checkProportion(stratum.successes1, stratum.trials1)
    }
    if stratum.trials2 != 0 || stratum.successes2 != 0 {
      try checkProportion(stratum.successes2, stratum.trials2)
    }
  }
  let terms = strata.filter { $0.trials1 > 0 && $0.trials2 > 0 }
    .sorted {
      ($0.trials1, $0.trials2, $0.successes1, $0.successes2)
        < ($1.trials1, $1.trials2, $1.successes1, $1.successes2)
    }
    .map(Term.init)
  guard !terms.isEmpty else { throw .noTrials }
  let weight = neumaierSum(terms, \.weight)
  let difference = neumaierSum(terms, \.numerator) / weight
  let variance = (difference * neumaierSum(terms, \.slope) + neumaierSum(terms, \.spread)) / (weight * weight)
  return try contrast(difference, variance: variance, z)
}

/// What one stratum adds to each sum of the estimator.
private struct Term {
  /// (x₁n₂ − x₂n₁)/N.
  let numerator: Double
  /// n₁n₂/N.
  let weight: Double
  /// (n₁²x₂ − n₂²x₁ + n₁n₂(n₂ − n₁)/2)/N².
  let slope: Double
  /// (x₁(n₂ − x₂) + x₂(n₁ − x₁))/2N.
  let spread: Double

  init(_ stratum: StratumPair) {
    let x1 = Int128(stratum.successes1)
    let n1 = Int128(stratum.trials1)
    let x2 = Int128(stratum.successes2)
    let n2 = Int128(stratum.trials2)
    let rows = (n1 + n2).nearestDouble
    numerator = (x1 * n2 - x2 * n1).nearestDouble / rows
    weight = (n1 * n2).nearestDouble / rows
    let crossed: Int128 = n1 * n1 * x2 - n2 * n2 * x1
    let unequal: Int128 = n1 * n2 * (n2 - n1)
    slope = (2 * crossed + unequal).nearestDouble / 2 / rows / rows
    let mixed: Int128 = x1 * (n2 - x2) + x2 * (n1 - x1)
    spread = mixed.nearestDouble / 2 / rows
  }
}
