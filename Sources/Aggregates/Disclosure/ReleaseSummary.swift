package import EvaluationProtocols

/// How much a release says of what was counted: the price of disclosure control, for the people who decide on
/// the minimum cell.
///
/// Units: numbers, summed over the windows. "Before" is what `LocalAggregate` holds on the whole grid; for the
/// hospital's own eyes, since it follows withheld counts.
package struct ReleaseSummary: Sendable, Equatable {
  /// Slices with rows × classes × intervals of the grid.
  package let countsBefore: Int
  /// Interval counts that are written in the release.
  package let countsReleased: Int
  /// Measures that the site's own counts would give, over slices with events and non-events.
  package let metricsBefore: Int
  /// Measures that follow from the release.
  package let metricsReleased: Int
  /// Slices of a window in which rows stand.
  package let slicesWithRows: Int
  package let slicesReleased: Int
  /// Slices with rows × thresholds of the protocol.
  package let thresholdsBefore: Int
  /// Of these, the thresholds that are edges of a released slice's partition.
  package let thresholdsReleased: Int

  /// Compares a site's counts with what was released of them.
  package init(
    local: LocalAggregate, released: AggregateContent, under evaluationProtocol: EvaluationProtocol
  ) {
    let grid = evaluationProtocol.grid
    let thresholds = grid.thresholds(on: Partition(edges: Array(grid.edges.indices)))
    let strata = local.windows.flatMap { [$0.overall] + $0.attributes.flatMap { $0 } }
      .filter { !$0.rows.isEmpty }
    slicesWithRows = strata.count
    countsBefore = strata.count * RowClass.allCases.count * grid.intervalCount
    thresholdsBefore = strata.count * thresholds
    metricsBefore = strata.reduce(0) { total, stratum in
      let hasBothClasses =
        stratum.rows.positive.contains { $0 > 0 } && stratum.rows.negative.contains { $0 > 0 }
      return total + (hasBothClasses ? metrics(fit: stratum.fit, thresholds: thresholds) : 0)
    }

    let shown = released.windows.flatMap(\.releasedStrata)
    slicesReleased = shown.count
    countsReleased = shown.reduce(0) { total, slice in
      let stratum = slice.stratum
      return total + stratum.positive.count + stratum.negative.count + (stratum.unlabelled.value?.count ?? 0)
    }
    thresholdsReleased = shown.reduce(0) { $0 + grid.thresholds(on: $1.partition) }
    metricsReleased = shown.reduce(0) {
      $0 + metrics(fit: $1.stratum.fit, thresholds: grid.thresholds(on: $1.partition))
    }
  }
}

// Prevalence, Brier score, observed / expected and AUROC; calibration in the large, intercept and slope of a
// fit; and the measures at each threshold, those against a baseline aside.
private func metrics(fit: SiteFit, thresholds: Int) -> Int {
  let perThreshold = Metric.atThreshold.count { !Metric.paired.contains($0) }
  return if case .fitted = fit { 7 + perThreshold * thresholds } else { 4 + perThreshold * thresholds }
}

extension ScoreGrid {
  fileprivate func thresholds(on partition: Partition) -> Int {
    partition.edges.count { kinds[$0] == .threshold }
  }
}

extension ReleasedWindow {
  fileprivate var releasedStrata: [(stratum: ReleasedStratum, partition: Partition)] {
    var strata: [(stratum: ReleasedStratum, partition: Partition)] = []
    if let stratum = overall.stratum, let partition { strata.append((stratum, partition)) }
    for attribute in attributes {
      guard let partition = attribute.partition else { continue }
      strata += attribute.levels.compactMap(\.stratum).map { ($0, partition) }
    }
    return strata
  }
}
