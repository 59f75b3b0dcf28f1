/// An area under the receiver operating characteristic curve.
package struct AUROC: Sendable, Equatable {
  /// How the interval was formed.
  package enum Method: Sendable, Equatable {
    /// DeLong variance, interval on the logit scale.
    case logitDeLong
    /// Newcombe (2006) method 5, where the DeLong variance collapses.
    case newcombe5
  }

  /// The area, in 0...1; ties count one half.
  package let value: Double
  /// The DeLong variance of `value`; 0 where it collapses.
  package let variance: Double
  /// The confidence interval, inside 0...1.
  package let interval: Interval
  /// How `interval` was formed.
  package let method: Method
}

/// AUROC of one site with the DeLong variance and a logit interval.
///
/// Shape: six integers in, one estimate in 0...1 out.
/// Units: probability that a positive row scores above a negative one. Where the area is 0 or 1 or the
/// variance is 0 (one score for all rows), the interval is Newcombe's method 5 instead.
///
/// - Throws: `StatisticsError.tooFewObservations` when a class has fewer than 2 rows;
///   `.inconsistentSums` when no data set has these integers; `.invalidArgument` for a bad `z`.
/// - Source: DeLong et al. (1988), Biometrics 44, 837–845; Newcombe (2006), Statist. Med. 25, 559–573.
package func auroc(_ ranks: RankIntegers, z: Double = standardNormal975) throws(StatisticsError) -> AUROC {
  try ranks.check()
  try checkMultiplier(z)
  let area = ranks.area
  let variance = ranks.deLongVariance
  guard area > 0, area < 1, variance > 0 else {
    let interval = newcombe5(
      area: area, positives: ranks.positives, negatives: ranks.negatives, z: z)
    return AUROC(value: area, variance: variance, interval: interval, method: .newcombe5)
  }
  return AUROC(
    value: area, variance: variance, interval: logitInterval(area, variance, z), method: .logitDeLong)
}

extension AUROC {
  /// An area over several strata, which has to have a variance.
  init(area: Double, variance: Double, z: Double) throws(StatisticsError) {
    guard area > 0, area < 1, variance > 0 else { throw .noVariance }
    self.init(
      value: area, variance: variance, interval: logitInterval(area, variance, z), method: .logitDeLong)
  }
}

extension RankIntegers {
  /// 2mn, the largest value Σc can take.
  var doubledPairs: Int128 { 2 * Int128(positives) * Int128(negatives) }

  /// The share of pairs that the score puts in order, a tie being half a pair.
  var area: Double { sumPositive.nearestDouble / doubledPairs.nearestDouble }

  /// S10/m + S01/n, each subtraction done in integers.
  var deLongVariance: Double {
    let m = Int128(positives)
    let n = Int128(negatives)
    let spreadPositive = m * sumSquaredPositive - sumPositive * sumPositive
    let spreadNegative = n * sumSquaredNegative - sumNegative * sumNegative
    let scale = 4 * (m * m).nearestDouble * (n * n).nearestDouble
    return spreadPositive.nearestDouble / (Double(positives - 1) * scale)
      + spreadNegative.nearestDouble / (Double(negatives - 1) * scale)
  }
}

private func logitInterval(_ area: Double, _ variance: Double, _ z: Double) -> Interval {
  let halfWidth = z * variance.squareRoot() / (area * (1 - area))
  let centre = logit(area)
  return Interval(lower: expit(centre - halfWidth), upper: expit(centre + halfWidth))
}

/// Newcombe's interval of an AUROC by method 5, whatever the DeLong variance is.
///
/// Shape: six integers in, an interval in 0...1 out. `auroc` uses it only where the DeLong variance collapses.
///
/// - Throws: as `auroc`.
/// - Source: Newcombe (2006), Statist. Med. 25, 559–573.
package func newcombe5Interval(
  _ ranks: RankIntegers, z: Double = standardNormal975
) throws(StatisticsError) -> Interval {
  try ranks.check()
  try checkMultiplier(z)
  return newcombe5(area: ranks.area, positives: ranks.positives, negatives: ranks.negatives, z: z)
}

/// The values θ with (A − θ)² ≤ z² V(θ), V being the Hanley–McNeil variance at θ with equal class sizes.
private func newcombe5(area: Double, positives: Int, negatives: Int, z: Double) -> Interval {
  let m = Double(positives)
  let n = Double(negatives)
  let size = (m + n) / 2 - 1
  func halfWidth(_ theta: Double) -> Double {
    let inflation = 1 + size * (1 - theta) / (2 - theta) + size * theta / (1 + theta)
    return z * (theta * (1 - theta) * inflation / (m * n)).squareRoot()
  }
  let lower = bisect(in: Interval(lower: 0, upper: area)) { area - $0 > halfWidth($0) }
  let upper = bisect(in: Interval(lower: area, upper: 1)) { $0 - area <= halfWidth($0) }
  return Interval(lower: area == 0 ? 0 : lower, upper: area == 1 ? 1 : upper)
}
