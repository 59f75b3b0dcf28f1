import Aggregates
import EvaluationProtocols

/// Rows by class and by the edges of the intervals they were released in, over strata that may each be
/// divided differently.
///
/// An interval is kept by both its ends, since that is all that anything here asks: what lies at or above an
/// edge that every stratum keeps, and between which edges a row's score is.
struct IntervalTotals {
  // One list behind the other, each with one entry an edge of the grid: a thousand sites add to it.
  private var counts: [Int]
  /// Σp and Σp² by class, by the edge at which a calibration bin begins.
  private(set) var binSums: [BinSums]
  private let edgeCount: Int
  private var strata = 0

  private enum List: Int, CaseIterable {
    case positiveFrom, positiveTo, negativeFrom, negativeTo
    /// How many strata keep each edge.
    case keepers
  }

  /// Σp and Σp² of both classes in a calibration bin.
  struct BinSums {
    var positive = ScoreSums.zero
    var negative = ScoreSums.zero

    // By member: an operator of another module is a call for each.
    fileprivate mutating func add(_ positive: ScoreSums, _ negative: ScoreSums) {
      self.positive.first += positive.first
      self.positive.second += positive.second
      self.negative.first += negative.first
      self.negative.second += negative.second
    }
  }

  /// Zeros on a grid with this many edges.
  init(edges: Int) {
    edgeCount = edges
    counts = Array(repeating: 0, count: List.allCases.count * edges)
    binSums = Array(repeating: BinSums(), count: edges)
  }

  /// Rows whose interval begins at each edge of the grid.
  var positiveFrom: [Int] { list(.positiveFrom) }
  var negativeFrom: [Int] { list(.negativeFrom) }
  /// Rows whose interval ends at each edge.
  var positiveTo: [Int] { list(.positiveTo) }
  var negativeTo: [Int] { list(.negativeTo) }

  private func list(_ list: List) -> [Int] { Array(counts[place(list)..<(place(list) + edgeCount)]) }

  private func place(_ list: List) -> Int { list.rawValue * edgeCount }

  /// Adds a stratum.
  mutating func add(_ stratum: ReleasedStratum, on partition: Partition, of grid: ScoreGrid) {
    strata += 1
    let edges = partition.edges
    let (positive, negative) = (stratum.positive, stratum.negative)
    let (positiveFrom, positiveTo) = (place(.positiveFrom), place(.positiveTo))
    let (negativeFrom, negativeTo) = (place(.negativeFrom), place(.negativeTo))
    let keepers = place(.keepers)
    counts.withUnsafeMutableBufferPointer { counts in
      for edge in edges { counts[keepers + edge] += 1 }
      for index in 0..<partition.count {
        let (from, to) = (edges[index], edges[index + 1])
        counts[positiveFrom + from] += positive[index]
        counts[positiveTo + to] += positive[index]
        counts[negativeFrom + from] += negative[index]
        counts[negativeTo + to] += negative[index]
      }
    }
    let (bins, dividesBins) = (stratum.bins, grid.dividesBins)
    var bin = 0
    for edge in edges where bin < bins.count && dividesBins[edge] {
      binSums[edge].add(bins[bin].positive, bins[bin].negative)
      bin += 1
    }
  }

  /// Adds the strata of other totals on the same grid.
  mutating func add(_ other: IntervalTotals) {
    strata += other.strata
    for index in counts.indices { counts[index] += other.counts[index] }
    for index in binSums.indices {
      binSums[index].add(other.binSums[index].positive, other.binSums[index].negative)
    }
  }

  /// Edges that every stratum keeps, 0 and 1 among them; none without strata.
  var commonEdges: [Int] {
    strata == 0 ? [] : (0..<edgeCount).filter { counts[place(.keepers) + $0] == strata }
  }
}
