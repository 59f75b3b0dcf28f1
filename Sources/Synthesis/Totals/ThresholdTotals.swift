import Aggregates
import EvaluationProtocols
import Statistics

/// What the strata of a row say at one threshold of the protocol.
struct ThresholdTotals {
  /// Strata that keep the threshold.
  private(set) var strata = 0
  private(set) var counts = ConfusionTable()
  /// Rows without a label at or above the threshold, and below it; nil where a stratum withholds them.
  private(set) var unlabelled: (flagged: Int, spared: Int)? = (0, 0)
  /// Patient-level sums, one entry a measure; nil where a stratum has none. A patient who is seen at two sites
  /// counts as two clusters.
  private var clusters: [ClusterSums]?
  /// Whose stratum does not keep the threshold, each once, in order.
  private(set) var omitted: [String] = []
  /// What is known of the counts that are not in `counts`.
  private(set) var hidden = HiddenCounts()

  /// Adds a stratum of the contributor `id` with its rows of each class; `place` counts the thresholds that it
  /// keeps below this one.
  ///
  /// - Returns: whether the stratum keeps the threshold.
  mutating func add(
    _ stratum: ReleasedStratum, events: Int, nonEvents: Int, on partition: Partition, edge: Int, id: String,
    place: Int
  ) -> Bool {
    guard let position = partition.position(of: edge) else {
      omit(id)
      hidden += HiddenCounts(
        positive: stratum.positive, negative: stratum.negative, edges: partition.edges, edge: edge)
      return false
    }
    counts.add(
      ConfusionTable(
        positive: stratum.positive, events: events, negative: stratum.negative, nonEvents: nonEvents,
        edgeAt: position))
    addUnlabelled(stratum.unlabelled, edgeAt: position)
    // The records of a stratum stand for its kept thresholds in order, all measures of one together.
    let measures = ClusterMeasure.allCases.count
    let first = place * measures
    addClusters(
      first + measures <= stratum.clusters.count
        ? stratum.clusters[first..<(first + measures)].map(\.sums) : nil)
    strata += 1
    return true
  }

  /// Adds what another contributor's strata say.
  mutating func add(_ other: ThresholdTotals, id: String) {
    if !other.omitted.isEmpty { omit(id) }
    hidden += other.hidden
    guard other.strata > 0 else { return }
    counts.add(other.counts)
    if let mine = unlabelled, let more = other.unlabelled {
      unlabelled = (mine.flagged + more.flagged, mine.spared + more.spared)
    } else {
      unlabelled = nil
    }
    addClusters(other.clusters)
    strata += other.strata
  }

  /// Adds rows that are withheld as a whole.
  mutating func hide(_ rows: HiddenCounts) { hidden += rows }

  /// The patient-level sums of a measure.
  func clusters(of measure: ClusterMeasure) -> ClusterSums? {
    guard let clusters, let place = ClusterMeasure.allCases.firstIndex(of: measure) else { return nil }
    return clusters[place]
  }

  private mutating func omit(_ id: String) {
    if omitted.last != id { omitted.append(id) }
  }

  private mutating func addUnlabelled(_ counts: Disclosed<IntervalCounts>, edgeAt position: Int) {
    guard let before = unlabelled else { return }
    switch counts {
    case .released(let rows):
      unlabelled = (
        rows[position...].reduce(before.flagged, +), rows[..<position].reduce(before.spared, +)
      )
    case .withheld: unlabelled = nil
    }
  }

  // Before the first stratum there is nothing to add to; afterwards nil means that someone has no sums.
  private mutating func addClusters(_ more: [ClusterSums]?) {
    if strata == 0 {
      clusters = more
    } else if let mine = clusters, let more {
      clusters = zip(mine, more).map { $0.adding($1) }
    } else {
      clusters = nil
    }
  }
}

extension Partition {
  /// The place of an edge of the grid among this division's edges, by binary search.
  func position(of edge: Int) -> Int? {
    var low = 0
    var high = edges.count
    while low < high {
      let middle = low + (high - low) / 2
      if edges[middle] < edge { low = middle + 1 } else { high = middle }
    }
    return low < edges.count && edges[low] == edge ? low : nil
  }
}

extension ClusterSums {
  fileprivate func adding(_ other: ClusterSums) -> ClusterSums {
    ClusterSums(
      clusters: clusters + other.clusters, sumSuccesses: sumSuccesses + other.sumSuccesses,
      sumTrials: sumTrials + other.sumTrials,
      sumSquaredSuccesses: sumSquaredSuccesses + other.sumSquaredSuccesses,
      sumProducts: sumProducts + other.sumProducts,
      sumSquaredTrials: sumSquaredTrials + other.sumSquaredTrials)
  }
}
