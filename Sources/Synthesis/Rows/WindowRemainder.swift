import Aggregates

/// The labelled rows of a window that no released level of an attribute holds.
struct WindowRemainder {
  let positive: [Int]
  let negative: [Int]
  let division: Partition

  /// The most that a part of these rows can add to the counts at an edge of the grid.
  func hidden(at edge: Int) -> HiddenCounts {
    HiddenCounts(positive: positive, negative: negative, edges: division.edges, edge: edge).upToAll
  }
}

extension ReleasedWindow {
  /// What overall has beside the released levels of an attribute: the most that a withheld level can hold;
  /// nil where overall itself is withheld.
  func remainder(of attribute: ReleasedAttribute) -> WindowRemainder? {
    guard let stratum = overall.stratum, let partition else { return nil }
    // On the attribute's division where it has one, else on overall's.
    let division = attribute.partition ?? partition
    var positive = division.coarsening(stratum.positive, of: partition)
    var negative = division.coarsening(stratum.negative, of: partition)
    for level in attribute.levels {
      guard case .released(let stratum) = level else { continue }
      for index in positive.indices {
        positive[index] -= stratum.positive[index]
        negative[index] -= stratum.negative[index]
      }
    }
    return WindowRemainder(positive: positive, negative: negative, division: division)
  }
}

extension Partition {
  /// Counts of a finer division, added up to this one.
  fileprivate func coarsening(_ counts: [Int], of finer: Partition) -> [Int] {
    var result = Array(repeating: 0, count: count)
    var interval = 0
    for (index, edge) in finer.edges.dropLast().enumerated() {
      while interval + 1 < count, edges[interval + 1] <= edge { interval += 1 }
      result[interval] += counts[index]
    }
    return result
  }
}
