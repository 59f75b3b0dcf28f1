import CanonicalJSON
import EvaluationProtocols
import Statistics

/// The slopes of one slice at the validation sites, while sites come in: site is a random effect on the slope.
struct PooledTrends {
  let slice: SliceID
  private let measures: [TrendMeasure]
  private var slopes: [[Estimate]]

  /// Trends without a site.
  init(slice: SliceID, under evaluationProtocol: EvaluationProtocol) {
    self.slice = slice
    measures = TrendMeasure.all(under: evaluationProtocol)
    slopes = Array(repeating: [], count: measures.count)
  }

  /// Adds a site: what each of its windows says of each random-effects model.
  mutating func add(_ windows: [[SiteEstimate?]]) {
    for (index, measure) in measures.enumerated() {
      if let slope = measure.estimates(windows).slope { slopes[index].append(slope) }
    }
  }

  /// The mean slope over sites, of every measure in order.
  func rows(windows: Int) -> [TrendRow] {
    zip(measures, slopes).map { measure, slopes in
      TrendRow(
        slice: slice, metric: measure.model.metric, threshold: measure.model.threshold,
        estimand: .randomEffects, result: result(slopes, windows: windows))
    }
  }

  private func result(_ slopes: [Estimate], windows: Int) -> TrendRow.Result {
    guard slopes.count >= 3 else { return .notEvaluable(.tooFewSites) }
    guard
      let analysis = try? randomEffects(
        estimates: slopes.map(\.value),
        variances: slopes.map { ($0.standardError ?? 0) * ($0.standardError ?? 0) }),
      analysis.standardError > 0,
      let tail = try? studentTSurvival(
        abs(analysis.mean) / analysis.standardError, degreesOfFreedom: Double(analysis.studies - 1))
    else { return .notEvaluable(.notConverged) }
    return TrendRow.Result(
      Estimate(value: analysis.mean, interval: analysis.widest, standardError: analysis.standardError),
      windows: windows, pValue: 2 * tail, change: nil, method: "reml-hksj-window-slope/v1")
  }
}
