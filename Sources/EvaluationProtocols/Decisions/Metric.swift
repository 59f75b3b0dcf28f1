/// The measures that a matrix carries and a criterion can name.
package enum Metric: String, CaseIterable, Sendable {
  // At a threshold.
  case sensitivity
  case specificity
  case positivePredictiveValue
  case negativePredictiveValue
  case flagRate
  /// The positive predictive value at the protocol's standard prevalence.
  case standardisedPositivePredictiveValue
  case f1Score
  case youdenIndex
  /// Rows flagged for each event found.
  case numberNeededToEvaluate
  case netBenefit
  /// Net benefit minus that of treating everyone.
  case netBenefitGain
  /// Net benefit as a share of the prevalence, the most that it can be.
  case standardisedNetBenefit
  /// Interventions avoided per 100 rows, against treating everyone.
  case interventionsAvoided
  // The model minus the baseline on the same rows, at a threshold of each.
  case sensitivityDifference
  case specificityDifference
  case netBenefitDifference
  case positivePredictiveValueDifference
  case negativePredictiveValueDifference

  // Over all scores.
  case prevalence
  case brierScore
  /// One minus the Brier score over that of the prevalence.
  case scaledBrierScore
  case observedExpectedRatio
  case expectedCalibrationError
  /// The square of the calibration error less what chance adds to it.
  case debiasedSquaredCalibrationError
  case spiegelhalterZ
  case auroc
  case aurocDifference
  case averagePrecision
  case calibrationInTheLarge
  case calibrationIntercept
  case calibrationSlope
  /// The mean distance of a logistic recalibration from the score; not the loess index.
  case logisticCalibrationIndex

  // Of the alerts that were shown.
  /// Alerts per 100 rows.
  case alertRate
  case overrideRate
  case acknowledgedInTarget

  // Of the drift and monitoring parts of the matrix.
  case stabilityIndex
  /// The largest value of the risk-adjusted CUSUM so far.
  case cusum

  /// Whether the measure is taken at a decision threshold.
  package var needsThreshold: Bool { Metric.atThreshold.contains(self) }

  /// The measures at a threshold, in the order of a matrix row.
  package static let atThreshold: [Metric] = [
    .sensitivity, .specificity, .positivePredictiveValue, .negativePredictiveValue, .flagRate,
    .standardisedPositivePredictiveValue, .f1Score, .youdenIndex, .numberNeededToEvaluate, .netBenefit,
    .netBenefitGain, .standardisedNetBenefit, .interventionsAvoided, .sensitivityDifference,
    .specificityDifference, .netBenefitDifference, .positivePredictiveValueDifference,
    .negativePredictiveValueDifference,
  ]

  /// The measures that compare the model with the protocol's baseline on the same rows.
  package static let paired: [Metric] = [
    .sensitivityDifference, .specificityDifference, .netBenefitDifference,
    .positivePredictiveValueDifference, .negativePredictiveValueDifference, .aurocDifference,
  ]

  /// The measures that stand in the drift and monitoring parts of a site's matrix, not in its rows.
  package static let ofMonitoring: [Metric] = [.stabilityIndex, .cusum]

  /// The measures of alerts, in `overall` rows where the protocol has operations.
  package static let ofOperations: [Metric] = [.alertRate, .overrideRate, .acknowledgedInTarget]

  /// The measures whose difference between slices is estimated.
  package static let gaps: [Metric] = [
    .sensitivity, .specificity, .positivePredictiveValue, .negativePredictiveValue, .flagRate, .auroc,
    .observedExpectedRatio, .calibrationSlope,
  ]

  /// Whether estimates of several sites are also combined by a random-effects model.
  package var hasRandomEffects: Bool {
    switch self {
    case .sensitivity, .specificity, .positivePredictiveValue, .netBenefit, .auroc, .observedExpectedRatio,
      .calibrationInTheLarge, .calibrationSlope, .sensitivityDifference, .specificityDifference,
      .aurocDifference:
      true
    default: false
    }
  }

  /// Whether the pooled rows give the measure exactly from released counts and sums.
  package var hasPooledRows: Bool {
    switch self {
    case .auroc, .aurocDifference, .averagePrecision, .calibrationInTheLarge, .calibrationIntercept,
      .calibrationSlope, .logisticCalibrationIndex, .stabilityIndex, .cusum:
      false
    default: true
    }
  }

  /// Whether a number is for description only: improper, fragile or without a meaning for decisions.
  ///
  /// A gate may not rest on such measures alone (Van Calster et al. 2025).
  package var isDescriptive: Bool {
    switch self {
    case .f1Score, .youdenIndex, .expectedCalibrationError, .debiasedSquaredCalibrationError, .stabilityIndex:
      true
    default: false
    }
  }

  /// Whether the measure is a share of rows: successes among trials.
  package var isProportion: Bool {
    switch self {
    case .sensitivity, .specificity, .positivePredictiveValue, .negativePredictiveValue, .flagRate,
      .prevalence, .overrideRate, .acknowledgedInTarget:
      true
    default: false
    }
  }

  /// The name in running text.
  package var words: String {
    switch self {
    case .sensitivity: "sensitivity"
    case .specificity: "specificity"
    case .positivePredictiveValue: "positive predictive value"
    case .negativePredictiveValue: "negative predictive value"
    case .flagRate: "flag rate"
    case .standardisedPositivePredictiveValue: "positive predictive value at the standard prevalence"
    case .f1Score: "F1 score"
    case .youdenIndex: "Youden index"
    case .numberNeededToEvaluate: "number needed to evaluate"
    case .netBenefit: "net benefit"
    case .netBenefitGain: "net benefit gained over treating everyone"
    case .standardisedNetBenefit: "standardised net benefit"
    case .interventionsAvoided: "interventions avoided per 100"
    case .sensitivityDifference: "sensitivity gained over the baseline"
    case .specificityDifference: "specificity gained over the baseline"
    case .netBenefitDifference: "net benefit gained over the baseline"
    case .positivePredictiveValueDifference: "positive predictive value gained over the baseline"
    case .negativePredictiveValueDifference: "negative predictive value gained over the baseline"
    case .prevalence: "prevalence"
    case .brierScore: "Brier score"
    case .scaledBrierScore: "scaled Brier score"
    case .observedExpectedRatio: "observed / expected events"
    case .expectedCalibrationError: "expected calibration error"
    case .debiasedSquaredCalibrationError: "squared calibration error, debiased"
    case .spiegelhalterZ: "Spiegelhalter z"
    case .auroc: "AUROC"
    case .aurocDifference: "AUROC gained over the baseline"
    case .averagePrecision: "average precision"
    case .calibrationInTheLarge: "calibration in the large"
    case .calibrationIntercept: "calibration intercept"
    case .calibrationSlope: "calibration slope"
    case .logisticCalibrationIndex: "logistic calibration index"
    case .alertRate: "alerts per 100 rows"
    case .overrideRate: "share of alerts overridden"
    case .acknowledgedInTarget: "share of alerts acknowledged in time"
    case .stabilityIndex: "population stability index"
    case .cusum: "risk-adjusted CUSUM"
    }
  }
}
