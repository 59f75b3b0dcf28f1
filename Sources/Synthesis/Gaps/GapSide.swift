import Aggregates
import Statistics

/// One side of a comparison between slices: the counts that gaps are made from.
struct GapSide {
  /// Counts at each threshold of the protocol, of the windows that keep it on both sides.
  private(set) var thresholds: [ConfusionTable]
  private(set) var events = 0
  private(set) var labelled = 0
  /// Σp in units of 2⁻³².
  private(set) var scores: Int128 = 0

  /// Nobody.
  init(thresholds count: Int) {
    thresholds = Array(repeating: ConfusionTable(), count: count)
  }

  /// Adds the rows of another side.
  mutating func add(_ other: GapSide) {
    for index in thresholds.indices { thresholds[index].add(other.thresholds[index]) }
    events += other.events
    labelled += other.labelled
    scores += other.scores
  }

  /// Adds the rows of a slice of a window.
  mutating func add(_ sums: StratumSums) {
    for index in thresholds.indices { thresholds[index].add(sums.thresholds[index].counts) }
    events += sums.events
    labelled += sums.labelled
    scores += sums.scores
  }

  /// Adds the rows of a window that are not in one of its slices.
  mutating func add(_ overall: StratumSums, without slice: StratumSums) {
    // Overall may keep a threshold that the slice does not.
    for index in thresholds.indices where slice.thresholds[index].strata > 0 {
      thresholds[index].add(overall.thresholds[index].counts)
      thresholds[index].subtract(slice.thresholds[index].counts)
    }
    events += overall.events - slice.events
    labelled += overall.labelled - slice.labelled
    scores += overall.scores - slice.scores
  }

  var observedExpected: ObservedExpected {
    ObservedExpected(observed: events, trials: labelled, expected: scores.nearestDouble / fixedPointScale)
  }
}

extension StratumSums {
  /// Σp of all labelled rows in units of 2⁻³².
  var scores: Int128 { positivePowers.m1 + negativePowers.m1 }
}
