import Aggregates
import Statistics

/// Counts the joint tables and the paired ranks of an attribute's levels, in one pass over the rows by each score.
///
/// The window is sorted by both scores already, so no slice is sorted again.
struct PairedCounter {
  private let window: WindowRows
  private let paired: PairedRows
  /// The labelled rows with both scores, ascending by the model's and by the baseline's.
  private let byModel: [UInt32]
  private let byBaseline: [UInt32]
  private let patients: [UInt32]

  /// Looks up what all attributes share; nil where the protocol has no baseline.
  init?(_ window: WindowRows) {
    guard let paired = window.paired else { return nil }
    self.window = window
    self.paired = paired
    // The window's own order is by the model's score.
    byModel = window.classes.indices
      .filter { window.classes[$0] != .unlabelled && !paired.scores[$0].isNaN }
      .map { UInt32(truncatingIfNeeded: $0) }
    byBaseline = paired.order.filter { window.classes[Int($0)] != .unlabelled }
    patients = window.patientNumbers
  }

  /// The levels of one attribute, in order.
  func count(levels: [UInt8], levelCount: Int) -> [LocalPaired] {
    var result = tables(levels: levels, levelCount: levelCount)
    let candidate = Placements(
      byModel, scores: window.scores, classes: window.classes, levels: levels, levelCount: levelCount)
    let baseline = Placements(
      byBaseline, scores: paired.scores, classes: window.classes, levels: levels, levelCount: levelCount)
    for row in byModel.lazy.map({ Int($0) }) {
      let level = Int(levels[row])
      result[level].ranks.add(
        isPositive: window.classes[row] == .positive, candidate: candidate.value(of: row, in: level),
        baseline: baseline.value(of: row, in: level))
    }
    func fewest(_ rows: [UInt32], _ scores: [Double]) -> [Int?] {
      CoarseScore.fewestAtAValue(
        rows: rows, scores: scores, classes: window.classes, patients: patients, levels: levels,
        levelCount: levelCount)
    }
    let atModel = fewest(byModel, window.scores)
    let atBaseline = fewest(byBaseline, paired.scores)
    for level in result.indices {
      result[level].fewestAtAValue = [atModel[level], atBaseline[level]].compactMap { $0 }.min()
    }
    return result
  }

  private func tables(levels: [UInt8], levelCount: Int) -> [LocalPaired] {
    var result = Array(repeating: LocalPaired(thresholds: paired.thresholds), count: levelCount)
    let classes = RowClass.allCases.count
    let cells = (paired.thresholds + 1) * (paired.thresholds + 2)
    var rows = [Int](repeating: 0, count: levelCount * classes * cells)
    var designated = rows
    for row in levels.indices {
      let level = Int(levels[row]) * classes + window.classes[row].rawValue
      let place = level * cells + Int(paired.cells[row])
      rows[place] += 1
      if window.isDesignated(row) { designated[place] += 1 }
    }
    for level in result.indices {
      for rowClass in RowClass.allCases {
        let start = (level * classes + rowClass.rawValue) * cells
        result[level].rows[rowClass] = Array(rows[start..<start + cells])
        result[level].patients[rowClass] = Array(designated[start..<start + cells])
      }
    }
    return result
  }
}

/// The doubled placement of each row among the rows of the other class in its level (statistics.md §3).
private struct Placements {
  // c = 2·below + equal of every row, whichever its class; below 2³², since a dataset has fewer than 2³¹ rows.
  private var fromBelow: [UInt32]
  private var positives: [Int]
  private var negatives: [Int]
  private let classes: [RowClass]

  /// - Parameter rows: positions of labelled rows by ascending score.
  init(_ rows: [UInt32], scores: [Double], classes: [RowClass], levels: [UInt8], levelCount: Int) {
    fromBelow = Array(repeating: 0, count: classes.count)
    positives = Array(repeating: 0, count: levelCount)
    negatives = positives
    self.classes = classes
    var start = 0
    while start < rows.count {
      let score = scores[Int(rows[start])]
      var end = start + 1
      while end < rows.count, scores[Int(rows[end])] == score { end += 1 }
      // A row's placement is what stands below before its group is counted plus what does after it.
      for place in start..<end { addBelow(Int(rows[place]), levels) }
      for place in start..<end { count(Int(rows[place]), levels) }
      for place in start..<end { addBelow(Int(rows[place]), levels) }
      start = end
    }
  }

  private mutating func addBelow(_ row: Int, _ levels: [UInt8]) {
    let level = Int(levels[row])
    fromBelow[row] += UInt32(classes[row] == .positive ? negatives[level] : positives[level])
  }

  private mutating func count(_ row: Int, _ levels: [UInt8]) {
    if classes[row] == .positive {
      positives[Int(levels[row])] += 1
    } else {
      negatives[Int(levels[row])] += 1
    }
  }

  /// c of a positive row; d of a negative one, which counts the positives above it.
  func value(of row: Int, in level: Int) -> Int {
    let below = Int(fromBelow[row])
    return classes[row] == .positive ? below : 2 * positives[level] - below
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
