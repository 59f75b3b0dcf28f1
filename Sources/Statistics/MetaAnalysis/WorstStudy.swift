/// The study with the worst estimate, with its own normal-theory interval.
///
/// Shape: a set of at least one study in; the place of a study in the order given and its estimate out. Where
/// several are equally bad it is the least precise of them, and of those the first. The worst of many is
/// worse than the truth at that site: the interval does not allow for the choice.
///
/// - Throws: `StatisticsError.invalidArgument` for a bad `z`.
package func worstStudy(
  _ set: StudySet, isHigherBetter: Bool, z: Double = standardNormal975
) throws(StatisticsError) -> (index: Int, estimate: Estimate) {
  try checkMultiplier(z)
  var worst = 0
  for index in set.estimates.indices {
    let difference = set.estimates[index] - set.estimates[worst]
    let isWorse = isHigherBetter ? difference < 0 : difference > 0
    if isWorse || difference == 0 && set.variances[index] > set.variances[worst] { worst = index }
  }
  return (worst, Estimate(value: set.estimates[worst], variance: set.variances[worst], z: z))
}
