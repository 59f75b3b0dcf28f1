import Aggregates
import EvaluationProtocols

/// Counts the slices of one window: one pass by score and one by patient for each attribute.
struct SliceCounter {
  private let window: WindowRows
  private let intervals: Int
  private let thresholds: [ClusterTally.Threshold]
  private let minimumFitEvents: Int

  init(_ window: WindowRows, under evaluationProtocol: EvaluationProtocol, minimumFitEvents: Int) {
    self.window = window
    self.minimumFitEvents = minimumFitEvents
    let grid = evaluationProtocol.grid
    intervals = grid.intervalCount
    // Thresholds are edges of the grid, so a score reaches one where its interval begins at it or above.
    thresholds = evaluationProtocol.model.thresholds.compactMap { threshold in
      grid.index(of: threshold.value).map { ClusterTally.Threshold(value: threshold.value, interval: $0) }
    }
  }

  /// All rows of the window.
  func overall() -> LocalStratum {
    let all = Array(repeating: UInt8(0), count: window.count)
    return count(levels: all, levelCount: 1).first ?? LocalStratum(intervals: intervals)
  }

  /// The levels of one attribute, in order.
  func count(levels: [UInt8], levelCount: Int) -> [LocalStratum] {
    var tallies = Array(repeating: StratumTally(intervals: intervals), count: levelCount)
    var sizes = Array(repeating: 0, count: levelCount)
    for row in levels.indices {
      tallies[Int(levels[row])].add(row, of: window)
      sizes[Int(levels[row])] += 1
    }
    let patients = window.patients.map { countPatients($0, levels: levels, sizes: sizes) }
    let paired = window.paired.map {
      PairedCounter(window: window, paired: $0).count(levels: levels, levelCount: levelCount)
    }
    return tallies.indices.map { level in
      var stratum = tallies[level].stratum(
        clusters: patients?[level].clusters ?? [],
        distinctPatients: patients?[level].distinct ?? sizes[level],
        labelledPatients: patients?[level].labelled,
        minimumFitEvents: minimumFitEvents)
      stratum.paired = paired?[level]
      return stratum
    }
  }

  /// The rows that stand in each of several levels.
  func count(_ slices: [SliceID], of attributes: [SliceAttribute]) -> LocalStratum {
    var isInside = Array(repeating: UInt8(1), count: window.count)
    for slice in slices {
      // The protocol's reader makes sure that both are there.
      guard let position = attributes.firstIndex(where: { $0.id == slice.attribute }),
        let level = attributes[position].levelIDs.firstIndex(of: slice.level)
      else { return LocalStratum(intervals: intervals) }
      for row in isInside.indices where Int(window.levels[position][row]) != level { isInside[row] = 0 }
    }
    return count(levels: isInside, levelCount: 2).last ?? LocalStratum(intervals: intervals)
  }

  // A patient may stand in several levels of an attribute and counts in each: for every patient, each level
  // is looked at in turn, which for the usual one or two rows costs no more than a sort would.
  private func countPatients(
    _ patients: PatientRuns, levels: [UInt8], sizes: [Int]
  ) -> [(clusters: [ClusterRecord], distinct: Int, labelled: Int)] {
    var tallies = Array(repeating: ClusterTally(thresholds), count: sizes.count)
    var distinct = Array(repeating: 0, count: sizes.count)
    var labelled = distinct
    var rows: [(level: UInt8, row: Int)] = []
    for run in patients.runs {
      rows.removeAll(keepingCapacity: true)
      for place in run {
        let row = Int(patients.order[place])
        rows.append((levels[row], row))
      }
      if rows.count > 1 { rows.sort { $0.level < $1.level } }
      var hasLabel = false
      for (index, (level, row)) in rows.enumerated() {
        if window.classes[row] != .unlabelled {
          hasLabel = true
          tallies[Int(level)].add(
            isPositive: window.classes[row] == .positive, interval: Int(window.intervals[row]))
        }
        guard index + 1 == rows.count || rows[index + 1].level != level else { continue }
        tallies[Int(level)].endPatient()
        distinct[Int(level)] += 1
        if hasLabel { labelled[Int(level)] += 1 }
        hasLabel = false
      }
    }
    return tallies.indices.map { (tallies[$0].records, distinct[$0], labelled[$0]) }
  }
}
