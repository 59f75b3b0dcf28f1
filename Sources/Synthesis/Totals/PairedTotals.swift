import Aggregates
import CanonicalJSON
import EvaluationProtocols
import Statistics

/// Model and baseline on the same rows of a slice, added up over strata.
struct PairedTotals {
  /// One entry a threshold of the protocol.
  private(set) var thresholds: [PairedThreshold]
  /// One entry a stratum that releases them.
  private(set) var ranks: [PairedRankIntegers] = []
  /// Whose strata do not release the rank integers, each once, in order.
  private(set) var ranksOmitted: [String] = []

  /// The counts of both models' flags at one threshold of each.
  struct PairedThreshold {
    var strata = 0
    var counts = PairedCounts(events: PairedTable(), nonEvents: PairedTable())
    /// Whose strata do not release the table at the threshold, each once, in order.
    var omitted: [String] = []
  }

  /// Nothing yet, for so many thresholds.
  init(thresholds count: Int) {
    thresholds = Array(repeating: PairedThreshold(), count: count)
  }

  /// Adds a stratum of the contributor `id`; `values` are the thresholds of the protocol.
  mutating func add(_ paired: Disclosed<ReleasedPaired>, thresholds values: [ExactDecimal], id: String) {
    for (index, value) in values.enumerated() {
      guard let released = paired.value, let position = released.thresholds.firstIndex(of: value) else {
        thresholds[index].omit(id)
        continue
      }
      thresholds[index].strata += 1
      thresholds[index].counts.add(
        PairedCounts(
          events: PairedTable(released.flags(released.positive, at: position)),
          nonEvents: PairedTable(released.flags(released.negative, at: position))))
    }
    if let integers = paired.value?.ranks.value {
      ranks.append(integers)
    } else if ranksOmitted.last != id {
      ranksOmitted.append(id)
    }
  }

  /// Adds the strata of the contributor `id`.
  mutating func add(_ other: PairedTotals, id: String) {
    for index in thresholds.indices {
      thresholds[index].strata += other.thresholds[index].strata
      thresholds[index].counts.add(other.thresholds[index].counts)
      if !other.thresholds[index].omitted.isEmpty { thresholds[index].omit(id) }
    }
    ranks += other.ranks
    if !other.ranksOmitted.isEmpty, ranksOmitted.last != id { ranksOmitted.append(id) }
  }
}

extension PairedTotals.PairedThreshold {
  fileprivate mutating func omit(_ id: String) {
    if omitted.last != id { omitted.append(id) }
  }
}

extension PairedTable {
  fileprivate init(_ flags: ReleasedPaired.Flags) {
    self.init(
      both: flags.both, candidateOnly: flags.modelOnly, baselineOnly: flags.baselineOnly,
      neither: flags.neither)
  }

  // A merge takes fewer rows than an `Int` could not hold.
  fileprivate mutating func add(_ other: PairedTable) {
    both += other.both
    candidateOnly += other.candidateOnly
    baselineOnly += other.baselineOnly
    neither += other.neither
  }
}

extension PairedCounts {
  fileprivate mutating func add(_ other: PairedCounts) {
    events.add(other.events)
    nonEvents.add(other.nonEvents)
  }
}
