import Aggregates
import EvaluationProtocols

/// All rows of the pooled part while sites come in, in the order of their ids.
struct PooledRows {
  private let plan: RowPlan
  /// In the order of the matrix: slices within windows, all windows together last.
  private(set) var rows: [PooledRow]
  /// One entry a slice of each window of the protocol.
  private var intervals: [IntervalTotals]
  private var estimates: SiteEstimates
  private var names: [String] = []

  /// Rows without sites.
  init(_ plan: RowPlan) {
    self.plan = plan
    rows = plan.windows.flatMap { _ in plan.slices.map { PooledRow($0, plan: plan) } }
    intervals = plan.noIntervals
    estimates = SiteEstimates(plan.models)
  }

  /// Adds a site.
  ///
  /// - Parameter forEach: called with each of its windows as it is read.
  /// - Returns: what the site says of the random-effects models of every row, one row behind the other.
  mutating func add(_ content: AggregateContent, forEach: ([WindowRow]) -> Void) -> [SiteEstimate] {
    names.append(content.site)
    let hiddenRows = content.hiddenRows
    var list: [SiteEstimate] = []
    list.reserveCapacity(rows.count * plan.models.count)
    var presence: [RowPresence] = []
    presence.reserveCapacity(rows.count)
    var whole = plan.hasWhole ? plan.slices.map { SiteRow($0, plan: plan) } : []
    for index in content.windows.indices {
      let window = content.rows(ofWindow: index, plan: plan, addingIntervalsTo: &intervals)
      forEach(window)
      for (slice, row) in window.enumerated() {
        rows[plan.place(window: index, slice: slice)].add(row, site: content.site, hiddenRows: hiddenRows)
        row.appendEstimates(to: &list, plan: plan)
        presence.append(row.presence)
      }
      for slice in whole.indices { whole[slice].add(window[slice], id: content.windows[index].id) }
    }
    for slice in whole.indices {
      whole[slice].hide(hiddenRows)
      rows[plan.place(window: plan.windowCount, slice: slice)].add(whole[slice], site: content.site)
      whole[slice].appendEstimates(to: &list, plan: plan)
      presence.append(whole[slice].presence)
    }
    estimates.append(list, presence)
    return list
  }

  /// What the sites add up to in the overall slice, by window of the protocol.
  var overall: [StratumSums] {
    (0..<plan.windowCount).map { rows[plan.place(window: $0, slice: 0)].sums }
  }

  /// The rows of the matrix.
  func matrixRows(
    multipliers: inout MultiplierTable, under evaluationProtocol: EvaluationProtocol
  ) -> [MatrixRow] {
    var models = estimates.noMeasures
    var found: [MatrixRow] = []
    found.reserveCapacity(rows.count)
    for (window, matrixWindow) in plan.windows.enumerated() {
      for (slice, definition) in plan.slices.enumerated() {
        let place = plan.place(window: window, slice: slice)
        let row = rows[place]
        let intervals = intervals.together(in: matrixWindow, slice: slice, plan: plan)
        let contributors = estimates.sites(row: place, .releases)
        var measures = row.measures(intervals, plan: plan, under: evaluationProtocol)
        if !contributors.isEmpty {
          estimates.gather(row: place, contributors: contributors, into: &models)
          for model in models {
            measures.append(
              model.measure(
                contributors: contributors, names: names, isDetailed: definition.id == .overall,
                multipliers: &multipliers))
          }
        }
        found.append(
          MatrixRow(
            window: matrixWindow.id, slice: definition.id, contributors: contributors.map { names[$0] },
            withheld: estimates.sites(row: place, .withholds).map { names[$0] },
            totals: StratumTotals(grid: plan.grid, sums: row.sums, intervals: intervals), measures: measures,
            acknowledgement: acknowledgementTimes(row.operations, under: evaluationProtocol)))
      }
    }
    return found
  }
}

extension [IntervalTotals] {
  /// The score intervals of a slice in all windows that are in a window of the matrix.
  func together(in window: MatrixWindow, slice: Int, plan: RowPlan) -> IntervalTotals {
    var sum = self[plan.place(window: window.indices.lowerBound, slice: slice)]
    for index in window.indices.dropFirst() { sum.add(self[plan.place(window: index, slice: slice)]) }
    return sum
  }
}
