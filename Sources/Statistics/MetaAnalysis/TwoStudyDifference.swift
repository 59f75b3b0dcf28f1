/// The difference of two sites' estimates, which is all that two sites can say about their spread.
///
/// Shape: a set of exactly two studies in; first minus second, with its Wald interval, out. Units: those of
/// the estimates.
///
/// - Throws: `StatisticsError.tooFewStudies` when K < 2; `.invalidArgument` when K > 2, or for a bad `z`.
package func twoStudyDifference(
  _ set: StudySet, z: Double = standardNormal975
) throws(StatisticsError) -> Estimate {
  try set.require(2)
  guard set.count == 2 else { throw .invalidArgument("more than two studies") }
  try checkMultiplier(z)
  return Estimate(
    value: set.estimates[0] - set.estimates[1], variance: set.variances[0] + set.variances[1], z: z)
}
