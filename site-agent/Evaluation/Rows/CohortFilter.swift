import CanonicalJSON
import EvaluationProtocols
import Models

/// The cohort rules of a protocol, bound to columns.
struct CohortFilter {
  /// The rules but `firstPerPatient`, in order.
  let conditions: [Condition]
  /// The position of the rule `firstPerPatient`, and the column that it orders by.
  let firstPerPatient: (rule: Int, by: NumberColumn)?

  /// Whether a row may stay.
  enum Condition: CellRule {
    case equals(Int, Cell)
    case oneOf(Int, CellTexts)
    case range(NumberColumn, ClosedRange<Double>)
    case notEmpty(Int)

    var place: Int {
      switch self {
      case .equals(let place, _), .oneOf(let place, _), .notEmpty(let place): place
      case .range(let column, _): column.place
      }
    }

    func answer(_ cell: Cell) -> Bool {
      switch self {
      case .equals(_, let value): cell == value
      case .oneOf(_, let values): values.contains(cell)
      case .notEmpty: !cell.isEmpty
      case .range(let column, let limits): column.answer(cell).isNumber(in: limits)
      }
    }

    var ofNumber: ((Double) -> Bool)? {
      switch self {
      case .equals, .oneOf: return nil
      case .notEmpty: return { _ in true }
      case .range(let column, let limits):
        return column.ofNumber.map { value in { value($0).isNumber(in: limits) } }
      }
    }
  }

  init(_ evaluationProtocol: EvaluationProtocol, plan: inout ColumnPlan) {
    var conditions: [Condition] = []
    var first: (Int, NumberColumn)?
    for (index, rule) in evaluationProtocol.cohort.rules.enumerated() {
      let readFor = "cohort rule \(index + 1)"
      switch rule {
      case .equals(let column, let value):
        conditions.append(.equals(plan.place(of: column, readFor: readFor), Cell(value.utf8)))
      case .oneOf(let column, let values):
        conditions.append(.oneOf(plan.place(of: column, readFor: readFor), CellTexts(values)))
      case .range(let column, let lower, let upper):
        let number = NumberColumn(column, readFor: readFor, in: evaluationProtocol.data, plan: &plan)
        let least = lower?.value ?? -.infinity
        let most = upper?.value ?? .infinity
        // Limits the wrong way round let nobody in; a range cannot say so.
        conditions.append(.range(number, least <= most ? least...most : .infinity ... .infinity))
      case .notEmpty(let column):
        conditions.append(.notEmpty(plan.place(of: column, readFor: readFor)))
      case .firstPerPatient(let column):
        // The protocol's reader makes sure that it is the last rule.
        first = (index, NumberColumn(column, readFor: readFor, in: evaluationProtocol.data, plan: &plan))
      }
    }
    self.conditions = conditions
    firstPerPatient = first
  }
}

extension NumberColumn.Value {
  fileprivate func isNumber(in limits: ClosedRange<Double>) -> Bool {
    guard case .number(let number) = self else { return false }
    return limits.contains(number)
  }
}
