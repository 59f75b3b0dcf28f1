import Aggregates

extension LocalHistogram {
  /// Counts one column's cells in one window.
  ///
  /// A patient is counted at the lowest cell of the labelled rows; one without a labelled row in the window
  /// at the lowest cell of the others.
  ///
  /// - Parameter isCounted: whether a row is looked at; all are, unless said.
  init(
    column: String, cellCount: Int, cells: [UInt16], of window: WindowRows,
    where isCounted: (Int) -> Bool = { _ in true }
  ) {
    self.init(column: column, cells: cellCount)
    for row in cells.indices where isCounted(row) {
      if window.classes[row] == .unlabelled {
        unlabelled[Int(cells[row])] += 1
      } else {
        labelled[Int(cells[row])] += 1
      }
    }
    guard let patients = window.patients else {
      labelledPatients = labelled
      unlabelledPatients = unlabelled
      return
    }
    for run in patients.runs {
      var lowest: (labelled: UInt16?, unlabelled: UInt16?) = (nil, nil)
      for place in run {
        let row = Int(patients.order[place])
        guard isCounted(row) else { continue }
        if window.classes[row] == .unlabelled {
          lowest.unlabelled = min(lowest.unlabelled ?? .max, cells[row])
        } else {
          lowest.labelled = min(lowest.labelled ?? .max, cells[row])
        }
      }
      if let cell = lowest.labelled {
        labelledPatients[Int(cell)] += 1
      } else if let cell = lowest.unlabelled {
        unlabelledPatients[Int(cell)] += 1
      }
    }
  }
}
