/// The DerSimonian–Laird random-effects mean with its normal-theory interval, for comparison only.
///
/// Shape: a set of K ≥ 3 studies in; mean with interval and τ² out. Units: those of the estimates. The
/// interval is too short with few or unequal studies: its simulated coverage is 0.90 to 0.92 where that of
/// HKSJ is 0.94.
///
/// - Throws: `StatisticsError.tooFewStudies` when K < 3; `.invalidArgument` for a bad `z`.
/// - Source: DerSimonian & Laird (1986), Control. Clin. Trials 7, 177–188.
package func derSimonianLaird(
  _ set: StudySet, z: Double = standardNormal975
) throws(StatisticsError) -> (mean: Estimate, tauSquared: Double) {
  try set.require(3)
  try checkMultiplier(z)
  let common = RestrictedLikelihood(set, tauSquared: 0)
  let tauSquared = max(0, (common.squaredDeviation - Double(set.count - 1)) / common.trace)
  let random = RestrictedLikelihood(set, tauSquared: tauSquared)
  let mean = Estimate(
    value: set.estimates[set.pivot] + random.shift, variance: 1 / random.totalWeight, z: z)
  return (mean, tauSquared)
}
