/// Net benefit of acting at a threshold, of treating everyone, and the gain of the first over the second.
///
/// Shape: the confusion counts of one threshold in. Units: true positives per row. Treating nobody is 0.
///
/// - Throws: `StatisticsError.noTrials` without rows, `.countExceedsTrials` for a negative count,
///   `.invalidArgument` for a threshold outside (0, 1).
/// - Source: Vickers and Elkin (2006), Med. Decis. Making 26, 565–574; closed-form variances of statistics.md §2.
package func netBenefit(
  truePositives: Int, falsePositives: Int, falseNegatives: Int, trueNegatives: Int, threshold: Double,
  z: Double = standardNormal975
) throws(StatisticsError) -> (netBenefit: Estimate, treatAll: Double, gainOverTreatAll: Estimate) {
  guard min(truePositives, falsePositives, falseNegatives, trueNegatives) >= 0 else { throw .countExceedsTrials }
  guard threshold > 0, threshold < 1 else { throw .invalidArgument("threshold") }
  let n = Double(truePositives + falsePositives + falseNegatives + trueNegatives)
  guard n > 0 else { throw .noTrials }
  let w = threshold / (1 - threshold)
  let prevalence = Double(truePositives + falseNegatives) / n
  let benefit = Double(truePositives) / n - w * (Double(falsePositives) / n)
  let treatAll = prevalence - (1 - prevalence) * w
  let gain = w * (Double(trueNegatives) / n) - Double(falseNegatives) / n
  func estimate(_ value: Double, secondMoment: Double) -> Estimate {
    let error = (max(0, secondMoment - value * value) / n).squareRoot()
    return Estimate(
      value: value, interval: Interval(lower: value - z * error, upper: value + z * error),
      standardError: error)
  }
  return (
    estimate(benefit, secondMoment: (Double(truePositives) + w * w * Double(falsePositives)) / n),
    treatAll,
    estimate(gain, secondMoment: (Double(falseNegatives) + w * w * Double(trueNegatives)) / n)
  )
}
