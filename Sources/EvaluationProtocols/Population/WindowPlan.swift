package import CanonicalJSON

/// The time windows of a study: disjoint, half-open, UTC; or none.
package enum WindowPlan: Sendable, Equatable {
  /// All rows stand in one window, called `undated`.
  case undated
  /// Rows are assigned by the time in `column`; rows outside every window are excluded and counted.
  case dated(column: String, windows: [Window])

  /// One half-open window.
  package struct Window: Sendable, Equatable {
    package let id: String
    package let start: UTCTime
    package let end: UTCTime
  }

  /// The id of the only window of an undated study.
  package static let undatedID = "undated"
  /// The id that stands for all windows together in the matrix.
  package static let allID = "all"

  /// Window ids in order of time.
  package var ids: [String] {
    switch self {
    case .undated: [WindowPlan.undatedID]
    case .dated(_, let windows): windows.map(\.id)
    }
  }

  /// The window of the matrix in which all rows are: the only one, else the one of all windows together.
  package var wholeID: String { ids.count == 1 ? ids[0] : WindowPlan.allID }

  /// The window of a time, by binary search over the starts.
  package static func index(of time: UTCTime, in windows: [Window]) -> Int? {
    var low = 0
    var high = windows.count
    while low < high {
      let middle = low + (high - low) / 2
      if windows[middle].start <= time { low = middle + 1 } else { high = middle }
    }
    guard low > 0, time < windows[low - 1].end else { return nil }
    return low - 1
  }
}
