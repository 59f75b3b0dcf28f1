/// Alerts of one window: a division of the rows that its histograms count, and runs that divide the alerts.
struct OperationsCheck {
  let operations: Disclosed<ReleasedOperations>
  let window: ReleasedWindow
  let minimumCell: Int

  func run() throws(BrokenRule) {
    guard let operations = operations.value else { return }
    guard let overall = window.overall.stratum else {
      throw broken("are released where overall is not")
    }
    guard [operations.alerts, operations.spared].allSatisfy({ $0 == 0 || $0 >= minimumCell }) else {
      throw broken("rows with or without an alert are below the minimum cell")
    }
    let rows = overall.labelled + (overall.unlabelled.value?.reduce(0, +) ?? 0)
    guard operations.alerts + operations.spared == rows else {
      throw broken("alerts and spared rows do not add up to the rows shown")
    }
    for runs in [operations.responses, operations.acknowledgement] {
      guard let runs = runs?.value else { continue }
      guard runs.allSatisfy({ $0.rows == 0 || $0.rows >= minimumCell }) else {
        throw broken("a run is below the minimum cell")
      }
      guard runs.reduce(0, { $0 + $1.rows }) == operations.alerts else {
        throw broken("runs do not add up to the alerts")
      }
    }
  }

  private func broken(_ rule: String) -> BrokenRule { BrokenRule(place: "operations", rule: rule) }
}
