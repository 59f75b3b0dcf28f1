/// Rows and sums of two powers of their scores, by level of one column, class and interval.
///
/// All are integers, so tables of parts of the rows add to the table of all of them, whatever the parts.
package struct MomentTable: Sendable, Equatable {
  package let levels: Int
  package let classes: Int
  package let intervals: Int
  /// Level by level, in each class by class, in each interval by interval.
  package private(set) var rows: [Int]
  /// The sum of the lower power in units of 2⁻³².
  package private(set) var lower: [UInt64]
  /// The sum of the higher power in units of 2⁻³².
  package private(set) var higher: [UInt64]

  /// A table of zeros.
  init(levels: Int, classes: Int, intervals: Int) {
    self.levels = levels
    self.classes = classes
    self.intervals = intervals
    rows = Array(repeating: 0, count: levels * classes * intervals)
    lower = Array(repeating: 0, count: rows.count)
    higher = lower
  }

  /// Where the intervals of a level and class stand.
  package func places(level: Int, class rowClass: Int) -> Range<Int> {
    let start = (level * classes + rowClass) * intervals
    return start..<start + intervals
  }

  /// Adds a cell of the counter.
  mutating func add(_ cell: Cell, at place: Int) {
    rows[place] += Int(cell.rows)
    lower[place] &+= cell.lower
    higher[place] &+= cell.higher
  }

  /// Adds the table of other rows of the same column.
  ///
  /// - Throws: `CountingError.lengthsDiffer` when it is the table of another column or grid.
  package mutating func add(_ other: MomentTable) throws(CountingError) {
    guard levels == other.levels, classes == other.classes, intervals == other.intervals else {
      throw .lengthsDiffer
    }
    for place in rows.indices {
      rows[place] += other.rows[place]
      lower[place] &+= other.lower[place]
      higher[place] &+= other.higher[place]
    }
  }
}

/// What the counter knows of a level, a class and an interval.
struct Cell {
  var rows: UInt64 = 0
  var lower: UInt64 = 0
  var higher: UInt64 = 0
}
