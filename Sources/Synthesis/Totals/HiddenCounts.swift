import Aggregates

/// What is known of rows whose counts at a threshold are withheld: the least and the most that each of the
/// four counts can be.
///
/// The extremes of a ratio are reached with one count at its most and the other at its least, whether or not
/// the two are tied to a known sum.
struct HiddenCounts: Equatable {
  /// The least and the most of one count.
  struct Range: Equatable {
    var least = 0
    var most = 0

    static func + (left: Range, right: Range) -> Range {
      Range(least: left.least + right.least, most: left.most + right.most)
    }
  }

  var truePositives = Range()
  var falsePositives = Range()
  var falseNegatives = Range()
  var trueNegatives = Range()
  /// Rows of which not even the class is known: each may be in any cell.
  var unassigned = 0
  /// Whether not even the number of rows is known.
  var isUnbounded = false

  /// Nothing hidden.
  init() {}

  /// Rows of which only their number is known, or not even that.
  init(rows: Int?) {
    unassigned = rows ?? 0
    isUnbounded = rows == nil
  }

  /// Rows of known classes whose intervals do not tell on which side of the edge at `position` some lie.
  init(positive: [Int], negative: [Int], edges: [Int], edge: Int) {
    for index in positive.indices {
      let isAbove = edges[index] >= edge
      let isBelow = edges[index + 1] <= edge
      func spread(_ count: Int) -> (above: Range, below: Range) {
        (
          Range(least: isAbove ? count : 0, most: isBelow ? 0 : count),
          Range(least: isBelow ? count : 0, most: isAbove ? 0 : count)
        )
      }
      let events = spread(positive[index])
      let nonEvents = spread(negative[index])
      truePositives = truePositives + events.above
      falseNegatives = falseNegatives + events.below
      falsePositives = falsePositives + nonEvents.above
      trueNegatives = trueNegatives + nonEvents.below
    }
  }

  /// The same, where the rows are the most that there can be: some of them are of other strata.
  var upToAll: HiddenCounts {
    var most = self
    most.truePositives.least = 0
    most.falsePositives.least = 0
    most.falseNegatives.least = 0
    most.trueNegatives.least = 0
    return most
  }

  /// Whether nothing is hidden, as in most strata.
  var isNothing: Bool {
    truePositives.most == 0 && falsePositives.most == 0 && falseNegatives.most == 0
      && trueNegatives.most == 0 && unassigned == 0 && !isUnbounded
  }

  static func += (left: inout HiddenCounts, right: HiddenCounts) {
    if right.isNothing { return }
    left.truePositives = left.truePositives + right.truePositives
    left.falsePositives = left.falsePositives + right.falsePositives
    left.falseNegatives = left.falseNegatives + right.falseNegatives
    left.trueNegatives = left.trueNegatives + right.trueNegatives
    left.unassigned += right.unassigned
    left.isUnbounded = left.isUnbounded || right.isUnbounded
  }
}

extension HiddenCounts {
  /// What is known of the hidden successes and failures of a share of rows.
  struct Share {
    var successes: Range
    var failures: Range
    var isUnbounded: Bool
  }

  /// Successes and failures among the hidden rows, where there may be any.
  func share(_ successes: [KeyPath<HiddenCounts, Range>], _ failures: [KeyPath<HiddenCounts, Range>])
    -> Share?
  {
    func sum(_ cells: [KeyPath<HiddenCounts, Range>]) -> Range {
      cells.reduce(Range()) { $0 + self[keyPath: $1] }
    }
    let any = Range(least: 0, most: unassigned)
    let share = Share(
      successes: sum(successes) + any, failures: sum(failures) + any, isUnbounded: isUnbounded)
    return share.isUnbounded || share.successes.most > 0 || share.failures.most > 0 ? share : nil
  }

  /// Events among all rows, of counts at the threshold 0.
  var shareOfEvents: Share? {
    share([\.truePositives, \.falseNegatives], [\.falsePositives, \.trueNegatives])
  }
}

extension HiddenCounts.Share {
  /// Between which a share lies, whatever the hidden rows are.
  func bounds(successes: Int, trials: Int) -> (lower: Double, upper: Double)? {
    if isUnbounded { return (0, 1) }
    let failures = trials - successes
    let least = successes + self.successes.least
    let most = successes + self.successes.most
    let fewestFailures = failures + self.failures.least
    let mostFailures = failures + self.failures.most
    guard least + mostFailures > 0, most + fewestFailures > 0 else { return nil }
    return (
      Double(least) / Double(least + mostFailures), Double(most) / Double(most + fewestFailures)
    )
  }
}
