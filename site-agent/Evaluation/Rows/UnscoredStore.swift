import Aggregates

/// Rows with a window that were left out for want of a usable score, by column: seven bytes a row, and one more for
/// each attribute.
struct UnscoredStore {
  private var patients: [UInt32] = []
  private var windows: [UInt16] = []
  private var isInvalid: [Bool] = []
  /// One list an attribute.
  private var levels: [[UInt8]]

  init(levels: Int) { self.levels = Array(repeating: [], count: levels) }

  mutating func append(_ record: RowRecord) {
    patients.append(record.patient)
    windows.append(record.window)
    isInvalid.append(record.outcome == .scoreInvalid)
    for index in levels.indices { levels[index].append(record.levels[index]) }
  }

  /// The rows of each of so many windows, as positions.
  func rows(byWindow count: Int) -> [[Int]] {
    var rows: [[Int]] = Array(repeating: [], count: count)
    for row in windows.indices { rows[Int(windows[row])].append(row) }
    return rows
  }

  /// Counts some of the rows.
  func count(_ rows: [Int], countsPatients: Bool) -> LocalUnscored {
    count(rows, countsPatients: countsPatients, groups: 1) { _ in 0 }.first ?? LocalUnscored()
  }

  /// Counts some of the rows by the level of an attribute.
  func count(_ rows: [Int], byAttribute position: Int, levelCount: Int, countsPatients: Bool)
    -> [LocalUnscored]
  {
    count(rows, countsPatients: countsPatients, groups: levelCount) { levels[position][$0] }
  }

  private func count(_ rows: [Int], countsPatients: Bool, groups: Int, group: (Int) -> UInt8)
    -> [LocalUnscored]
  {
    var counts = Array(repeating: LocalUnscored(), count: groups)
    // Group, reason and patient in one number: equal ones are the same patient again.
    var keys: [UInt64] = []
    for row in rows {
      let index = group(row)
      if isInvalid[row] { counts[Int(index)].invalid.rows += 1 } else { counts[Int(index)].missing.rows += 1 }
      keys.append(UInt64(index) << 33 | (isInvalid[row] ? 1 << 32 : 0) | UInt64(patients[row]))
    }
    guard countsPatients else {
      for index in counts.indices {
        counts[index].missing.patients = counts[index].missing.rows
        counts[index].invalid.patients = counts[index].invalid.rows
      }
      return counts
    }
    for key in Set(keys) {
      let index = Int(key >> 33)
      if key >> 32 & 1 == 1 {
        counts[index].invalid.patients += 1
      } else {
        counts[index].missing.patients += 1
      }
    }
    return counts
  }
}
