import Aggregates
import EvaluationProtocols

/// One site's strata by row of the matrix, from which the site's own part is made.
struct SiteRows {
  private let plan: RowPlan
  /// In the order of the matrix: slices within windows, all windows together last.
  private let rows: [SiteRow]
  /// One entry a slice of each window of the protocol.
  private let intervals: [IntervalTotals]
  /// One entry a family.
  let gaps: [SiteGaps]

  /// Reads all windows of a site.
  init(_ content: AggregateContent, plan: RowPlan, families: [GapFamily]) {
    self.plan = plan
    let hiddenRows = content.hiddenRows
    var intervals = plan.noIntervals
    var gaps = families.map { SiteGaps($0, plan: plan) }
    var rows: [SiteRow] = []
    var whole = plan.hasWhole ? plan.slices.map { SiteRow($0, plan: plan) } : []
    for window in content.windows.indices {
      let id = content.windows[window].id
      let read = content.rows(ofWindow: window, plan: plan, addingIntervalsTo: &intervals)
      for index in gaps.indices { gaps[index].add(read) }
      for slice in whole.indices { whole[slice].add(read[slice], id: id) }
      for slice in read.indices {
        var row = SiteRow(plan.slices[slice], plan: plan)
        row.add(read[slice], id: id)
        rows.append(row)
      }
    }
    rows += whole
    for index in rows.indices { rows[index].hide(hiddenRows) }
    self.rows = rows
    self.intervals = intervals
    self.gaps = gaps
  }

  /// The rows of the site's part of the matrix.
  func matrixRows(under evaluationProtocol: EvaluationProtocol) -> [MatrixRow] {
    plan.windows.enumerated().flatMap { place, window in
      plan.slices.enumerated().map { slice, definition in
        rows[plan.place(window: place, slice: slice)].matrixRow(
          window: window.id, slice: definition.id,
          intervals: intervals.together(in: window, slice: slice, plan: plan), plan: plan,
          under: evaluationProtocol)
      }
    }
  }

  /// The trends of the overall slice over the windows of the protocol.
  func overallTrends(under evaluationProtocol: EvaluationProtocol) -> SliceTrends {
    let overall = (0..<plan.windowCount).map { rows[plan.place(window: $0, slice: 0)] }
    return SliceTrends(
      slice: .overall, windows: overall.map(\.sums),
      estimates: overall.map { row in
        var list: [SiteEstimate] = []
        row.appendEstimates(to: &list, plan: plan)
        return list
      },
      evaluationProtocol: evaluationProtocol)
  }
}

extension SiteRow {
  fileprivate func matrixRow(
    window: String, slice: SliceID, intervals: IntervalTotals, plan: RowPlan,
    under evaluationProtocol: EvaluationProtocol
  ) -> MatrixRow {
    let totals = StratumTotals(grid: plan.grid, sums: sums, intervals: intervals)
    return MatrixRow(
      window: window, slice: slice, contributors: contributors, withheld: withheld, totals: totals,
      measures: contributors.isEmpty ? [] : measures(totals, under: evaluationProtocol),
      acknowledgement: acknowledgementTimes(operations, under: evaluationProtocol))
  }

  private func measures(
    _ totals: StratumTotals, under evaluationProtocol: EvaluationProtocol
  ) -> [Measure] {
    var measures = CalibrationMeasures(totals: totals, estimand: .site).sumMeasures()
    let discrimination = DiscriminationMeasures(totals: totals)
    measures += [
      discrimination.withinStrata(estimand: .site), discrimination.averagePrecision(estimand: .site),
    ]
    if let paired = sums.paired {
      measures.append(
        PairedMeasures(totals: paired, estimand: .site, evaluationProtocol: evaluationProtocol)
          .aurocDifference())
    }
    measures += totals.siteFitMeasures(fits)
    measures += ThresholdMeasures(
      totals: sums, estimand: .site, evaluationProtocol: evaluationProtocol
    ).measures()
    return measures + operationMeasures(operations, estimand: .site, under: evaluationProtocol)
  }
}
