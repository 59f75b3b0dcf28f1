/// The measures that a matrix carries and a criterion can name.
package enum Metric: String, CaseIterable, Sendable {
  case sensitivity
  case specificity
  case positivePredictiveValue
  case negativePredictiveValue
  case flagRate
  case netBenefit
  /// Net benefit minus that of treating everyone.
  case netBenefitGain
  case prevalence
  case auroc
  case brierScore
  case observedExpectedRatio
  case calibrationInTheLarge
  case calibrationIntercept
  case calibrationSlope

  /// Whether the measure is taken at a decision threshold.
  package var needsThreshold: Bool {
    switch self {
    case .sensitivity, .specificity, .positivePredictiveValue, .negativePredictiveValue, .flagRate,
      .netBenefit, .netBenefitGain:
      true
    case .prevalence, .auroc, .brierScore, .observedExpectedRatio, .calibrationInTheLarge,
      .calibrationIntercept, .calibrationSlope:
      false
    }
  }

  /// Whether estimates of several sites are also combined by a random-effects model.
  package var hasRandomEffects: Bool {
    switch self {
    case .auroc, .observedExpectedRatio, .calibrationSlope: true
    default: false
    }
  }

  /// Whether the pooled rows give the measure exactly from released counts and sums.
  package var hasPooledRows: Bool {
    switch self {
    case .auroc, .calibrationInTheLarge, .calibrationIntercept, .calibrationSlope: false
    default: true
    }
  }

  /// Whether the measure is a share of rows: successes among trials.
  package var isProportion: Bool {
    switch self {
    case .sensitivity, .specificity, .positivePredictiveValue, .negativePredictiveValue, .flagRate,
      .prevalence:
      true
    case .netBenefit, .netBenefitGain, .auroc, .brierScore, .observedExpectedRatio, .calibrationInTheLarge,
      .calibrationIntercept, .calibrationSlope:
      false
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
    case .netBenefit: "net benefit"
    case .netBenefitGain: "net benefit gained over treating everyone"
    case .prevalence: "prevalence"
    case .auroc: "AUROC"
    case .brierScore: "Brier score"
    case .observedExpectedRatio: "observed / expected events"
    case .calibrationInTheLarge: "calibration in the large"
    case .calibrationIntercept: "calibration intercept"
    case .calibrationSlope: "calibration slope"
    }
  }
}
