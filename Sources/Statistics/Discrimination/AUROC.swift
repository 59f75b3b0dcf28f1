/// Area under the ROC curve with its variance and 95 % interval.
package struct AUROC: Sendable, Equatable {
  package let value: Double
  package let variance: Double
  package let interval: Interval
  package let method: Method

  /// How the interval was made.
  package enum Method: Sendable, Equatable {
    /// DeLong's variance on the logit scale.
    case logitDeLong
    /// Newcombe's score-like interval where DeLong's variance collapses.
    case newcombe5
  }
}

/// AUROC of one stratum, exact with ties.
///
/// Shape: rank integers in; value in 0...1, variance and interval out.
///
/// - Throws: `StatisticsError.noVariance` with fewer than two rows of a class.
/// - Source: DeLong et al. (1988) in the integer form of statistics.md §3; interval expit(logit A ± z·se/(A(1−A)));
///   at A = 0 or 1, or without variance, Newcombe (2006), Statist. Med. 25, 559–573, method 5.
package func auroc(
  _ ranks: RankIntegers, z: Double = standardNormal975
) throws(StatisticsError) -> AUROC {
  guard ranks.positives >= 2, ranks.negatives >= 2 else { throw .noVariance }
  let m = Double(ranks.positives)
  let n = Double(ranks.negatives)
  let value = Double(ranks.sumPositive) / (2 * m * n)
  // Variances from integers: m Σc² − (Σc)² is exact before the division.
  let spreadPositive =
    Int128(ranks.positives) * ranks.sumSquaredPositive - ranks.sumPositive * ranks.sumPositive
  let spreadNegative =
    Int128(ranks.negatives) * ranks.sumSquaredNegative - ranks.sumNegative * ranks.sumNegative
  let s10 = Double(spreadPositive) / (m * (m - 1) * 4 * n * n)
  let s01 = Double(spreadNegative) / (n * (n - 1) * 4 * m * m)
  let variance = s10 / m + s01 / n
  return estimate(value, variance, positives: m, negatives: n, z: z)
}

/// AUROC over comparisons inside strata only: Σ m n A / Σ m n, with strata independent.
///
/// Shape: one set of integers a stratum, in the caller's documented order; strata without a pair of
/// classes do not count.
///
/// - Throws: `StatisticsError.noVariance` when no stratum has two rows of each class.
/// - Source: statistics.md §3 (i).
package func withinStrataAUROC(
  _ strata: [RankIntegers], z: Double = standardNormal975
) throws(StatisticsError) -> AUROC {
  let usable = strata.filter { $0.positives >= 2 && $0.negatives >= 2 }
  guard !usable.isEmpty else { throw .noVariance }
  var doubledSum: Int128 = 0
  var pairs: Int128 = 0
  for ranks in usable {
    doubledSum += ranks.sumPositive
    pairs += Int128(ranks.positives) * Int128(ranks.negatives)
  }
  var variance = NeumaierSum()
  for ranks in usable {
    let weight = Double(Int128(ranks.positives) * Int128(ranks.negatives)) / Double(pairs)
    variance.add(weight * weight * (try auroc(ranks, z: z).variance))
  }
  let positives = usable.reduce(0.0) { $0 + Double($1.positives) }
  let negatives = usable.reduce(0.0) { $0 + Double($1.negatives) }
  return estimate(
    Double(doubledSum) / (2 * Double(pairs)), variance.total, positives: positives, negatives: negatives, z: z)
}

private func estimate(
  _ value: Double, _ variance: Double, positives: Double, negatives: Double, z: Double
) -> AUROC {
  guard value > 0, value < 1, variance > 0 else {
    return AUROC(
      value: value, variance: max(0, variance),
      interval: newcombeInterval(value, positives: positives, negatives: negatives, z: z), method: .newcombe5)
  }
  let centre = logit(value)
  let half = z * variance.squareRoot() / (value * (1 - value))
  return AUROC(
    value: value, variance: variance,
    interval: Interval(lower: expit(centre - half), upper: expit(centre + half)), method: .logitDeLong)
}

// Roots in θ of (A − θ)² = z² θ(1−θ)[1 + N*(1−θ)/(2−θ) + N*θ/(1+θ)]/(mn), N* = (m+n)/2 − 1.
private func newcombeInterval(
  _ value: Double, positives: Double, negatives: Double, z: Double
) -> Interval {
  let star = (positives + negatives) / 2 - 1
  func excess(_ theta: Double) -> Double {
    let spread =
      theta * (1 - theta) * (1 + star * (1 - theta) / (2 - theta) + star * theta / (1 + theta))
    return (value - theta) * (value - theta) - z * z * spread / (positives * negatives)
  }
  let lower = value == 0 ? 0 : bisect(from: 0, to: value) { excess($0) > 0 }
  let upper = value == 1 ? 1 : bisect(from: value, to: 1) { excess($0) < 0 }
  return Interval(lower: lower, upper: upper)
}
