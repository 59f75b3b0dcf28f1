/// Rows that are counted in the window tables but not shown.
struct HiddenRows {
  let rows: Int
  let patients: Int
}

extension LocalFlow {
  /// Releases the counts of rows read and excluded.
  ///
  /// Rows read minus everything shown is what a reader can work out of the rest. It has to be nothing, or
  /// hold enough patients: else further reasons are withheld, those with the fewest rows first, and at the
  /// end the number of rows read. A reason without rows is no secret.
  func release(hiddenRows: [HiddenRows], minimumCell: Int) -> Disclosed<ReleasedFlow> {
    // Patients may stand in several groups, so the largest group alone bounds their number from below.
    var mostPatients = hiddenRows.map(\.patients).max() ?? 0
    var hidesSomething = hiddenRows.contains { $0.rows > 0 }
    var withheld: Set<Int> = []
    func withhold(_ index: Int) {
      withheld.insert(index)
      mostPatients = max(mostPatients, exclusions[index].patients)
      hidesSomething = true
    }

    for index in exclusions.indices where exclusions[index].rows > 0 {
      if exclusions[index].patients < minimumCell { withhold(index) }
    }
    while hidesSomething, mostPatients < minimumCell {
      let shown = exclusions.indices.filter { exclusions[$0].rows > 0 && !withheld.contains($0) }
      guard let next = shown.min(by: { (exclusions[$0].rows, $0) < (exclusions[$1].rows, $1) }) else {
        return .withheld
      }
      withhold(next)
    }
    return .released(
      ReleasedFlow(
        read: read,
        exclusions: exclusions.enumerated().map { index, exclusion in
          ReleasedFlow.Exclusion(
            reason: exclusion.reason,
            rows: withheld.contains(index) ? .withheld : .released(exclusion.rows))
        }))
  }
}
