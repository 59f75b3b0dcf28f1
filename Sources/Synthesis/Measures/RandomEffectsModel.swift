import Aggregates
import CanonicalJSON
import EvaluationProtocols
import Statistics

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
