import Aggregates
import CanonicalJSON
import EvaluationProtocols
import Statistics

/// One released stratum and whose it is.
struct Contribution {
  /// A site id in the pooled part, a window id in a site's part.
  let id: String
  let stratum: ReleasedStratum
  let partition: Partition
}

/// The released strata of one slice that are to be estimated together, in the order of their ids.
///
/// Merging is addition of integers, so nothing depends on the order in which sites answered.
struct StratumSet {
  let contributions: [Contribution]
  /// Ids whose stratum is withheld.
  let withheld: [String]
  let grid: ScoreGrid

  var events: Int { contributions.reduce(0) { $0 + $1.stratum.events } }
  var nonEvents: Int { contributions.reduce(0) { $0 + $1.stratum.nonEvents } }
  var labelled: Int { events + nonEvents }

  /// Rows without a label; nil where someone withholds them.
  var unlabelled: Int? {
    var total = 0
    for contribution in contributions {
      guard let counts = contribution.stratum.unlabelled.value else { return nil }
      total += counts.reduce(0, +)
    }
    return total
  }

  /// Edges that every contribution keeps.
  var commonEdges: [Int] {
    guard let first = contributions.first else { return [] }
    return contributions.dropFirst().reduce(first.partition.edges) { edges, contribution in
      let kept = Set(contribution.partition.edges)
      return edges.filter { kept.contains($0) }
    }
  }

  /// The contributions whose partition keeps an edge, and the ids of the others. A site that keeps it in one
  /// window and not in another is in both.
  func keeping(edge: Int) -> (contributions: [Contribution], omitted: [String]) {
    let kept = contributions.filter { $0.partition.edges.contains(edge) }
    let omitted = contributions.filter { !$0.partition.edges.contains(edge) }.map(\.id)
    return (kept, omitted)
  }
}

/// Counts at one threshold: a row is flagged when its score is at or above it.
struct Confusion {
  var truePositives = 0
  var falsePositives = 0
  var falseNegatives = 0
  var trueNegatives = 0

  var total: Int { truePositives + falsePositives + falseNegatives + trueNegatives }

  /// Sums the counts of strata that all keep `edge`.
  init(_ contributions: [Contribution], edge: Int) {
    for contribution in contributions {
      guard let position = contribution.partition.edges.firstIndex(of: edge) else { continue }
      truePositives += contribution.stratum.positive[position...].reduce(0, +)
      falseNegatives += contribution.stratum.positive[..<position].reduce(0, +)
      falsePositives += contribution.stratum.negative[position...].reduce(0, +)
      trueNegatives += contribution.stratum.negative[..<position].reduce(0, +)
    }
  }
}

/// Σp and Σp² of both classes, summed over strata.
struct MergedPowers {
  let positive: PowerSums
  let negative: PowerSums

  init(_ contributions: [Contribution]) {
    positive = MergedPowers.sum(contributions, count: \.events, powers: \.positivePowers)
    negative = MergedPowers.sum(contributions, count: \.nonEvents, powers: \.negativePowers)
  }

  private static func sum(
    _ contributions: [Contribution], count: (ReleasedStratum) -> Int,
    powers: (ReleasedStratum) -> ReleasedPowers
  ) -> PowerSums {
    var rows = 0
    var first: Int128 = 0
    var second: Int128 = 0
    var third: Int128? = 0
    var fourth: Int128? = 0
    for contribution in contributions {
      let released = powers(contribution.stratum)
      rows += count(contribution.stratum)
      first += released.first
      second += released.second
      if let high = released.high.value, let sum3 = third, let sum4 = fourth {
        third = sum3 + high.third
        fourth = sum4 + high.fourth
      } else {
        third = nil
        fourth = nil
      }
    }
    return PowerSums(count: rows, m1: first, m2: second, m3: third, m4: fourth)
  }
}
