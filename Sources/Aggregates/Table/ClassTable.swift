/// The three classes of rows in every stratum.
package enum RowClass: Int, CaseIterable, Sendable {
  case positive, negative, unlabelled
}

/// Counts of one class on consecutive score intervals.
package typealias IntervalCounts = [Int]

/// Row counts by class and score interval: the elementary table of one stratum.
///
/// Every count statistic is a sum over this table. Shape: three classes × intervals of the grid.
package struct ClassTable: Sendable, Equatable {
  package var positive: IntervalCounts
  package var negative: IntervalCounts
  package var unlabelled: IntervalCounts

  /// A table of zeros.
  package init(intervals: Int) {
    positive = Array(repeating: 0, count: intervals)
    negative = positive
    unlabelled = positive
  }

  /// The counts of a class.
  package subscript(_ rowClass: RowClass) -> IntervalCounts {
    get {
      switch rowClass {
      case .positive: positive
      case .negative: negative
      case .unlabelled: unlabelled
      }
    }
    set {
      switch rowClass {
      case .positive: positive = newValue
      case .negative: negative = newValue
      case .unlabelled: unlabelled = newValue
      }
    }
  }

  /// Rows of all classes.
  package var total: Int { RowClass.allCases.reduce(0) { $0 + self[$1].reduce(0, +) } }

  /// Whether no row stands in the stratum.
  package var isEmpty: Bool { RowClass.allCases.allSatisfy { self[$0].allSatisfy { $0 == 0 } } }

  /// The rows of this stratum that are not in `other`, interval by interval.
  package func subtracting(_ other: ClassTable) -> ClassTable {
    var rest = self
    for rowClass in RowClass.allCases {
      for interval in rest[rowClass].indices { rest[rowClass][interval] -= other[rowClass][interval] }
    }
    return rest
  }
}

/// A division of the grid: positions of the edges that stay, ascending, the first and last included.
package struct Partition: Sendable, Equatable {
  package let edges: [Int]

  /// The division by these edge positions.
  package init(edges: [Int]) { self.edges = edges }

  /// The number of intervals.
  package var count: Int { edges.count - 1 }

  /// Sums of consecutive entries of a per-interval list of the whole grid.
  package func merge<Count: AdditiveArithmetic>(_ counts: [Count]) -> [Count] {
    zip(edges, edges.dropFirst()).map { lower, upper in
      counts[lower..<upper].reduce(.zero, +)
    }
  }
}
