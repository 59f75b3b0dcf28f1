/// Which two powers of a score are summed.
package enum PowerPair: Sendable {
  case firstAndSecond
  case thirdAndFourth
}

extension CountingRows {
  /// Counts a range of the rows; one table a column.
  ///
  /// Shape: rows in any order in; for every level, class and interval the rows and Σpᵏ of two powers out, in units
  /// of 2⁻³². The powers are p, p·p, (p·p)·p and (p·p)·(p·p) in binary64, each rounded half to even on its own.
  /// Tables of ranges that make up the rows add to the same table, whatever the ranges.
  ///
  /// - Throws: `CountingError.tooManyCells`; `.lengthsDiffer` when the range is not of these rows.
  package func count(
    _ range: Range<Int>, powers: PowerPair, by intervals: ScoreIntervals
  ) throws(CountingError) -> [MomentTable] {
    guard range.lowerBound >= 0, range.upperBound <= count else { throw .lengthsDiffer }
    let cells = classes.cardinality * intervals.count
    guard cells <= Self.mostCells else { throw .tooManyCells(limit: Self.mostCells) }
    var counter = RowCounter(self, intervals)
    switch (scores, powers) {
    case (.binary32(let scores), .firstAndSecond): counter.run(scores, range) { ($0, $0 * $0) }
    case (.binary64(let scores), .firstAndSecond): counter.run(scores, range) { ($0, $0 * $0) }
    case (.binary32(let scores), .thirdAndFourth):
      counter.run(scores, range) { (($0 * $0) * $0, ($0 * $0) * ($0 * $0)) }
    case (.binary64(let scores), .thirdAndFourth):
      counter.run(scores, range) { (($0 * $0) * $0, ($0 * $0) * ($0 * $0)) }
    }
    return counter.tables
  }
}

/// The counter: one cell a row and pair of columns.
///
/// Why it is fast. One cell serves the histogram, the counts at every threshold and the sums, because thresholds are
/// edges of the intervals. Columns are counted two at a time, in a table by the levels of both, from which each
/// column's own follows: half as many cells to change. The row and its lower power share one integer, so that a row
/// changes a cell with one vector addition. Rows go in chunks that stay in the first cache.
private struct RowCounter {
  private let rows: CountingRows
  private let intervals: ScoreIntervals
  private let cells: Int
  private(set) var tables: [MomentTable]
  private var joints: [JointTable] = []

  private static let chunk = 4096
  /// The most cells of a pair of columns: 256 KiB.
  private static let mostJointCells = 1 << 14

  init(_ rows: CountingRows, _ intervals: ScoreIntervals) {
    self.rows = rows
    self.intervals = intervals
    cells = rows.classes.cardinality * intervals.count
    tables = rows.columns.map {
      MomentTable(levels: $0.cardinality, classes: rows.classes.cardinality, intervals: intervals.count)
    }
    var next = 0
    while next < rows.columns.count {
      let levels = rows.columns[next].cardinality
      let second = next + 1
      if second < rows.columns.count, levels * rows.columns[second].cardinality * cells <= Self.mostJointCells
      {
        joints.append(
          JointTable(next, second, levels: levels, rows.columns[second].cardinality, cells: cells))
        next += 2
      } else {
        joints.append(JointTable(next, nil, levels: levels, 1, cells: cells))
        next += 1
      }
    }
  }

  @inline(__always)
  mutating func run<Score: CountedScore>(
    _ scores: [Score], _ range: Range<Int>, powers: (Double) -> (Double, Double)
  ) {
    var places = [UInt16](repeating: 0, count: Self.chunk)
    var terms = [SIMD2<UInt64>](repeating: .zero, count: Self.chunk)
    var start = range.lowerBound
    var waiting = 0
    while start < range.upperBound {
      let length = min(Self.chunk, range.upperBound - start)
      var placesSpan = places.mutableSpan
      place(scores.span, from: start, count: length, into: &placesSpan)
      var termsSpan = terms.mutableSpan
      fill(&termsSpan, scores.span, from: start, count: length, powers: powers)
      for index in joints.indices {
        joints[index].add(rows.columns, from: start, count: length, places: places.span, terms: terms.span)
      }
      start += length
      waiting += length
      if waiting + Self.chunk > JointTable.mostRows {
        for index in joints.indices { joints[index].settle() }
        waiting = 0
      }
    }
    for index in joints.indices { joints[index].finish(into: &tables) }
  }

  /// Writes the class and interval of each row of a chunk as one number.
  @inline(__always)
  private func place<Score: CountedScore>(
    _ scores: Span<Score>, from start: Int, count: Int, into places: inout MutableSpan<UInt16>
  ) {
    let classes = rows.classes.codes.span
    let stride = UInt32(truncatingIfNeeded: intervals.count)
    guard intervals.buckets > 0 else {
      for row in 0..<count {
        let interval = UInt32(truncatingIfNeeded: intervals.search(scores[start &+ row].binary64))
        places[row] = UInt16(truncatingIfNeeded: UInt32(classes[start &+ row]) &* stride &+ interval)
      }
      return
    }
    let starts = intervals.starts.span
    let cuts = intervals.cuts.span
    let buckets = Int32(truncatingIfNeeded: intervals.buckets)
    for row in 0..<count {
      let score = scores[start &+ row]
      let bucket = Int(score.bucket(of: buckets))
      let interval = UInt32(starts[bucket]) &+ (score.binary64 >= cuts[bucket] ? 1 : 0)
      places[row] = UInt16(truncatingIfNeeded: UInt32(classes[start &+ row]) &* stride &+ interval)
    }
  }

  /// Writes what each row of a chunk adds to its cells.
  @inline(__always)
  private func fill<Score: CountedScore>(
    _ terms: inout MutableSpan<SIMD2<UInt64>>, _ scores: Span<Score>, from start: Int, count: Int,
    powers: (Double) -> (Double, Double)
  ) {
    // 2⁵² plus a number below it has the number, rounded half to even, in its low bits.
    let one = (0x1p52).bitPattern
    for row in 0..<count {
      let (lower, higher) = powers(scores[start &+ row].binary64)
      terms[row] = SIMD2(
        (lower * 0x1p32 + 0x1p52).bitPattern &- (one &- JointTable.oneRow),
        (higher * 0x1p32 + 0x1p52).bitPattern &- one)
    }
  }
}
