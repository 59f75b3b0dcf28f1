import Aggregates
import EvaluationProtocols

/// What one window of a site says of one slice. It is large and read in several places, and never changes: a
/// reference is enough of it.
final class WindowRow {
  let status: MatrixRow.Status
  let sums: StratumSums
  /// The site's own fit; nil where nothing is released.
  let fit: SiteFit?
  /// Alerts, in the overall slice of a protocol with operations.
  let operations: OperationTotals?
  /// Whether the rows of the slice may be anywhere in the window: not even overall is released.
  let hidesWholeWindow: Bool

  /// Reads a slice of a window, and adds its score intervals to others.
  ///
  /// - Parameters:
  ///   - partition: the division on which the slice is released.
  ///   - rest: the most that the slice can hold where it is withheld; nil where the window does not say.
  init(
    _ slice: ReleasedSlice, on partition: Partition?, of window: ReleasedWindow, rest: () -> WindowRemainder?,
    operations: OperationTotals?, plan: RowPlan, addingIntervalsTo intervals: inout IntervalTotals
  ) {
    var sums = StratumSums(plan)
    var fit: SiteFit?
    var hidesWholeWindow = false
    if case .released(let stratum) = slice, let partition {
      sums.add(stratum, on: partition, thresholds: plan.thresholds, id: window.id)
      intervals.add(stratum, on: partition, of: plan.grid)
      fit = stratum.fit
      status = .released
    } else if case .empty = slice {
      status = .empty
    } else {
      if let rest = rest() { sums.hide(rest, thresholds: plan.thresholds) } else { hidesWholeWindow = true }
      status = .withheld
    }
    self.sums = sums
    self.fit = fit
    self.operations = operations
    self.hidesWholeWindow = hidesWholeWindow
  }

  var presence: RowPresence {
    switch status {
    case .released: .releases
    case .withheld: .withholds
    case .empty: []
    }
  }

  /// Appends what the row says of each random-effects model.
  func appendEstimates(to list: inout [SiteEstimate], plan: RowPlan) {
    var fits = CalibrationFits()
    if let fit { fits.add(fit) }
    sums.appendEstimates(fits: fits, plan: plan, to: &list)
  }
}

extension AggregateContent {
  /// What a window of the site says of every slice in order; their score intervals are added to others, which
  /// stand slice by slice within windows.
  func rows(
    ofWindow index: Int, plan: RowPlan, addingIntervalsTo intervals: inout [IntervalTotals]
  ) -> [WindowRow] {
    let window = windows[index]
    var place = plan.place(window: index, slice: 0)
    var rows: [WindowRow] = []
    rows.reserveCapacity(plan.slices.count)
    var operations = plan.operations.map { OperationTotals($0) }
    if let alerts = window.operations?.value {
      operations?.add(alerts)
    } else if window.overall.stratum != nil {
      operations?.omit(window.id)
    }
    rows.append(
      WindowRow(
        window.overall, on: window.partition, of: window, rest: { nil }, operations: operations, plan: plan,
        addingIntervalsTo: &intervals[place]))
    for attribute in window.attributes {
      // Worked out for the first level that asks.
      var rest: WindowRemainder??
      for level in attribute.levels {
        place += 1
        rows.append(
          WindowRow(
            level, on: attribute.partition, of: window,
            rest: {
              let found = rest ?? window.remainder(of: attribute)
              rest = found
              return found
            }, operations: nil, plan: plan, addingIntervalsTo: &intervals[place]))
      }
    }
    return rows
  }

  /// Rows read that are in nothing released: the most that withheld windows can hold; nil where the flow is
  /// withheld.
  var hiddenRows: Int? {
    guard let flow = flow.value else { return nil }
    let excluded = flow.exclusions.reduce(0) { $0 + ($1.rows.value ?? 0) }
    return flow.read - excluded - rowsOfAllWindows
  }

  /// Rows in the released strata of all windows, with and without a label.
  ///
  /// A document holds at most two million counts of at most 10^12 each, which an `Int` holds.
  var rowsOfAllWindows: Int {
    var total = 0
    for window in windows {
      guard case .released(let stratum) = window.overall else { continue }
      total += stratum.labelled
      if case .released(let counts) = stratum.unlabelled { total = counts.reduce(total, +) }
    }
    return total
  }
}
