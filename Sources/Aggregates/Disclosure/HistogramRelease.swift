extension LocalHistogram {
  /// Merges neighbouring cells until each run holds no row or enough patients, keeping as many runs as
  /// possible; among equals, the division whose last differing cut is the lowest.
  ///
  /// Unlike a labelled count, a cell without rows is no secret here.
  ///
  /// - Parameter zeroIsSecret: whether the window has rows that are not shown; then even "nobody is counted here"
  ///   is about them.
  func release(countsUnlabelled: Bool, zeroIsSecret: Bool, minimumCell: Int) -> ReleasedHistogram {
    let rows = countsUnlabelled ? zip(labelled, unlabelled).map { $0 + $1 } : labelled
    let patients =
      countsUnlabelled ? zip(labelledPatients, unlabelledPatients).map { $0 + $1 } : labelledPatients
    let saysNobody = rows.allSatisfy { $0 == 0 }
    guard !(zeroIsSecret && saysNobody),
      let cuts = mostRuns(rows: rows, patients: patients, minimumCell: minimumCell)
    else {
      return ReleasedHistogram(column: column, cells: .withheld)
    }
    return ReleasedHistogram(
      column: column,
      cells: .released(
        zip(cuts, cuts.dropFirst()).map { first, next in
          ReleasedHistogram.Cell(first: first, last: next - 1, rows: rows[first..<next].reduce(0, +))
        }))
  }

  // Positions at which runs begin, and the end. Widening a run can spoil it (a run of no rows may grow
  // into a run of few), so every beginning is tried; profiles have at most about a thousand cells.
  private func mostRuns(rows: [Int], patients: [Int], minimumCell: Int) -> [Int]? {
    let count = rows.count
    var best: [Int?] = Array(repeating: nil, count: count + 1)
    var previous = Array(repeating: 0, count: count + 1)
    best[0] = 0
    for end in 1...max(count, 1) where end <= count {
      var rowSum = 0
      var patientSum = 0
      for start in stride(from: end - 1, through: 0, by: -1) {
        rowSum += rows[start]
        patientSum += patients[start]
        guard rowSum == 0 || patientSum >= minimumCell, let runs = best[start] else { continue }
        // `>=` lets the lowest beginning win, since it is tried last.
        if runs + 1 >= best[end] ?? 0 {
          best[end] = runs + 1
          previous[end] = start
        }
      }
    }
    guard best[count] != nil else { return nil }
    var cuts = [count]
    while let cut = cuts.last, cut > 0 { cuts.append(previous[cut]) }
    return cuts.reversed()
  }
}
