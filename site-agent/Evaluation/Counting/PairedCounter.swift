import Aggregates
import Statistics

/// Counts the joint tables and the paired ranks of an attribute's levels, in one pass over the rows by each score.
///
/// The window is sorted by both scores already, so no slice is sorted again.
struct PairedCounter {
  let window: WindowRows
  let paired: PairedRows

  /// The levels of one attribute, in order.
  func count(levels: [UInt8], levelCount: Int) -> [LocalPaired] {
    var result = Array(repeating: LocalPaired(thresholds: paired.thresholds), count: levelCount)
    for row in levels.indices {
      let level = Int(levels[row])
      let cell = Int(paired.cells[row])
      result[level].rows[window.classes[row]][cell] += 1
      if window.isDesignated(row) { result[level].patients[window.classes[row]][cell] += 1 }
    }

    // The window's own order is by the model's score.
    let compared = window.scores.indices.filter {
      window.classes[$0] != .unlabelled && !paired.scores[$0].isNaN
    }
    let byBaseline = paired.order.lazy.map { Int($0) }.filter { window.classes[$0] != .unlabelled }
    let candidate = Placements(
      rows: compared, scores: window.scores, classes: window.classes, levels: levels, levelCount: levelCount)
    let baseline = Placements(
      rows: byBaseline, scores: paired.scores, classes: window.classes, levels: levels, levelCount: levelCount
    )
    for row in compared {
      let level = Int(levels[row])
      result[level].ranks.add(
        isPositive: window.classes[row] == .positive, candidate: candidate.value(of: row, in: level),
        baseline: baseline.value(of: row, in: level))
    }
    let patients = window.patientNumbers
    func fewest(_ rows: some Sequence<Int>, _ scores: [Double]) -> [Int?] {
      CoarseScore.fewestAtAValue(
        rows: rows, scores: scores, classes: window.classes, patients: patients, levels: levels,
        levelCount: levelCount)
    }
    for (level, pair) in zip(fewest(compared, window.scores), fewest(byBaseline, paired.scores)).enumerated()
    {
      result[level].fewestAtAValue = [pair.0, pair.1].compactMap { $0 }.min()
    }
    return result
  }
}

/// The doubled placement of each row among the rows of the other class in its level (statistics.md §3).
private struct Placements {
  // c = 2·below + equal of every row, whichever its class.
  private var fromBelow: [Int]
  private var positives: [Int]
  private let classes: [RowClass]

  /// - Parameter rows: positions of labelled rows by ascending score.
  init(
    rows: some Sequence<Int>, scores: [Double], classes: [RowClass], levels: [UInt8], levelCount: Int
  ) {
    fromBelow = Array(repeating: 0, count: classes.count)
    positives = Array(repeating: 0, count: levelCount)
    self.classes = classes
    var negatives = positives
    var group: [Int] = []
    // A row's placement is what stands below before its group is counted plus what does after it.
    func close(_ group: [Int], _ fromBelow: inout [Int], _ positives: inout [Int], _ negatives: inout [Int]) {
      for row in group {
        let level = Int(levels[row])
        fromBelow[row] = classes[row] == .positive ? negatives[level] : positives[level]
      }
      for row in group {
        if classes[row] == .positive {
          positives[Int(levels[row])] += 1
        } else {
          negatives[Int(levels[row])] += 1
        }
      }
      for row in group {
        let level = Int(levels[row])
        fromBelow[row] += classes[row] == .positive ? negatives[level] : positives[level]
      }
    }
    for row in rows {
      if let last = group.last, scores[last] != scores[row] {
        close(group, &fromBelow, &positives, &negatives)
        group.removeAll(keepingCapacity: true)
      }
      group.append(row)
    }
    close(group, &fromBelow, &positives, &negatives)
  }

  /// c of a positive row; d of a negative one, which counts the positives above it.
  func value(of row: Int, in level: Int) -> Int {
    classes[row] == .positive ? fromBelow[row] : 2 * positives[level] - fromBelow[row]
  }
}

extension PairedRankIntegers {
  fileprivate mutating func add(isPositive: Bool, candidate c: Int, baseline d: Int) {
    candidate.add(isPositive: isPositive, placement: c)
    baseline.add(isPositive: isPositive, placement: d)
    let product = Int128(c) * Int128(d)
    if isPositive { crossPositive += product } else { crossNegative += product }
  }
}

extension RankIntegers {
  fileprivate mutating func add(isPositive: Bool, placement: Int) {
    let placement = Int128(placement)
    if isPositive {
      positives += 1
      sumPositive += placement
      sumSquaredPositive += placement * placement
    } else {
      negatives += 1
      sumNegative += placement
      sumSquaredNegative += placement * placement
    }
  }
}
