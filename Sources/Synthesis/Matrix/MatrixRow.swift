package import CanonicalJSON
package import EvaluationProtocols

/// One slice of one window.
package struct MatrixRow: Sendable, Equatable {
  package let window: String
  package let slice: SliceID
  /// Whose counts are in: site ids in the pooled part, window ids in a site's part.
  package let contributors: [String]
  /// Whose counts are withheld, in the same terms.
  package let withheld: [String]
  /// Rows with a label, and events among them, over the contributors.
  package let labelled: Int
  package let events: Int
  /// Rows without a label; `nil` where a contributor withholds them.
  package let unlabelled: Int?
  /// Distinct patients with a labelled row; one who is at two sites or in two windows counts as two.
  package let patients: Int
  package let measures: [Measure]
  package let reliability: [ReliabilityBin]
  /// What the Brier score is made of; `nil` where there is nobody with a label.
  package let decomposition: BrierDecomposition?
  /// For the overall slice only: how the scores of each class are spread.
  package let distribution: [ScoreInterval]
  /// For the overall slice only.
  package let decisionCurve: [DecisionPoint]
  /// How long it took until alerts were acknowledged: overall slice, where the protocol has operations.
  package let acknowledgement: AcknowledgementTimes?

  /// Whether anything is released in the row.
  package var status: Status {
    if !contributors.isEmpty { return .released }
    return withheld.isEmpty ? .empty : .withheld
  }

  /// What there is of a row.
  package enum Status: String, CaseIterable, Sendable {
    case released, withheld, empty
  }

  /// The entry for a measure and an estimand.
  package func measure(_ metric: Metric, at threshold: ExactDecimal?, _ estimand: Estimand) -> Measure? {
    measures.first { $0.metric == metric && $0.threshold == threshold && $0.estimand == estimand }
  }
}

/// What is being estimated; never mixed.
package enum Estimand: String, CaseIterable, Sendable {
  /// One site's own rows.
  case site
  /// All rows of the contributing sites as if they were one hospital's.
  case pooledRows
  /// Comparisons inside each site only, weighted over sites.
  case withinSite
  /// The mean of the distribution over sites.
  case randomEffects
}
