import Aggregates
import CanonicalJSON
import EvaluationProtocols
import Statistics

/// One site's estimate on the scale on which sites are averaged.
struct SiteEstimate {
  let value: Double
  let variance: Double
}

/// A measure that is averaged over sites (statistics.md §7).
struct RandomEffectsModel {
  let metric: Metric
  let threshold: ExactDecimal?
  let scale: EstimationScale
  /// The algorithm by name.
  let method: String

  /// The models of a row, in the order in which they are written.
  static func all(under evaluationProtocol: EvaluationProtocol) -> [RandomEffectsModel] {
    [
      RandomEffectsModel(.auroc, on: .logit), RandomEffectsModel(.observedExpectedRatio, on: .log),
      RandomEffectsModel(.calibrationInTheLarge, on: .identity),
      RandomEffectsModel(.calibrationSlope, on: .identity),
    ]
      + evaluationProtocol.model.thresholds.flatMap { threshold in
        [
          RandomEffectsModel(.sensitivity, at: threshold.value, on: .logit),
          RandomEffectsModel(.specificity, at: threshold.value, on: .logit),
          RandomEffectsModel(.positivePredictiveValue, at: threshold.value, on: .logit),
          RandomEffectsModel(.netBenefit, at: threshold.value, on: .identity),
        ]
      } + paired(under: evaluationProtocol)
  }

  private static func paired(under evaluationProtocol: EvaluationProtocol) -> [RandomEffectsModel] {
    guard evaluationProtocol.baseline != nil else { return [] }
    return [RandomEffectsModel(.aurocDifference, on: .identity)]
      + evaluationProtocol.model.thresholds.flatMap { threshold in
        [Metric.sensitivityDifference, .specificityDifference].map {
          RandomEffectsModel($0, at: threshold.value, on: .identity)
        }
      }
  }

  private init(_ metric: Metric, at threshold: ExactDecimal? = nil, on scale: EstimationScale) {
    self.metric = metric
    self.threshold = threshold
    self.scale = scale
    method = Self.method(on: scale)
  }

  private static func method(on scale: EstimationScale) -> String {
    switch scale {
    case .logit: "reml-hksj-logit/v1"
    case .log: "reml-hksj-log/v1"
    case .identity: "reml-hksj/v1"
    }
  }

  /// The scale of the model that a method names; nil of other methods.
  static func scale(ofMethod method: String) -> EstimationScale? {
    [EstimationScale.logit, .log, .identity].first { Self.method(on: $0) == method }
  }
}

extension StratumSums {
  /// What one site's strata say of each model, in the order of `RandomEffectsModel.all`.
  func estimates(fits: CalibrationFitMeans?, under evaluationProtocol: EvaluationProtocol) -> [SiteEstimate?]
  {
    [
      logitAUROC, logObservedExpected, SiteEstimate(fits?.calibrationInTheLarge), SiteEstimate(fits?.slope),
    ]
      + zip(thresholds, evaluationProtocol.model.thresholds).flatMap { totals, threshold in
        [
          totals.logitShare(.sensitivity), totals.logitShare(.specificity),
          totals.logitShare(.positivePredictiveValue), totals.netBenefitEstimate(at: threshold.value),
        ]
      } + (paired?.estimates() ?? [])
  }

  private var logitAUROC: SiteEstimate? {
    guard let result = try? ranks.estimate(), result.value > 0, result.value < 1, result.variance > 0
    else { return nil }
    let slope = result.value * (1 - result.value)
    return SiteEstimate(
      value: EstimationScale.logit.forward(result.value), variance: result.variance / (slope * slope))
  }

  private var logObservedExpected: SiteEstimate? {
    let expected = expectedEvents
    let observed = Double(events)
    let variance = 1 / observed - 1 / Double(labelled)
    guard observed > 0, expected > 0, variance > 0 else { return nil }
    return SiteEstimate(value: EstimationScale.log.forward(observed / expected), variance: variance)
  }
}

extension SiteEstimate {
  fileprivate init?(_ mean: (mean: Double, standardError: Double)?) {
    guard let mean else { return nil }
    self.init(value: mean.mean, variance: mean.standardError * mean.standardError)
  }
}

extension ThresholdTotals {
  // Rows of one patient tell less than as many patients: the variance grows by the design effect.
  fileprivate func logitShare(_ measure: ClusterMeasure) -> SiteEstimate? {
    let ratio = counts.ratio(measure)
    guard strata > 0, let logit = try? logitProportion(successes: ratio.successes, trials: ratio.trials)
    else { return nil }
    let effect = clusters(of: measure).flatMap { try? effectiveSampleSize($0).designEffect } ?? 1
    return SiteEstimate(value: logit.estimate, variance: logit.variance * effect)
  }

  fileprivate func netBenefitEstimate(at threshold: ExactDecimal) -> SiteEstimate? {
    guard strata > 0,
      let benefit = try? netBenefit(
        truePositives: counts.truePositives, falsePositives: counts.falsePositives,
        falseNegatives: counts.falseNegatives, trueNegatives: counts.trueNegatives,
        threshold: threshold.value
      ).netBenefit, let error = benefit.standardError, error > 0
    else { return nil }
    return SiteEstimate(value: benefit.value, variance: error * error)
  }
}
