import Glibc

/// Predictive values at a prevalence fixed in advance, so that sites can be compared.
///
/// Shape: a table and a prevalence in, two estimates in 0...1 out. Units: proportions; `standardError` is
/// on the logit scale, where the interval is formed. Sensitivity and specificity come from disjoint rows
/// and are independent, so logit PPV = log sensitivity − log(1 − specificity) + logit prevalence has the
/// variance FN/(TP·P) + TN/(FP·N), and logit NPV that of FP/(TN·N) + TP/(FN·P). The interval is nil where
/// the estimate is 0 or 1.
///
/// - Throws: `StatisticsError.noEvents` when a class is empty; `.noTrials` when the value has no
///   denominator: nothing is flagged, or nothing is not; `.countExceedsTrials` for a negative count;
///   `.invalidArgument` unless `prevalence` is strictly between 0 and 1, for more than `maximumRowCount`
///   rows or a bad `z`.
/// - Source: Mercaldo, Lau & Zhou (2007), Statist. Med. 26, 2170–2183, the case-control form.
package func standardisedPredictiveValues(
  _ table: ConfusionTable, prevalence: Double, z: Double = standardNormal975
) throws(StatisticsError) -> (positive: Estimate, negative: Estimate) {
  guard prevalence > 0, prevalence < 1 else { throw .invalidArgument("prevalence not between 0 and 1") }
  try checkMultiplier(z)
  let margins = try table.margins()
  guard margins.positives > 0, margins.negatives > 0 else { throw .noEvents }
  let odds = prevalence / (1 - prevalence)
  return (
    try predictiveValue(
      right: table.truePositives, of: margins.positives, wrong: table.falsePositives, of: margins.negatives,
      odds: odds, z),
    try predictiveValue(
      right: table.trueNegatives, of: margins.negatives, wrong: table.falseNegatives, of: margins.positives,
      odds: 1 / odds, z)
  )
}

private func predictiveValue(
  right: Int, of rightTotal: Int, wrong: Int, of wrongTotal: Int, odds: Double, _ z: Double
) throws(StatisticsError) -> Estimate {
  guard right > 0 || wrong > 0 else { throw .noTrials }
  guard right > 0, wrong > 0 else { return Estimate(value: right > 0 ? 1 : 0) }
  let posterior = odds * (Double(right) / Double(rightTotal)) / (Double(wrong) / Double(wrongTotal))
  let variance =
    Double(rightTotal - right) / (Double(right) * Double(rightTotal))
    + Double(wrongTotal - wrong) / (Double(wrong) * Double(wrongTotal))
  return logitEstimate(
    logOdds: log(posterior), value: 1 / (1 + 1 / posterior), variance: variance, z: z)
}
