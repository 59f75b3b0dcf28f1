import CanonicalJSON
import EvaluationProtocols
import Statistics

/// Alerts per 100 rows, overrides and times until acknowledgement (statistics.md §10).
struct OperationMeasures {
  let totals: OperationTotals
  let plan: OperationsPlan
  let estimand: Estimand

  func measures() -> [Measure] {
    var results: [(metric: Metric, result: MeasureResult)] = [(.alertRate, alertRate)]
    if plan.override != nil { results.append((.overrideRate, overrideRate)) }
    if plan.acknowledgement != nil { results.append((.acknowledgedInTarget, acknowledgedInTarget)) }
    return results.map { metric, result in
      Measure(
        metric: metric, threshold: nil, estimand: estimand, omitted: totals.omitted,
        result: totals.parts == 0 ? .withheld : result)
    }
  }

  private var alertRate: MeasureResult {
    guard
      let rate = try? garwoodRate(
        events: totals.alerts, exposure: Double(totals.alerts + totals.spared), unit: 100)
    else { return .notEvaluable(.noRows) }
    return .written(
      rate.rate, rate.interval, successes: totals.alerts, trials: totals.alerts + totals.spared,
      method: "garwood-95/v1")
  }

  private var overrideRate: MeasureResult {
    guard let runs = totals.responses.common, runs.count == 2 else {
      return totals.alerts == 0 ? .notEvaluable(.noAlerts) : .withheld
    }
    return ProportionMeasure(successes: runs[0].rows, trials: totals.alerts, empty: .noAlerts).result()
  }

  private var acknowledgedInTarget: MeasureResult {
    guard let acknowledgement = plan.acknowledgement, let runs = totals.acknowledgement.common,
      let target = acknowledgement.edges.firstIndex(of: acknowledgement.target)
    else { return totals.alerts == 0 ? .notEvaluable(.noAlerts) : .withheld }
    // The cell after the target has to begin a run, else nobody knows who was in time.
    let late = runs.filter { $0.cells.lowerBound > target }
    guard let first = late.first, first.cells.lowerBound == target + 1 else { return .withheld }
    let inTime = runs.filter { $0.cells.upperBound <= target + 1 }.reduce(0) { $0 + $1.rows }
    return ProportionMeasure(successes: inTime, trials: totals.alerts, empty: .noAlerts).result()
  }

  /// How long it took, where the counts are released and alerts that nobody acknowledged stand alone.
  func times() -> AcknowledgementTimes? {
    guard let acknowledgement = plan.acknowledgement, let runs = totals.acknowledgement.common,
      let never = runs.last, never.cells.count == 1,
      let zero = try? ExactDecimal(0)
    else { return nil }
    let edges = [zero] + acknowledgement.edges
    let bins = runs.dropLast().map { run in
      AcknowledgementTimes.Bin(
        lower: edges[run.cells.lowerBound],
        upper: run.cells.upperBound < edges.count ? edges[run.cells.upperBound] : nil, alerts: run.rows)
    }
    // The median of an even number of alerts is the earlier of the two in the middle.
    let rank = (totals.alerts + 1) / 2
    var seen = 0
    let median = bins.firstIndex { bin in
      seen += bin.alerts
      return seen >= rank && rank > 0
    }
    return AcknowledgementTimes(bins: bins, never: never.rows, medianBin: median)
  }
}
