import CanonicalJSON
import EvaluationProtocols
import Models

/// The cohort rules of a protocol, bound to columns.
struct CohortFilter {
  private let conditions: [Condition]
  /// The position of the rule `firstPerPatient`, and the column that it orders by.
  let firstPerPatient: (rule: Int, by: NumberColumn)?

  private enum Condition {
    case equals(Int, Cell)
    case oneOf(Int, CellTexts)
    case range(NumberColumn, ClosedRange<Double>)
    case notEmpty(Int)
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

  /// The position of the first rule that a row does not meet, `firstPerPatient` aside.
  func firstUnmet(by row: TableRow) -> Int? {
    conditions.firstIndex { !isMet($0, by: row) }
  }

  private func isMet(_ condition: Condition, by row: TableRow) -> Bool {
    switch condition {
    case .equals(let place, let value): return row.cell(place) == value
    case .oneOf(let place, let values): return values.contains(row.cell(place))
    case .notEmpty(let place): return !row.cell(place).isEmpty
    case .range(let column, let limits):
      guard case .number(let number) = column.value(in: row) else { return false }
      return limits.contains(number)
    }
  }
}
