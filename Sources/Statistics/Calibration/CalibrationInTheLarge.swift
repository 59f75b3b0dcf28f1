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
  _ data: CalibrationGroups
) throws(StatisticsError) -> (value: Double, standardError: Double) {
  guard let lowest = data.groups.first?.logit, let highest = data.groups.last?.logit else { throw .noTrials }
  let target = data.baseline
  // If every row had the highest score the root would be the lower end, with the lowest the upper end.
  // A margin keeps a constant score, where both ends meet the root, inside.
  let bracket = Interval(lower: target - highest - 1e-3, upper: target - lowest + 1e-3)
  let root = increasingRoot(in: bracket, startingAt: 0) { intercept in
    var excess = NeumaierSum()
    var weight = NeumaierSum()
    for group in data.groups {
      let event = LogisticValue(intercept + group.logit)
      excess.add(group.negatives * event.probability - group.positives * event.complement)
      weight.add(group.rows * event.probability * event.complement)
    }
    return (excess.value, weight.value)
  }
  guard let root else { throw .noConvergence("calibration in the large") }
  let information = neumaierSum(data.groups) { group in
    let event = LogisticValue(root + group.logit)
    return group.rows * event.probability * event.complement
  }
  return (root, (1 / information).squareRoot())
}
