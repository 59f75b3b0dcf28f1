/// Net benefit of acting on a threshold, with treat-all and the gain over it.
///
/// Shape: a 2×2 table and a threshold in (0, 1) in; two estimates with Wald intervals and one number out.
/// Units: net true positives per row (a fraction, not per 100); treat-none has net benefit 0. The
/// weight of a false positive is w = t / (1 − t).
///
/// - Throws: `StatisticsError.noTrials` when the table is empty; `.countExceedsTrials` when a count is
///   negative; `.invalidArgument` when the threshold is not strictly between 0 and 1 or `z` is
///   outside 0.001...40.
/// - Source: Vickers & Elkin (2006), Med. Decis. Making 26, 565–574; variances are those of the mean of
///   the row values 1, −w, 0, and of −1, w, 0 for the gain.
package func netBenefit(
  truePositives: Int, falsePositives: Int, falseNegatives: Int, trueNegatives: Int, threshold: Double,
  z: Double = standardNormal975
) throws(StatisticsError) -> (netBenefit: Estimate, treatAll: Double, gainOverTreatAll: Estimate) {
  guard threshold > 0, threshold < 1 else { throw .invalidArgument("threshold not between 0 and 1") }
  try checkMultiplier(z)
  let positives = try checkedSum(truePositives, falseNegatives)
  let negatives = try checkedSum(falsePositives, trueNegatives)
  let rows = try checkedSum(positives, negatives)
  guard rows > 0 else { throw .noTrials }
  let n = Double(rows)
  let weight = threshold / (1 - threshold)
  let treatAll = Double(positives) / n - weight * (Double(negatives) / n)
  return (
    meanOfRowValues(plus: truePositives, minus: falsePositives, 1, -weight, n, z),
    treatAll,
    meanOfRowValues(plus: falseNegatives, minus: trueNegatives, -1, weight, n, z)
  )
}

/// The mean of `n` row values of which `plus` are `a`, `minus` are `b` and the others 0.
private func meanOfRowValues(
  plus: Int, minus: Int, _ a: Double, _ b: Double, _ n: Double, _ z: Double
) -> Estimate {
  let mean = (a * Double(plus) + b * Double(minus)) / n
  let meanSquare = (a * a * Double(plus) + b * b * Double(minus)) / n
  return Estimate(value: mean, variance: (meanSquare - mean * mean) / n, z: z)
}
