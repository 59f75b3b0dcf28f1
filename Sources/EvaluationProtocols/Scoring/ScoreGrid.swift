package import CanonicalJSON

/// The one score grid on which a site counts: {0, 1}, thresholds, calibration edges and fine edges.
///
/// Interval b is `[edge b, edge b+1)`, the last one closed. Source: statistics.md §0 and its conventions.
package struct ScoreGrid: Sendable, Equatable {
  /// What an edge is for; the smaller kinds are merged away first by disclosure control.
  package enum EdgeKind: Int, Sendable, Comparable {
    case fine, calibration, threshold, boundary

    package static func < (left: EdgeKind, right: EdgeKind) -> Bool { left.rawValue < right.rawValue }
  }

  /// Ascending from 0 to 1.
  package let edges: [ExactDecimal]
  /// The kind of each edge, parallel to `edges`; the first and last are `.boundary`.
  package let kinds: [EdgeKind]
  /// Whether each edge is also an edge between calibration bins, parallel to `edges`.
  package let dividesBins: [Bool]
  private let values: [Double]

  /// The number of intervals.
  package var intervalCount: Int { edges.count - 1 }

  /// Merges the three lists; an edge that stands in several is of the strongest kind.
  ///
  /// - Throws: `DocumentError` when an edge is not strictly between 0 and 1.
  package init(
    thresholds: [ExactDecimal], calibration: [ExactDecimal], fine: [ExactDecimal]
  ) throws(DocumentError) {
    var kindOf: [ExactDecimal: EdgeKind] = [:]
    for (kind, list) in [(EdgeKind.fine, fine), (.calibration, calibration), (.threshold, thresholds)] {
      for edge in list {
        guard edge.value > 0, edge.value < 1 else {
          throw DocumentError(
            path: "grid", problem: "edge \(edge.text) is not between 0 and 1",
            remedy: "leave out 0 and 1, which are always edges, and anything outside")
        }
        kindOf[edge] = kind
      }
    }
    let inner = kindOf.keys.sorted()
    guard let zero = try? ExactDecimal(parsing: "0"), let one = try? ExactDecimal(parsing: "1") else {
      throw DocumentError(path: "grid", problem: "has no boundaries", remedy: "report this as a bug")
    }
    self.edges = [zero] + inner + [one]
    self.kinds = [.boundary] + inner.map { kindOf[$0] ?? .fine } + [.boundary]
    let dividing = Set(calibration)
    self.dividesBins = [true] + inner.map { dividing.contains($0) } + [true]
    self.values = edges.map(\.value)
  }

  /// The interval that holds a score in 0...1, by binary search on the edges.
  package func interval(of score: Double) -> Int {
    var low = 1
    var high = values.count - 1
    while low < high {
      let middle = low + (high - low) / 2
      if values[middle] <= score { low = middle + 1 } else { high = middle }
    }
    return low - 1
  }

  /// The position of an edge in `edges`.
  package func index(of edge: ExactDecimal) -> Int? {
    var low = 0
    var high = edges.count
    while low < high {
      let middle = low + (high - low) / 2
      if edges[middle] < edge { low = middle + 1 } else { high = middle }
    }
    return low < edges.count && edges[low] == edge ? low : nil
  }
}
