/// Rows that were looked at once, so that counting them needs no checks: every score is in 0...1, every code is
/// below the cardinality of its column, and all columns are of one length.
///
/// This is the only way into the counter, and what makes `-Ounchecked` safe there: from these rows no index can
/// leave a table and no sum can leave 64 bits.
package struct CountingRows: Sendable {
  enum Scores: Sendable {
    case binary32([Float])
    case binary64([Double])
  }

  let scores: Scores
  let classes: CodeColumn
  let columns: [CodeColumn]
  package let count: Int

  /// The most rows: that many scores of 2³² units each stay below 2⁶³.
  package static let mostRows = 1 << 31
  /// The most combinations of a class and an interval.
  static let mostCells = 1 << 16

  /// Rows with binary32 scores.
  ///
  /// - Throws: `CountingError`.
  package init(scores: [Float], classes: CodeColumn, columns: [CodeColumn]) throws(CountingError) {
    guard areInRange(scores) else { throw .scoreOutOfRange }
    try self.init(.binary32(scores), count: scores.count, classes: classes, columns: columns)
  }

  /// Rows with binary64 scores.
  ///
  /// - Throws: `CountingError`.
  package init(scores: [Double], classes: CodeColumn, columns: [CodeColumn]) throws(CountingError) {
    guard areInRange(scores) else { throw .scoreOutOfRange }
    try self.init(.binary64(scores), count: scores.count, classes: classes, columns: columns)
  }

  /// The cells of the tables that counting these rows makes.
  package func cells(_ intervals: ScoreIntervals) -> Int {
    columns.reduce(0) { $0 + $1.cardinality * classes.cardinality * intervals.count }
  }

  private init(
    _ scores: Scores, count: Int, classes: CodeColumn, columns: [CodeColumn]
  ) throws(CountingError) {
    guard count <= Self.mostRows else { throw .tooManyRows(limit: Self.mostRows) }
    guard classes.codes.count == count, columns.allSatisfy({ $0.codes.count == count }) else {
      throw .lengthsDiffer
    }
    self.scores = scores
    self.count = count
    self.classes = classes
    self.columns = columns
  }
}

/// Whether no score is outside 0...1; what is no number compares to nothing.
private func areInRange<Score: BinaryFloatingPoint>(_ scores: [Score]) -> Bool {
  var areInside = true
  for score in scores { areInside = areInside && score >= 0 && score <= 1 }
  return areInside
}
