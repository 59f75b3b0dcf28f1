import Statistics

/// Sorted rows of several slices, and what each slice's rows are when they are grouped on their own.
struct SlicedRows {
  var rows: [(score: Double, outcome: SortedScores.RowOutcome, level: UInt8)]
  var levelCount: Int

  var levels: [UInt8] { rows.map(\.level) }

  func sorted() throws -> SortedScores {
    try SortedScores(scores: rows.map(\.score), outcomes: rows.map(\.outcome))
  }

  func groups(of level: Int) -> [(score: Double, positives: Int, negatives: Int)] {
    let known = rows.filter { Int($0.level) == level && $0.outcome != .unknown }
    return ScoredRows(scores: known.map(\.score), labels: known.map { $0.outcome == .positive ? 1 : 0 })
      .groups
  }

  /// Rows whose log odds of the event are `intercept + slope·logit(score)`, one row in ten without an outcome.
  ///
  /// - Parameter steps: scores stand on a grid of so many steps, so that some are equal; nil for scores that differ.
  static func random(
    _ count: Int, levels: Int, intercept: Double = 0.3, slope: Double = 0.8, spread: Double = 2,
    steps: Double? = nil, seed: UInt64
  ) -> SlicedRows {
    var generator = SplitMix(seed: seed)
    var rows: [(score: Double, outcome: SortedScores.RowOutcome, level: UInt8)] = []
    for _ in 0..<count {
      var score = expit(spread * (Double.random(in: -2...2, using: &generator)))
      if let steps { score = (score * steps).rounded() / steps }
      let odds = intercept + slope * logit(min(max(score, 1e-6), 1 - 1e-6))
      let isEvent = Double.random(in: 0..<1, using: &generator) < expit(odds)
      let isKnown = Int.random(in: 0..<10, using: &generator) > 0
      rows.append(
        (
          score, !isKnown ? .unknown : isEvent ? .positive : .negative,
          UInt8(generator.next() % UInt64(levels))
        )
      )
    }
    rows.sort { $0.score < $1.score }
    return SlicedRows(rows: rows, levelCount: levels)
  }
}
