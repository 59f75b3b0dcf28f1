import Aggregates
import EvaluationProtocols
import Statistics

/// A measure whose change from window to window is estimated: one of the random-effects models of a row.
struct TrendMeasure {
  /// The place of the model among `RandomEffectsModel.all`.
  let place: Int
  let model: RandomEffectsModel

  private static let metrics: [Metric] = [
    .auroc, .observedExpectedRatio, .sensitivity, .specificity, .positivePredictiveValue,
  ]

  /// The measures in the order in which they are written.
  static func all(under evaluationProtocol: EvaluationProtocol) -> [TrendMeasure] {
    RandomEffectsModel.all(under: evaluationProtocol).enumerated()
      .filter { metrics.contains($0.element.metric) }.map {
        TrendMeasure(place: $0.offset, model: $0.element)
      }
  }

  /// The windows of the measure that have an estimate.
  ///
  /// - Parameter windows: what each window says of each model; empty where it says nothing.
  func estimates(_ windows: [[SiteEstimate]]) -> WindowEstimates {
    var found = WindowEstimates()
    for (window, estimates) in windows.enumerated() where place < estimates.count {
      found.add(estimates[place], window: window)
    }
    return found
  }
}

/// The windows of one measure in order: what a trend is fitted to.
struct WindowEstimates {
  /// Positions of the windows with an estimate.
  private(set) var windows: [Double] = []
  private(set) var estimates: [Double] = []
  private(set) var variances: [Double] = []

  /// Takes the windows out again; their room stays.
  mutating func removeAll() {
    windows.removeAll(keepingCapacity: true)
    estimates.removeAll(keepingCapacity: true)
    variances.removeAll(keepingCapacity: true)
  }

  /// Adds the window at a position, if there is an estimate for it.
  mutating func add(_ estimate: SiteEstimate, window: Int) {
    guard estimate.exists else { return }
    windows.append(Double(window))
    estimates.append(estimate.value)
    variances.append(estimate.variance)
  }

  /// The slope a window; nil with fewer than two windows.
  var slope: Estimate? {
    try? windowTrend(windows: windows, estimates: estimates, variances: variances)
  }
}
