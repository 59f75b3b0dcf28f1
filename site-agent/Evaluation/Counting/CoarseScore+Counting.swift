import Aggregates

extension CoarseScore {
  /// For each level the fewest patients of a labelled class at one value of a score; nil where it has more values
  /// than a coarse score.
  ///
  /// - Parameters:
  ///   - rows: positions of labelled rows by ascending score.
  ///   - patients: one a row of the window; equal for rows of one patient.
  static func fewestAtAValue(
    rows: [UInt32], scores: [Double], classes: [RowClass], patients: [UInt32], levels: [UInt8],
    levelCount: Int
  ) -> [Int?] {
    var seen: [[ValuePatients]] = Array(repeating: [], count: levelCount)
    var isCoarse = Array(repeating: true, count: levelCount)
    for row in rows.lazy.map({ Int($0) }) {
      let level = Int(levels[row])
      guard isCoarse[level] else { continue }
      if seen[level].last?.value != scores[row] {
        guard seen[level].count < maximumValues else {
          isCoarse[level] = false
          seen[level] = []
          continue
        }
        seen[level].append(ValuePatients(value: scores[row]))
      }
      seen[level][seen[level].count - 1].add(patients[row], isPositive: classes[row] == .positive)
    }
    return zip(seen, isCoarse).map { $1 ? $0.map(\.fewest).min() : nil }
  }
}

/// The patients at one value of a score.
private struct ValuePatients {
  let value: Double
  private var positives: Set<UInt32> = []
  private var negatives: Set<UInt32> = []

  init(value: Double) { self.value = value }

  var fewest: Int { min(positives.count, negatives.count) }

  mutating func add(_ patient: UInt32, isPositive: Bool) {
    if isPositive { positives.insert(patient) } else { negatives.insert(patient) }
  }
}
