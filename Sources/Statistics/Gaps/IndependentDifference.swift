/// A difference of two estimates with the test that it is zero.
package struct Contrast: Sendable, Equatable {
  /// The difference, first minus second, with its Wald interval.
  package let difference: Estimate
  /// The difference over its standard error.
  package let statistic: Double
  /// The two-sided normal p-value.
  package let pValue: Double
}

/// Difference of two estimates from disjoint rows: variances add.
///
/// Shape: two values with standard errors in, one contrast out. Units: those of the values; the scale must
/// be one on which they are about normal: the slope itself, a log ratio, a logit.
///
/// - Throws: `StatisticsError.noVariance` when a standard error is not positive and finite;
///   `.invalidArgument` for a value that is not finite or a bad `z`.
/// - Source: Altman & Bland (2003), BMJ 326, 219.
package func independentDifference(
  _ first: Double, standardError firstError: Double, _ second: Double, standardError secondError: Double,
  z: Double = standardNormal975
) throws(StatisticsError) -> Contrast {
  guard abs(first) <= 1e150, abs(second) <= 1e150 else { throw .invalidArgument("value not finite") }
  guard firstError > 0, secondError > 0 else { throw .noVariance }
  return try contrast(first - second, variance: firstError * firstError + secondError * secondError, z)
}

/// Difference of the AUROC of two disjoint slices.
///
/// Shape: two areas in, one contrast in −1...1 out. Units: probability. The DeLong variances add; the
/// interval is Wald and clipped to −1...1. Slices that share rows are correlated and do not belong here.
///
/// - Throws: `StatisticsError.noVariance` when an area has collapsed to variance 0; `.invalidArgument` for
///   a bad `z`.
/// - Source: Hanley & McNeil (1982), Radiology 143, 29–36, with DeLong variances.
package func aurocDifference(
  _ first: AUROC, _ second: AUROC, z: Double = standardNormal975
) throws(StatisticsError) -> Contrast {
  guard first.variance > 0, second.variance > 0 else { throw .noVariance }
  let wald = try contrast(first.value - second.value, variance: first.variance + second.variance, z)
  let interval = wald.difference.interval.map { Interval(lower: max(-1, $0.lower), upper: min(1, $0.upper)) }
  return Contrast(
    difference: Estimate(
      value: wald.difference.value, interval: interval, standardError: wald.difference.standardError),
    statistic: wald.statistic, pValue: wald.pValue)
}

/// The Wald contrast of a difference with this variance.
func contrast(
  _ difference: Double, variance: Double, _ z: Double
) throws(StatisticsError) -> Contrast {
  try checkMultiplier(z)
  guard variance > 0, variance.isFinite else { throw .noVariance }
  let statistic = difference / variance.squareRoot()
  return Contrast(
    difference: Estimate(value: difference, variance: variance, z: z), statistic: statistic,
    pValue: twoSidedPValue(statistic))
}
