/// The intervals between ascending edges from 0 to 1: `[edge i, edge i+1)`, the last one closed.
///
/// A score finds its interval without a search: 0...1 is divided into equal buckets, a power of two of them and
/// so many that none has two edges inside. The interval is then that of the bucket's start, and one more from the
/// bucket's own edge on. Edges too close for that are searched for.
package struct ScoreIntervals: Sendable {
  package let count: Int
  /// The edges between the intervals, without 0 and 1.
  let inner: [Double]
  /// How many buckets there are; 0 where scores are searched for.
  let buckets: Int
  /// By bucket, and one more for the score 1: the interval at its start, and the edge inside it or 2.
  let starts: [UInt16]
  let cuts: [Double]

  // 4,096 buckets are 40 KiB of tables: more would cost more than a search does.
  private static let mostBuckets = 4096

  /// Lays out intervals.
  ///
  /// - Throws: `CountingError.edgesOutOfOrder` unless the edges ascend strictly, the first is 0 and the last is 1;
  ///   `.tooManyCells` for more than 65,536 intervals.
  package init(edges: [Double]) throws(CountingError) {
    guard edges.count >= 2, edges[0] == 0, edges[edges.count - 1] == 1 else { throw .edgesOutOfOrder }
    for index in 1..<edges.count {
      guard edges[index - 1] < edges[index] else { throw .edgesOutOfOrder }
    }
    count = edges.count - 1
    guard count <= CountingRows.mostCells else { throw .tooManyCells(limit: CountingRows.mostCells) }
    let inner = Array(edges[1..<edges.count - 1])
    self.inner = inner
    var buckets = 64
    while buckets <= Self.mostBuckets {
      if let (starts, cuts) = Self.layOut(inner, buckets: buckets) {
        self.buckets = buckets
        self.starts = starts
        self.cuts = cuts
        return
      }
      buckets *= 2
    }
    self.buckets = 0
    starts = []
    cuts = []
  }

  /// Nil where a bucket would have two edges inside.
  private static func layOut(_ inner: [Double], buckets: Int) -> (starts: [UInt16], cuts: [Double])? {
    var starts: [UInt16] = []
    var cuts: [Double] = []
    var next = 0
    for bucket in 0...buckets {
      let start = Double(bucket) / Double(buckets)
      let end = Double(bucket + 1) / Double(buckets)
      if next < inner.count, inner[next] == start { next += 1 }
      starts.append(UInt16(next))
      guard next < inner.count, inner[next] < end else {
        cuts.append(2)
        continue
      }
      cuts.append(inner[next])
      next += 1
      if next < inner.count, inner[next] < end { return nil }
    }
    return (starts, cuts)
  }

  /// The interval of a score in 0...1, by binary search.
  func search(_ score: Double) -> Int {
    var low = 0
    var high = inner.count
    while low < high {
      let middle = low + (high - low) / 2
      if inner[middle] <= score { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
