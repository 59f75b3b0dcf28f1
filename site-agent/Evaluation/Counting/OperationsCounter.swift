import Aggregates
import EvaluationProtocols

extension LocalOperations {
  /// Counts the alerts of one window.
  init(_ plan: OperationsPlan, of window: WindowRows) {
    let operations = window.operations ?? []
    func histogram(_ column: String, cells: Int, _ cell: KeyPath<RowOperations, UInt8>) -> LocalHistogram {
      LocalHistogram(
        column: column, cellCount: cells, cells: operations.map { UInt16($0[keyPath: cell]) }, of: window,
        where: { operations[$0].hasAlert })
    }
    let counts = AlertCounts(operations, of: window)
    self.init(
      alerts: counts.alerts, spared: counts.spared,
      responses: plan.override.map {
        histogram($0.column, cells: LocalOperations.responseCells, \.response)
      },
      acknowledgement: plan.acknowledgement.map {
        histogram($0.column, cells: $0.cells, \.acknowledgement)
      })
  }
}

/// Rows and distinct patients with and without an alert; a patient with both kinds of rows is one of each.
private struct AlertCounts {
  var alerts = OperationsCount()
  var spared = OperationsCount()

  init(_ operations: [RowOperations], of window: WindowRows) {
    for row in operations.indices {
      let kind = operations[row].hasAlert ? \Self.alerts : \Self.spared
      self[keyPath: kind].all.rows += 1
      if window.classes[row] != .unlabelled { self[keyPath: kind].labelled.rows += 1 }
    }
    guard let patients = window.patients else {
      for kind in [\Self.alerts, \Self.spared] {
        self[keyPath: kind].all.patients = self[keyPath: kind].all.rows
        self[keyPath: kind].labelled.patients = self[keyPath: kind].labelled.rows
      }
      return
    }
    for run in patients.runs {
      let rows = run.map { Int(patients.order[$0]) }
      for (kind, hasAlert) in [(\Self.alerts, true), (\Self.spared, false)] {
        let ofKind = rows.filter { operations[$0].hasAlert == hasAlert }
        if !ofKind.isEmpty { self[keyPath: kind].all.patients += 1 }
        if ofKind.contains(where: { window.classes[$0] != .unlabelled }) {
          self[keyPath: kind].labelled.patients += 1
        }
      }
    }
  }
}
