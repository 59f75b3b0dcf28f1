/// A recalibration of rows that are known only by bin: approximate, and to be labelled so.
package struct GroupedRecalibration: Sendable, Equatable {
  /// The fit that takes every row of a bin at the bin's mean score.
  package let fit: RecalibrationFit
  /// Twice the log-likelihood above that of intercept 0 and slope 1; chi-squared with two degrees of freedom
  /// where the scores are calibrated.
  package let likelihoodRatio: Double
  /// Its p value.
  package let pValue: Double
}

/// Logistic recalibration of pooled rows from their bins: logit P(y) = a + b·logit p̄_b, with p̄_b the mean score.
///
/// Shape: bins in any order in; one fit and the test of (0, 1) out. Units: log odds. Approximate: the
/// slope of the rows themselves differs by what the spread inside bins hides, 3 % with 10 bins and less than
/// 0.5 % with 100 on the project's data. It is the slope of the pooled rows, not the mean of the sites' slopes.
///
/// - Throws: as `murphyDecomposition` for the bins and as `recalibrate(scores:)` for the fit.
/// - Source: Cox (1958), Biometrika 45, 562–565, on grouped rows.
package func groupedRecalibration(_ bins: [CalibrationBin]) throws(StatisticsError) -> GroupedRecalibration {
  let scores = try meanScoreGroups(bins)
  let fit = try recalibrate(scores: scores)
  let ratio = try calibrationLikelihoodRatio(scores: scores, fit: fit)
  return GroupedRecalibration(fit: fit, likelihoodRatio: ratio.statistic, pValue: ratio.pValue)
}

/// The likelihood-ratio test that a recalibration needs no change: intercept 0 and slope 1.
///
/// Shape: the rows of the fit, grouped by distinct score, ascending, and the fit in; chi-squared with two degrees
/// of freedom and its p value out.
///
/// - Throws: as `recalibrate(scores:)`.
private func calibrationLikelihoodRatio(
  scores: [(score: Double, positives: Int, negatives: Int)], fit: RecalibrationFit
) throws(StatisticsError) -> (statistic: Double, pValue: Double) {
  let data = try CalibrationGroups(scores)
  let fitted = data.point(intercept: fit.intercept, slope: fit.slope)
  let unchanged = data.point(intercept: 0, slope: 1)
  // A difference below zero can only be the rounding of two likelihoods that are one.
  let statistic = max(0, 2 * (fitted.logLikelihood - unchanged.logLikelihood))
  return (statistic, try chiSquaredSurvival(statistic, degreesOfFreedom: 2))
}

/// Bins as rows of their mean score, bins of one mean together, ascending.
func meanScoreGroups(
  _ bins: [CalibrationBin]
) throws(StatisticsError) -> [(score: Double, positives: Int, negatives: Int)] {
  let sorted = try CheckedBins(bins).bins.sorted { $0.meanScore < $1.meanScore }
  var groups: [(score: Double, positives: Int, negatives: Int)] = []
  for bin in sorted {
    if let last = groups.indices.last, groups[last].score == bin.meanScore {
      groups[last].positives += bin.events
      groups[last].negatives += bin.rows - bin.events
    } else {
      groups.append((bin.meanScore, bin.events, bin.rows - bin.events))
    }
  }
  return groups
}
