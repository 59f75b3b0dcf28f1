import CanonicalJSON
import EvaluationProtocols
import Statistics

/// The slopes of every slice at the validation sites, while sites come in: site is a random effect on the slope.
struct PooledTrends {
  private let plan: RowPlan
  private let measures: [TrendMeasure]
  /// One list a site: the measures of each slice in order, one slice behind the other.
  private var slopes: [[SiteEstimate]] = []

  /// Trends without a site.
  init(_ plan: RowPlan, under evaluationProtocol: EvaluationProtocol) {
    self.plan = plan
    measures = TrendMeasure.all(under: evaluationProtocol)
  }

  /// Adds a site: what it says of the random-effects models of every row, one row behind the other.
  mutating func add(_ estimates: [SiteEstimate]) {
    var list: [SiteEstimate] = []
    list.reserveCapacity(plan.slices.count * measures.count)
    var windows = WindowEstimates()
    for slice in plan.slices.indices {
      for measure in measures {
        windows.removeAll()
        for window in 0..<plan.windowCount {
          let row = plan.place(window: window, slice: slice)
          windows.add(estimates[row * plan.models.count + measure.place], window: window)
        }
        list.append(SiteEstimate(windows.slope))
      }
    }
    slopes.append(list)
  }

  /// The mean slope over sites: slices in order, measures in order within.
  func rows(multipliers: inout MultiplierTable) -> [TrendRow] {
    var rows: [TrendRow] = []
    for (slice, definition) in plan.slices.enumerated() {
      for (index, measure) in measures.enumerated() {
        let place = slice * measures.count + index
        rows.append(
          TrendRow(
            slice: definition.id, metric: measure.model.metric, threshold: measure.model.threshold,
            estimand: .randomEffects, result: result(place, multipliers: &multipliers)))
      }
    }
    return rows
  }

  private func result(_ place: Int, multipliers: inout MultiplierTable) -> TrendRow.Result {
    let found = slopes.map { $0[place] }.filter(\.exists)
    guard found.count >= 3 else { return .notEvaluable(.tooFewSites) }
    guard let t = multipliers.of(studies: found.count),
      let set = try? StudySet(estimates: found.map(\.value), variances: found.map(\.variance)),
      let analysis = try? set.randomEffects(t), analysis.standardError > 0,
      let tail = try? studentTSurvival(
        abs(analysis.mean) / analysis.standardError, degreesOfFreedom: Double(analysis.studies - 1))
    else { return .notEvaluable(.notConverged) }
    return TrendRow.Result(
      Estimate(value: analysis.mean, interval: analysis.widest, standardError: analysis.standardError),
      windows: plan.windowCount, pValue: 2 * tail, change: nil, method: "reml-hksj-window-slope/v1")
  }
}

extension SiteEstimate {
  /// A slope with the square of its standard error.
  fileprivate init(_ slope: Estimate?) {
    guard let slope else {
      self = .none
      return
    }
    let error = slope.standardError ?? 0
    self.init(value: slope.value, variance: error * error)
  }
}
