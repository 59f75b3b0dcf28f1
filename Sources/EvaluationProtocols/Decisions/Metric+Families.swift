// Which measures a rule of the protocol document speaks of.
extension Metric {
  /// The measures that stand without an interval, so that only their point can be judged.
  package static let withoutInterval: [Metric] = [
    .f1Score, .youdenIndex, .numberNeededToEvaluate, .expectedCalibrationError,
    .debiasedSquaredCalibrationError, .spiegelhalterZ, .logisticCalibrationIndex, .cusum,
    .positivePredictiveValueDifference, .negativePredictiveValueDifference,
  ]

  /// The measures whose gap is also estimated within sites, by Mantel and Haenszel's method.
  package static let withinSiteGaps: [Metric] = [
    .sensitivity, .specificity, .positivePredictiveValue, .negativePredictiveValue, .flagRate,
  ]

  /// The measures with a bound that holds over repeated looks.
  package static let withLooks: [Metric] = withinSiteGaps + [.prevalence]
}
