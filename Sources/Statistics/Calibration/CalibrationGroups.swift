/// Rows of equal score, ready for a logistic fit on the logit of the score.
struct CalibrationGroups {
  /// How far from 0 and 1 a score is kept, so that its logit is finite.
  static let clip = 1e-6

  struct Group {
    /// Logit of the clipped score.
    var logit: Double
    var positives: Double
    var negatives: Double

    var rows: Double { positives + negatives }
  }

  /// Groups with at least one row, ascending in `logit`.
  let groups: [Group]
  let positives: Int
  let negatives: Int
  /// Rows whose score was moved to the clip.
  let clipped: Int

  /// The logit of a score kept that far from 0 and 1.
  static func clippedLogit(_ score: Double) -> Double { logit(min(max(score, clip), 1 - clip)) }

  /// Checks and converts; groups must ascend strictly so that the sums have one order.
  init(_ scores: [(score: Double, positives: Int, negatives: Int)]) throws(StatisticsError) {
    var groups: [Group] = []
    var positives = 0
    var negatives = 0
    var clipped = 0
    var previous = -1.0
    for (score, positivesHere, negativesHere) in scores {
      guard score >= 0, score <= 1 else { throw .invalidArgument("score outside 0...1") }
      guard score > previous else { throw .invalidArgument("scores not strictly ascending") }
      previous = score
      positives = try checkedSum(positives, positivesHere)
      negatives = try checkedSum(negatives, negativesHere)
      let rowsHere = try checkedSum(positivesHere, negativesHere)
      if rowsHere == 0 { continue }
      if score < Self.clip || score > 1 - Self.clip { clipped += rowsHere }
      groups.append(
        Group(
          logit: Self.clippedLogit(score),
          positives: Double(positivesHere), negatives: Double(negativesHere)))
    }
    guard positives + negatives > 0 else { throw .noTrials }
    guard positives > 0, negatives > 0 else { throw .noEvents }
    self.groups = groups
    self.positives = positives
    self.negatives = negatives
    self.clipped = clipped
  }
}
