/// Calibration in the large: the intercept a with the slope fixed at 1, in logit P(y) = a + logit p.
///
/// Shape: rows grouped by distinct score, ascending, in; the intercept and its standard error out.
/// Units: log odds; 0 is calibrated, positive means the scores are too low.
///
/// - Throws: `StatisticsError.noTrials` without rows; `.noEvents` when only one class is present;
///   `.invalidArgument` when scores leave 0...1 or do not ascend; `.countExceedsTrials` for a negative count.
/// - Source: Cox (1958), Biometrika 45, 562–565; name after Van Calster et al. (2016), J. Clin. Epidemiol.
///   74, 167–176.
package func calibrationInTheLarge(
  scores: [(score: Double, positives: Int, negatives: Int)], z: Double = standardNormal975
) throws(StatisticsError) -> Estimate {
  try checkMultiplier(z)
  let fit = try calibrationInTheLarge(CalibrationGroups(scores))
  return Estimate(value: fit.value, variance: fit.standardError * fit.standardError, z: z)
}

func calibrationInTheLarge(
  _ data: some LogisticData
) throws(StatisticsError) -> (value: Double, standardError: Double) {
  guard let logits = data.logits else { throw .noTrials }
  let target = data.baseline
  // If every row had the highest score the root would be the lower end, with the lowest the upper end.
  // A margin keeps a constant score, where both ends meet the root, inside.
  let bracket = Interval(lower: target - logits.upperBound - 1e-3, upper: target - logits.lowerBound + 1e-3)
  guard let root = increasingRoot(in: bracket, startingAt: 0, { data.excess(intercept: $0) }) else {
    throw .noConvergence("calibration in the large")
  }
  return (root, (1 / data.excess(intercept: root).slope).squareRoot())
}
