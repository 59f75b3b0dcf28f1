/// A random-effects analysis without one of the studies.
package struct LeftOutAnalysis: Sendable, Equatable {
  /// The random-effects mean of the others.
  package let mean: Double
  /// Their between-site variance, by restricted maximum likelihood.
  package let tauSquared: Double
  /// The wider of the two Hartung–Knapp intervals of the mean.
  package let interval: Interval
}

/// The random-effects analysis of every set that lacks one study.
///
/// Shape: a set of K ≥ 4 studies in; K analyses, in the order of the studies left out, out.
/// Units: those of the estimates. Large sets are not fitted K times: what a set lacks is taken from the sums
/// over all, and the few sets where that proves nothing or costs digits are fitted by themselves.
///
/// - Throws: `StatisticsError.tooFewStudies` when K < 4; `.invalidArgument` when `confidence` is not strictly
///   between 0 and 1.
/// - Source: Viechtbauer & Cheung (2010), Res. Synth. Methods 1, 112–125.
package func leaveOneOut(
  _ set: StudySet, confidence: Double = 0.95
) throws(StatisticsError) -> [LeftOutAnalysis] {
  try set.require(4)
  let t = try StudentMultipliers(studies: set.count - 1, confidence: confidence).mean
  let shortcut = set.count < 12 ? nil : LeaveOneOutSums(set)
  var results: [LeftOutAnalysis] = []
  results.reserveCapacity(set.count)
  for index in 0..<set.count {
    if let maximum = shortcut?.maximum(without: index) {
      results.append(LeftOutAnalysis(maximum, origin: set.estimates[set.pivot], studies: set.count - 1, t))
    } else {
      let others = try set.removing(index)
      let maximum = others.restrictedMaximum(RestrictedLikelihood(others, tauSquared: 0))
      results.append(
        LeftOutAnalysis(maximum, origin: others.estimates[others.pivot], studies: others.count, t))
    }
  }
  return results
}

extension LeftOutAnalysis {
  fileprivate init(_ maximum: RestrictedLikelihood, origin: Double, studies: Int, _ t: Double) {
    mean = origin + maximum.shift
    tauSquared = maximum.tauSquared
    let factor = max(1, maximum.squaredDeviation / Double(studies - 1))
    let halfWidth = t * (factor / maximum.totalWeight).squareRoot()
    interval = Interval(lower: mean - halfWidth, upper: mean + halfWidth)
  }
}
