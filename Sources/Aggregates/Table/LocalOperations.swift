/// Alerts of one window and what became of them (statistics.md C10).
package struct LocalOperations: Sendable, Equatable {
  /// Rows with an alert.
  package var alerts: OperationsCount
  /// Rows without one.
  package var spared: OperationsCount
  /// Alerts overridden and not overridden, in this order; nil where the protocol does not ask.
  package var responses: LocalHistogram?
  /// Alerts by the time until they were acknowledged, never last; nil where the protocol does not ask.
  package var acknowledgement: LocalHistogram?

  /// The counts of a window.
  package init(
    alerts: OperationsCount, spared: OperationsCount, responses: LocalHistogram?,
    acknowledgement: LocalHistogram?
  ) {
    self.alerts = alerts
    self.spared = spared
    self.responses = responses
    self.acknowledgement = acknowledgement
  }

  /// The cells of `responses`.
  package static let responseCells = 2
}

/// Rows and patients of one kind, for both ways in which a window may be counted.
package struct OperationsCount: Sendable, Equatable {
  /// Rows with a label, and their distinct patients.
  package var labelled: RowsAndPatients
  /// All rows, and their distinct patients.
  package var all: RowsAndPatients

  /// The counts; none, unless said.
  package init(labelled: RowsAndPatients = RowsAndPatients(), all: RowsAndPatients = RowsAndPatients()) {
    self.labelled = labelled
    self.all = all
  }
}
