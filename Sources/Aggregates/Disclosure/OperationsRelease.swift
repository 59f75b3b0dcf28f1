extension LocalOperations {
  /// Releases a window's alerts, over the rows that its histograms count.
  ///
  /// With alerts and without are a division of those rows: each is nobody's or stands for enough patients, or none
  /// is shown. Specified in `protocols/disclosure.md`, "Operations".
  func release(countsUnlabelled: Bool, minimumCell: Int) -> Disclosed<ReleasedOperations> {
    let alerts = countsUnlabelled ? alerts.all : alerts.labelled
    let spared = countsUnlabelled ? spared.all : spared.labelled
    guard alerts.isNobodyOr(atLeast: minimumCell), spared.isNobodyOr(atLeast: minimumCell) else {
      return .withheld
    }
    func runs(_ histogram: LocalHistogram?) -> Disclosed<[ReleasedHistogram.Cell]>? {
      histogram?.release(countsUnlabelled: countsUnlabelled, zeroIsSecret: false, minimumCell: minimumCell)
        .cells
    }
    return .released(
      ReleasedOperations(
        alerts: alerts.rows, spared: spared.rows, responses: runs(responses),
        acknowledgement: runs(acknowledgement)))
  }
}
