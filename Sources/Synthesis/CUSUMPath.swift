import Aggregates
import CanonicalJSON
import EvaluationProtocols
import Statistics

/// The risk-adjusted CUSUM of a site over its windows in order (statistics.md §10).
struct CUSUMPath {
  let windows: [ReleasedWindow]
  let plan: CUSUMPlan

  /// One row a window; the path goes on over windows that say nothing.
  func rows() -> [CUSUMRow] {
    let counted = windows.compactMap(\.cusumWindow)
    let path = (try? riskAdjustedCUSUM(counted, oddsRatio: plan.oddsRatio.value)) ?? []
    var next = 0
    return windows.map { window in
      guard window.overall != .empty else { return CUSUMRow(window: window.id, result: .noRows) }
      guard let sums = window.cusumWindow, next < path.count,
        let value = try? FixedDecimal(path[next], scale: ValidationMatrix.scale),
        let increment = (try? sums.increment(oddsRatio: plan.oddsRatio.value))
          .flatMap({ try? FixedDecimal($0, scale: ValidationMatrix.scale) }),
        let limit = try? FixedDecimal(exact: plan.limit, scale: ValidationMatrix.scale)
      else { return CUSUMRow(window: window.id, result: .withheld) }
      next += 1
      return CUSUMRow(
        window: window.id, result: .counted(increment: increment, value: value, signals: value > limit))
    }
  }
}

extension ReleasedWindow {
  fileprivate var cusumWindow: CUSUMWindow? {
    guard let stratum = overall.stratum, let sum = cusum?.value else { return nil }
    return CUSUMWindow(rows: stratum.labelled, events: stratum.events, sumLogs: sum)
  }
}
