package import CanonicalJSON

/// How a hospital's records say that an alert was shown, overridden and acknowledged.
package struct OperationsPlan: Sendable, Equatable {
  /// A row stands for an alert when its cell is one of the values.
  package let alert: CodedColumn
  /// An alert was overridden when its cell is one of the values.
  package let override: CodedColumn?
  package let acknowledgement: Acknowledgement?

  /// A column and the cell texts that count.
  package struct CodedColumn: Sendable, Equatable {
    package let column: String
    package let values: [String]
  }

  /// The time from an alert to its acknowledgement; an alert without a number was never acknowledged.
  package struct Acknowledgement: Sendable, Equatable {
    package let column: String
    package let unit: String
    /// Ascending; times lie in [0, first), [first, second), …, [last, ∞).
    package let edges: [ExactDecimal]
    /// The time within which an alert should be acknowledged; one of the edges.
    package let target: ExactDecimal

    /// The cells of its histogram: one before each edge, one from the last, one for never.
    package var cells: Int { edges.count + 2 }
  }
}
