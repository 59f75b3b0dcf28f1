import Aggregates
import CanonicalJSON
import CountingKernel
import EvaluationProtocols
import Statistics

/// Rows and patients by class and interval, and the sums of their scores' powers, for the levels of some attributes:
/// everything about a slice that does not look at the order of its rows.
struct StratumTables {
  private let rows: CountingRows
  private let hasPatients: Bool
  private let intervals: ScoreIntervals
  private let all: ScoreIntervals

  /// The rows of a window under several attributes, each with a level a row.
  ///
  /// - Throws: `CountingError` when a level is not of its attribute, or the grid has too many intervals.
  init(
    _ window: WindowRows, _ attributes: [(levels: [UInt8], levelCount: Int)], grid: ScoreGrid
  ) throws(CountingError) {
    var columns: [CodeColumn] = []
    for attribute in attributes {
      columns.append(try CodeColumn(attribute.levels, cardinality: attribute.levelCount))
    }
    hasPatients = window.patients != nil
    rows = try CountingRows(
      scores: window.scores, classes: try CountedClass.column(window), columns: columns)
    intervals = try ScoreIntervals(edges: grid.edges.map(\.value))
    all = try ScoreIntervals(edges: [0, 1])
  }

  /// One list an attribute, of a stratum a level.
  ///
  /// - Throws: `CountingError.tooManyCells` when the grid has too many intervals.
  func strata() throws(CountingError) -> [[LocalStratum]] {
    let low = try tables(.firstAndSecond, by: intervals)
    // Of the third and fourth power only totals are kept.
    let high = try tables(.thirdAndFourth, by: all)
    return zip(low, high).map { low, high in
      (0..<low.levels).map { stratum(level: $0, low, high) }
    }
  }

  // The rows are divided by their number, not by the machine's cores; sums of integers are the same anyway. Every part
  // has tables of its own: where these are large, one has to do.
  private func tables(_ powers: PowerPair, by intervals: ScoreIntervals) throws(CountingError)
    -> [MomentTable]
  {
    let cells = rows.cells(intervals)
    let parts = cells > 1 << 18 ? 1 : min(8, 1 + rows.count / 65_536)
    let found = inParallel(parts) { part in
      Result { () throws(CountingError) in
        try rows.count(
          rows.count * part / parts..<rows.count * (part + 1) / parts, powers: powers, by: intervals)
      }
    }
    var sum = try found[0].get()
    for part in found.dropFirst() {
      let tables = try part.get()
      for column in sum.indices { try sum[column].add(tables[column]) }
    }
    return sum
  }

  private func stratum(level: Int, _ low: MomentTable, _ high: MomentTable) -> LocalStratum {
    var stratum = LocalStratum(intervals: intervals.count)
    for counted in CountedClass.all(hasPatients: hasPatients) {
      let places = low.places(level: level, class: Int(counted.code))
      let rowClass = counted.rowClass
      for (interval, place) in places.enumerated() {
        stratum.rows[rowClass][interval] += low.rows[place]
        if counted.isDesignated { stratum.patients[rowClass][interval] += low.rows[place] }
      }
      let above = high.places(level: level, class: Int(counted.code)).lowerBound
      switch rowClass {
      case .positive:
        Self.add(low, places, high, above, to: &stratum.positiveSums, &stratum.positivePowers)
      case .negative:
        Self.add(low, places, high, above, to: &stratum.negativeSums, &stratum.negativePowers)
      case .unlabelled: break
      }
    }
    return stratum
  }

  private static func add(
    _ low: MomentTable, _ places: Range<Int>, _ high: MomentTable, _ above: Int, to sums: inout [ScoreSums],
    _ powers: inout PowerTotals
  ) {
    for (interval, place) in places.enumerated() {
      let here = ScoreSums(first: Int128(low.lower[place]), second: Int128(low.higher[place]))
      sums[interval] += here
      powers.first += here.first
      powers.second += here.second
    }
    powers.third += Int128(high.lower[above])
    powers.fourth += Int128(high.higher[above])
  }
}

/// The class of a row, and whether its patient is counted at it, as one code.
private struct CountedClass {
  let rowClass: RowClass
  let isDesignated: Bool

  var code: UInt8 { UInt8(rowClass.rawValue) + (isDesignated ? 0 : UInt8(RowClass.allCases.count)) }

  /// Where a row is a patient, every row is designated.
  static func all(hasPatients: Bool) -> [CountedClass] {
    (hasPatients ? [true, false] : [true]).flatMap { isDesignated in
      RowClass.allCases.map { CountedClass(rowClass: $0, isDesignated: isDesignated) }
    }
  }

  static func column(_ window: WindowRows) throws(CountingError) -> CodeColumn {
    let hasPatients = window.patients != nil
    let codes = window.classes.indices.map {
      CountedClass(rowClass: window.classes[$0], isDesignated: window.isDesignated($0)).code
    }
    return try CodeColumn(codes, cardinality: all(hasPatients: hasPatients).count)
  }
}
