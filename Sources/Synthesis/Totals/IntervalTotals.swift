import Aggregates
import EvaluationProtocols

/// Rows by class and by the edges of the intervals they were released in, over strata that may each be
/// divided differently.
///
/// An interval is kept by both its ends, since that is all that anything here asks: what lies at or above an
/// edge that every stratum keeps, and between which edges a row's score is.
struct IntervalTotals {
  /// Rows whose interval begins at each edge of the grid.
  private(set) var positiveFrom: [Int]
  private(set) var negativeFrom: [Int]
  /// Rows whose interval ends at each edge.
  private(set) var positiveTo: [Int]
  private(set) var negativeTo: [Int]
  /// Rows without a label whose interval begins at each edge, of the strata that show them.
  private(set) var unlabelledFrom: [Int]
  /// Σp and Σp² by class, by the edge at which a calibration bin begins.
  private(set) var binSums: [BinSums]
  /// How many strata keep each edge.
  private var keepers: [Int]
  private var strata = 0

  /// Zeros on a grid with this many edges.
  init(edges: Int) {
    positiveFrom = Array(repeating: 0, count: edges)
    negativeFrom = positiveFrom
    positiveTo = positiveFrom
    negativeTo = positiveFrom
    unlabelledFrom = positiveFrom
    keepers = positiveFrom
    binSums = Array(repeating: BinSums(), count: edges)
  }

  /// Σp and Σp² of both classes in a calibration bin.
  struct BinSums {
    var positive = ScoreSums.zero
    var negative = ScoreSums.zero
  }

  /// Adds a stratum.
  mutating func add(_ stratum: ReleasedStratum, on partition: Partition, of grid: ScoreGrid) {
    strata += 1
    let edges = partition.edges
    for edge in edges { keepers[edge] += 1 }
    for index in 0..<partition.count {
      positiveFrom[edges[index]] += stratum.positive[index]
      negativeFrom[edges[index]] += stratum.negative[index]
      positiveTo[edges[index + 1]] += stratum.positive[index]
      negativeTo[edges[index + 1]] += stratum.negative[index]
    }
    if let unlabelled = stratum.unlabelled.value {
      for index in 0..<partition.count { unlabelledFrom[edges[index]] += unlabelled[index] }
    }
    var bin = 0
    for edge in edges.dropLast() where grid.dividesBins[edge] {
      binSums[edge].positive += stratum.bins[bin].positive
      binSums[edge].negative += stratum.bins[bin].negative
      bin += 1
    }
  }

  /// Edges that every stratum keeps, 0 and 1 among them; none without strata.
  var commonEdges: [Int] { strata == 0 ? [] : keepers.indices.filter { keepers[$0] == strata } }
}
