extension LocalAggregate {
  /// Shows the rows without a usable score by window and level, where the rule allows.
  ///
  /// For all windows or for none: what one window kept back could be subtracted from the reasons in the flow.
  /// Specified in `protocols/disclosure.md`, "Rows without a score".
  func releaseUnscored(
    in released: inout [ReleasedWindow], beside flow: Disclosed<ReleasedFlow>, minimumCell: Int
  ) {
    let reasons = flow.value?.exclusions.filter {
      $0.reason == .scoreMissing || $0.reason == .scoreInvalid
    }
    guard let reasons, reasons.allSatisfy({ $0.rows != .withheld }),
      windows.allSatisfy({ $0.unscored.isReleasable(minimumCell: minimumCell) })
    else { return }
    for (index, window) in windows.enumerated() {
      released[index].unscored = .released(window.unscored.released)
      for (attribute, levels) in window.unscoredLevels.enumerated() {
        released[index].attributes[attribute].unscored = levels.release(minimumCell: minimumCell)
      }
    }
  }
}

extension LocalUnscored {
  /// Whether each of the two counts is nobody's, or stands for enough patients.
  func isReleasable(minimumCell: Int) -> Bool {
    missing.isNobodyOr(atLeast: minimumCell) && invalid.isNobodyOr(atLeast: minimumCell)
  }

  /// The numbers of rows, as they are written.
  var released: ReleasedUnscored { ReleasedUnscored(missing: missing.rows, invalid: invalid.rows) }
}

extension [LocalUnscored] {
  /// The levels of an attribute, all of them or none: the one kept back would be what they leave of the window.
  func release(minimumCell: Int) -> Disclosed<[ReleasedUnscored]> {
    allSatisfy { $0.isReleasable(minimumCell: minimumCell) } ? .released(map(\.released)) : .withheld
  }
}
