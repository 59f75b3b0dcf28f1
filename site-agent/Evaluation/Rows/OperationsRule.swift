import EvaluationProtocols
import Models

/// What became of the alert of one row; all zero where there was none.
struct RowOperations: Equatable {
  var hasAlert = false
  /// The cell of `LocalOperations.responses`.
  var response: UInt8 = 0
  /// The cell of `LocalOperations.acknowledgement`.
  var acknowledgement: UInt8 = 0

  /// Alerts first, then by response and by acknowledgement.
  static func precedes(_ left: RowOperations, _ right: RowOperations) -> Bool {
    (left.hasAlert ? 0 : 1, left.response, left.acknowledgement)
      < (right.hasAlert ? 0 : 1, right.response, right.acknowledgement)
  }
}

/// Finds out from the protocol's columns whether a row is an alert, and what became of it.
struct OperationsRule {
  private let alert: CodedCells
  private let override: CodedCells?
  private let acknowledgement: (column: NumberColumn, bands: Bands, never: Int)?

  private struct CodedCells {
    let place: Int
    let texts: CellTexts

    init(_ coded: OperationsPlan.CodedColumn, readFor: String, plan: inout ColumnPlan) {
      place = plan.place(of: coded.column, readFor: readFor)
      texts = CellTexts(coded.values)
    }

    func isListed(_ row: TableRow) -> Bool { texts.contains(row.cell(place)) }
  }

  init(_ operations: OperationsPlan, in data: DataDefinition, plan: inout ColumnPlan) {
    alert = CodedCells(operations.alert, readFor: "alerts", plan: &plan)
    override = operations.override.map { CodedCells($0, readFor: "overridden alerts", plan: &plan) }
    acknowledgement = operations.acknowledgement.map {
      (
        NumberColumn($0.column, readFor: "acknowledged alerts", in: data, plan: &plan), Bands($0.edges),
        $0.cells - 1
      )
    }
  }

  /// A protocol has at most 100 edges, so a cell fits a byte.
  func read(_ row: TableRow) -> RowOperations {
    guard alert.isListed(row) else { return RowOperations() }
    var operations = RowOperations(hasAlert: true)
    if let override { operations.response = override.isListed(row) ? 0 : 1 }
    if let acknowledgement {
      // A time before the alert is no acknowledgement of it.
      if case .number(let time) = acknowledgement.column.value(in: row), time >= 0 {
        operations.acknowledgement = UInt8(acknowledgement.bands.index(of: time))
      } else {
        operations.acknowledgement = UInt8(acknowledgement.never)
      }
    }
    return operations
  }
}
