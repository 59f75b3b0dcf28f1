/// Rows by ascending score, from which the ranks, the average precision and the recalibration of every slice are read
/// without sorting or grouping a slice.
///
/// Shape: one score in 0...1 and one outcome a row. Equal scores may stand in any order: they are counted as a group.
package struct SortedScores: Sendable {
  package let scores: [Double]
  package let outcomes: [RowOutcome]
  /// Logits of the clipped scores.
  let logits: [Double]

  /// What is known of a row.
  package enum RowOutcome: UInt8, Sendable {
    case positive, negative, unknown
  }

  package var count: Int { scores.count }

  /// Takes sorted rows.
  ///
  /// - Throws: `StatisticsError.invalidArgument` when scores leave 0...1 or descend, or there are fewer
  ///   outcomes than scores or more, or more rows than `maximumRows`.
  package init(scores: [Double], outcomes: [RowOutcome]) throws(StatisticsError) {
    guard scores.count == outcomes.count, scores.count <= Self.maximumRows else {
      throw .invalidArgument("outcomes do not match the scores")
    }
    var previous = 0.0
    for score in scores {
      guard score >= previous, score <= 1 else {
        throw .invalidArgument("scores not ascending in 0...1")
      }
      previous = score
    }
    self.scores = scores
    self.outcomes = outcomes
    var logits: [Double] = []
    logits.reserveCapacity(scores.count)
    var last = (score: -1.0, logit: 0.0)
    for score in scores {
      if score != last.score { last = (score, CalibrationGroups.clippedLogit(score)) }
      logits.append(last.logit)
    }
    self.logits = logits
  }

  /// The most rows: a doubled placement stays in 32 bits, and a sum of placements in 64.
  package static let maximumRows = Int(Int32.max)
}
