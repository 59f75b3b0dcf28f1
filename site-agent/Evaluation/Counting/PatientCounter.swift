import Aggregates
import EvaluationProtocols

/// Counts the patients of an attribute's levels, and what their rows add to the ratios.
struct PatientCounter {
  let window: WindowRows
  let patients: PatientRuns
  let thresholds: [ClusterTally.Threshold]
  let intervals: Int

  /// The patients of one level.
  struct Counts {
    var tally: ClusterTally
    var distinct = 0
    /// Those with a labelled row.
    var labelled = 0

    /// Adds a patient of one row.
    mutating func add(_ rowClass: RowClass, interval: Int) {
      distinct += 1
      if rowClass == .unlabelled { return }
      labelled += 1
      tally.addPatient(isPositive: rowClass == .positive, interval: interval)
    }
  }

  /// The levels of one attribute, in order.
  ///
  /// A patient may stand in several levels of an attribute and counts in each, level by level.
  func count(levels: [UInt8], levelCount: Int) -> [Counts] {
    var counts = Array(
      repeating: Counts(tally: ClusterTally(thresholds, intervals: intervals)), count: levelCount)
    var rows: [(level: UInt8, row: Int)] = []
    for run in patients.runs {
      if run.count == 1 {
        let row = Int(patients.order[run.lowerBound])
        counts[Int(levels[row])].add(window.classes[row], interval: Int(window.intervals[row]))
        continue
      }
      rows.removeAll(keepingCapacity: true)
      for place in run {
        let row = Int(patients.order[place])
        rows.append((levels[row], row))
      }
      rows.sort { $0.level < $1.level }
      var hasLabel = false
      for (index, (level, row)) in rows.enumerated() {
        if window.classes[row] != .unlabelled {
          hasLabel = true
          counts[Int(level)].tally.add(
            isPositive: window.classes[row] == .positive, interval: Int(window.intervals[row]))
        }
        guard index + 1 == rows.count || rows[index + 1].level != level else { continue }
        counts[Int(level)].tally.endPatient()
        counts[Int(level)].distinct += 1
        if hasLabel { counts[Int(level)].labelled += 1 }
        hasLabel = false
      }
    }
    for level in counts.indices { counts[level].tally.finish() }
    return counts
  }
}
