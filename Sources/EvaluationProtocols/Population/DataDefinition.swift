package import CanonicalJSON

/// The columns that a site's rows have after the site's own mapping, and how unreadable rows are borne.
package struct DataDefinition: Sendable, Equatable {
  /// Column that identifies the patient; without it a row is a patient.
  package let patientColumn: String?
  /// Input columns, with the type and range in which they make sense.
  package let features: [FeatureColumn]
  /// Largest share of rows that may be unreadable before an evaluation is refused.
  package let maximumUnreadableShare: ExactDecimal
}

/// One input column as the protocol describes it.
package struct FeatureColumn: Sendable, Equatable {
  package let column: String
  package let type: FeatureType
  package let unit: String?
  /// Values outside are counted as range violations.
  package let lower: ExactDecimal?
  package let upper: ExactDecimal?
  /// Numbers that stand for "not measured" in this column.
  package let missingValues: [ExactDecimal]
}

/// How a column is read.
package enum FeatureType: String, CaseIterable, Sendable {
  case number, category
}

/// Who is in: text for people and rules as data for the machine.
package struct Cohort: Sendable, Equatable {
  package let description: String
  /// Applied in order; a row leaves at the first rule that it does not meet.
  package let rules: [CohortRule]
}

/// One condition that a row must meet.
package enum CohortRule: Sendable, Equatable {
  case equals(column: String, value: String)
  case oneOf(column: String, values: [String])
  /// A number within limits, both inclusive; an unreadable number does not meet it.
  case range(column: String, lower: ExactDecimal?, upper: ExactDecimal?)
  case notEmpty(column: String)
  /// The patient's row with the smallest number in `by`; it has to be the last rule.
  case firstPerPatient(by: String)

  /// The column that the rule reads.
  package var column: String {
    switch self {
    case .equals(let column, _), .oneOf(let column, _), .range(let column, _, _), .notEmpty(let column),
      .firstPerPatient(let column):
      column
    }
  }

  /// The rule as an English clause.
  package var sentence: String {
    switch self {
    case .equals(let column, let value): "\(column) is \(value)"
    case .oneOf(let column, let values): "\(column) is one of \(values.joined(separator: ", "))"
    case .range(let column, let lower?, let upper?):
      "\(column) is between \(lower.text) and \(upper.text)"
    case .range(let column, let lower?, nil): "\(column) is at least \(lower.text)"
    case .range(let column, nil, let upper?): "\(column) is at most \(upper.text)"
    case .range(let column, nil, nil): "\(column) is a number"
    case .notEmpty(let column): "\(column) is known"
    case .firstPerPatient(let column): "the patient's first row by \(column)"
    }
  }
}

/// What counts as an event.
package struct LabelDefinition: Sendable, Equatable {
  package let description: String
  package let column: String
  /// Cell texts that mean an event, no event. Every other text is an invalid label; empty is missing.
  package let positive: [String]
  package let negative: [String]
  /// From the prediction to the end of the period in which the outcome counts.
  package let outcomeWindow: String
  /// How the label was decided and by whom.
  package let adjudication: String
}
