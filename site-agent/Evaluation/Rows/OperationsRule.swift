import ColumnFiles
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
  /// The cell of `LocalOperations.acknowledgement`. A protocol has at most 100 edges, so it fits a byte.
  private let acknowledgement: NumberRule<UInt8>?

  private struct CodedCells: CellRule {
    let place: Int
    let texts: CellTexts

    init(_ coded: OperationsPlan.CodedColumn, readFor: String, plan: inout ColumnPlan) {
      place = plan.place(of: coded.column, readFor: readFor)
      texts = CellTexts(coded.values)
    }

    func answer(_ cell: Cell) -> Bool { texts.contains(cell) }
  }

  init(_ operations: OperationsPlan, in data: DataDefinition, plan: inout ColumnPlan) {
    alert = CodedCells(operations.alert, readFor: "alerts", plan: &plan)
    override = operations.override.map { CodedCells($0, readFor: "overridden alerts", plan: &plan) }
    acknowledgement = operations.acknowledgement.map { definition in
      let bands = Bands(definition.edges)
      let never = UInt8(definition.cells - 1)
      return NumberRule(
        column: NumberColumn(definition.column, readFor: "acknowledged alerts", in: data, plan: &plan)
      ) { value in
        // A time before the alert is no acknowledgement of it.
        guard case .number(let time) = value, time >= 0 else { return never }
        return UInt8(bands.index(of: time))
      }
    }
  }

  /// What became of the alerts of a group's rows.
  func read(_ group: BoundGroup) throws(ColumnFileError) -> [RowOperations] {
    var operations = Array(repeating: RowOperations(), count: group.rows)
    try group.ask(alert) { operations[$0].hasAlert = $1 }
    if let override {
      try group.ask(override) { row, isListed in
        if operations[row].hasAlert { operations[row].response = isListed ? 0 : 1 }
      }
    }
    if let acknowledgement {
      try group.ask(acknowledgement) { row, cell in
        if operations[row].hasAlert { operations[row].acknowledgement = cell }
      }
    }
    return operations
  }
}
