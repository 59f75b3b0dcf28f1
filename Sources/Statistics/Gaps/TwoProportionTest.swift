/// Two-sided test that two independent proportions are equal.
///
/// Shape: two pairs of counts in; z and a p-value in 0...1 out. This is the score test: the variance is
/// that of the pooled proportion, z² is Pearson's χ² without continuity correction. It agrees with
/// `koopmanRatio` about the ratio 1, and can differ from `newcombeDifference` near its limits.
///
/// - Throws: `StatisticsError.noVariance` when all rows, or none, are successes; `.noTrials`,
///   `.countExceedsTrials` and `.invalidArgument` as `wilsonInterval`.
/// - Source: Pearson (1900), Philos. Mag. 50, 157–175; Agresti (2013), Categorical Data Analysis, section
///   3.2.
package func twoProportionTest(
  successes1: Int, trials1: Int, successes2: Int, trials2: Int
) throws(StatisticsError) -> (z: Double, pValue: Double) {
  try checkProportion(successes1, trials1)
  try checkProportion(successes2, trials2)
  let successes = successes1 + successes2
  let trials = trials1 + trials2
  guard successes > 0, successes < trials else { throw .noVariance }
  // x1 n2 − x2 n1 as an integer: equal proportions give exactly 0.
  let cross = Int128(successes1) * Int128(trials2) - Int128(successes2) * Int128(trials1)
  let share = Double(successes) / Double(trials)
  let scale = (share * Double(trials - successes) * Double(trials1) * Double(trials2)).squareRoot()
  let z = Double(cross) / scale
  return (z, twoSidedPValue(z))
}

/// The two-sided p-value of a standard normal statistic.
func twoSidedPValue(_ z: Double) -> Double { 2 * normalSurvival(abs(z)) }
