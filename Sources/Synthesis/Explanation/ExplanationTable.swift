import Aggregates
import EvaluationProtocols

/// What the score leans on, row by row of the matrix, while aggregates come in.
struct ExplanationTable {
  private let plan: ExplanationPlan
  private let rowPlan: RowPlan
  /// In the order of the matrix: slices within windows, all windows together last.
  private var totals: [ExplanationTotals]
  /// In the same places, all sampled patients of the windows and sites that show the slice: what it is compared with,
  /// or a difference could be one of who is in.
  private var wholes: [ExplanationTotals]

  /// A table without aggregates.
  init(_ plan: ExplanationPlan, rowPlan: RowPlan) {
    self.plan = plan
    self.rowPlan = rowPlan
    totals = Array(
      repeating: ExplanationTotals(features: plan.features.count),
      count: rowPlan.windows.count * rowPlan.slices.count)
    wholes = totals
  }

  /// Adds an aggregate, which is one contributor of the pooled part, and one a window of a site's own.
  mutating func add(_ content: AggregateContent, contributor: (ReleasedWindow) -> String) {
    for (index, window) in content.windows.enumerated() {
      for (slice, place) in rowPlan.slices.enumerated() {
        guard let stratum = window.contributions(in: place) else { continue }
        for row in [index] + (rowPlan.hasWhole ? [rowPlan.windowCount] : []) {
          let place = rowPlan.place(window: row, slice: slice)
          totals[place].add(stratum, of: contributor(window), minimumCell: content.policy.minimumCell)
          guard stratum != .withheld, let whole = window.explanation?.value?.overall else { continue }
          wholes[place].add(
            .released(whole), of: contributor(window), minimumCell: content.policy.minimumCell)
        }
      }
    }
  }

  /// The rows of the matrix.
  ///
  /// - Parameter comparesWindows: whether the windows are of the same rows' hospital, so that a change is one of it.
  func rows(comparesWindows: Bool) -> [ExplanationRow] {
    var first: [Int: (window: String, shares: ExplanationShares)] = [:]
    return rowPlan.windows.enumerated().flatMap { index, window in
      rowPlan.slices.enumerated().map { slice, place in
        let number = rowPlan.place(window: index, slice: slice)
        let total = totals[number]
        let shares = ExplanationShares(total, plan: plan)
        let isWhole = index == rowPlan.windowCount && rowPlan.hasWhole
        let before = comparesWindows && !isWhole ? first[slice] : nil
        if comparesWindows, before == nil, let shares { first[slice] = (window.id, shares) }
        return row(
          total, shares, in: window.id, place.id,
          overall: slice > 0 ? ExplanationShares(wholes[number], plan: plan) : nil, before: before)
      }
    }
  }

  private func row(
    _ total: ExplanationTotals, _ shares: ExplanationShares?, in window: String, _ slice: SliceID,
    overall: ExplanationShares?, before: (window: String, shares: ExplanationShares)?
  ) -> ExplanationRow {
    func distance(from other: ExplanationShares?) -> ExplanationRow.Bounded? {
      guard let shares, let other else { return nil }
      return shares.distance(from: other).written
    }
    let changes = shares.flatMap { shares in before.map { shares.changes(from: $0.shares) } }
    let features = plan.features.indices.compactMap { index -> ExplanationRow.Feature? in
      guard let shares, let mean = shares.means[index].written, let share = shares.shares[index].written
      else { return nil }
      return ExplanationRow.Feature(
        name: plan.features[index].name, mean: mean, share: share,
        overallShare: overall?.shares[index].written, change: changes?[index].written)
    }
    return ExplanationRow(
      window: window, slice: slice, contributors: total.contributors, withheld: total.withheld,
      rows: total.rows, features: features, fromOverall: distance(from: overall),
      fromFirst: before.flatMap { before in
        distance(from: before.shares).map {
          ExplanationRow.Distance(window: before.window, distance: $0)
        }
      })
  }
}

extension ReleasedWindow {
  /// What is shown of a slice; nil where it holds no row, or nobody asked.
  fileprivate func contributions(in place: SlicePlace) -> Disclosed<ReleasedExplanation.Contributions>? {
    guard let explanation else { return nil }
    guard let attribute = place.attribute, let level = place.level else {
      if overall == .empty { return nil }
      return explanation.value.map { .released($0.overall) } ?? .withheld
    }
    if attributes[attribute].levels[level] == .empty { return nil }
    return explanation.value?.attributes[attribute][level] ?? .withheld
  }
}
