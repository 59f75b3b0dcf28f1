import Aggregates
import Statistics

// A row is flagged when its score is at or above the threshold.

extension ConfusionTable {
  /// Nobody.
  init() { self.init(truePositives: 0, falsePositives: 0, falseNegatives: 0, trueNegatives: 0) }

  /// The counts of one stratum with so many rows of each class, with the threshold at this place of its
  /// division's edges.
  init(
    positive: IntervalCounts, events: Int, negative: IntervalCounts, nonEvents: Int, edgeAt position: Int
  ) {
    var truePositives = 0
    var falsePositives = 0
    for index in positive.indices where index >= position {
      truePositives += positive[index]
      falsePositives += negative[index]
    }
    self.init(
      truePositives: truePositives, falsePositives: falsePositives, falseNegatives: events - truePositives,
      trueNegatives: nonEvents - falsePositives)
  }

  var events: Int { truePositives + falseNegatives }
  var nonEvents: Int { falsePositives + trueNegatives }
  var flagged: Int { truePositives + falsePositives }
  var total: Int { events + nonEvents }

  mutating func add(_ other: ConfusionTable) {
    truePositives += other.truePositives
    falsePositives += other.falsePositives
    falseNegatives += other.falseNegatives
    trueNegatives += other.trueNegatives
  }

  /// Takes away a part of the rows.
  mutating func subtract(_ part: ConfusionTable) {
    truePositives -= part.truePositives
    falsePositives -= part.falsePositives
    falseNegatives -= part.falseNegatives
    trueNegatives -= part.trueNegatives
  }

  /// Successes and trials of a share of rows, and why there is none where nobody was tried.
  func ratio(_ measure: ClusterMeasure) -> (successes: Int, trials: Int, empty: NotEvaluable) {
    switch measure {
    case .sensitivity: (truePositives, events, .noEvents)
    case .specificity: (trueNegatives, nonEvents, .noNonEvents)
    case .positivePredictiveValue: (truePositives, flagged, .noFlagged)
    case .negativePredictiveValue: (trueNegatives, total - flagged, .noUnflagged)
    case .flagRate: (flagged, total, .noRows)
    }
  }
}
