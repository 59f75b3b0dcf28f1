package import CanonicalJSON
package import Cryptography
package import EvaluationProtocols

/// Estimates over slice × site × window, with the three estimands apart: pooled rows, within sites, and
/// the random-effects mean. A pure function of the protocol and the sites' aggregates.
///
/// Numbers are the written decimals; verdicts are decided on them. Format: `protocols/matrix.md`.
package struct ValidationMatrix: Sendable, Equatable {
  /// SHA-256 of the protocol.
  package let protocolDigest: Digest
  /// One entry a site that sent an aggregate, sorted by site id.
  package let sites: [SiteMatrix]
  /// Validation sites together.
  package let pooled: PooledMatrix

  /// Decimals of every result, except those that an iterative solver gives.
  package static let scale = 12
  /// Decimals of results that an iterative solver gives.
  package static let solverScale = 8

  /// The part of one site.
  package func site(_ id: String) -> SiteMatrix? { sites.first { $0.site == id } }
}

/// One site's estimates from its own aggregate.
package struct SiteMatrix: Sendable, Equatable {
  /// The value of the document's `format` member.
  package static let format = "urn:equipoise:site-matrix:v1"

  package let site: String
  package let role: SiteRole
  /// SHA-256 of the site's `aggregate.json`.
  package let aggregateDigest: Digest
  package let minimumCell: Int
  package let dataClass: String
  /// Slices in protocol order within windows in order of time; `all` windows last where there are several.
  package let rows: [MatrixRow]
  package let drift: [DriftRow]
}

/// The validation sites' estimates together.
package struct PooledMatrix: Sendable, Equatable {
  /// The value of the document's `format` member.
  package static let format = "urn:equipoise:pooled-matrix:v1"

  /// Digests of the aggregates that the estimates are made from, by site.
  package let aggregates: [(site: String, digest: Digest)]
  /// Sites of the protocol that sent nothing.
  package let notRun: [String]
  package let rows: [MatrixRow]

  package static func == (left: PooledMatrix, right: PooledMatrix) -> Bool {
    left.notRun == right.notRun && left.rows == right.rows
      && left.aggregates.elementsEqual(right.aggregates) { $0.site == $1.site && $0.digest == $1.digest }
  }
}

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
  package let measures: [Measure]
  package let reliability: [ReliabilityBin]
  /// For the overall slice only.
  package let decisionCurve: [DecisionPoint]

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

/// One number with its status.
package struct Measure: Sendable, Equatable {
  package let metric: Metric
  package let threshold: ExactDecimal?
  package let estimand: Estimand
  /// Contributors of the row that cannot contribute to this measure because their counts are withheld.
  package let omitted: [String]
  package let result: MeasureResult
}

/// A number, or why there is none.
package enum MeasureResult: Sendable, Equatable {
  case estimated(MeasureNumbers)
  /// The truth lies between the two; no point is claimed.
  case bounded(lower: FixedDecimal, upper: FixedDecimal)
  case withheld
  case notEvaluable(NotEvaluable)
}

/// Why a number does not exist.
package enum NotEvaluable: String, CaseIterable, Sendable {
  case noRows
  case noEvents
  case noNonEvents
  case noFlagged
  case noUnflagged
  case noVariance
  /// Fewer than three sites: no random-effects claim.
  case tooFewSites
  case tooFewEvents
  case constantScore
  case separation
  case notConverged
}

/// A point estimate, its interval at 95 % and what it was made from.
package struct MeasureNumbers: Sendable, Equatable {
  package let value: FixedDecimal
  /// Interval bounds where the measure has an interval.
  package let lower: FixedDecimal?
  package let upper: FixedDecimal?
  /// The counts of a proportion.
  package let successes: Int?
  package let trials: Int?
  /// The algorithm by name, as in `protocols/merge.md`.
  package let method: String
  package let randomEffects: RandomEffectsNumbers?

  /// The method of proportions of rows that cluster in patients.
  static let effectiveMethod = "wilson-effective-95/v1"

  /// Whether the interval is that of fewer trials than are counted, because rows of a patient are alike.
  package var isOnEffectiveTrials: Bool { method == MeasureNumbers.effectiveMethod }
}

/// What a random-effects estimate has besides.
package struct RandomEffectsNumbers: Sendable, Equatable {
  /// Contributing sites in order, with their weight in the mean.
  package let weights: [(site: String, weight: FixedDecimal)]
  package let tauSquared: FixedDecimal
  package let iSquared: FixedDecimal
  package let q: FixedDecimal
  /// Prediction interval for a new site.
  package let predictionLower: FixedDecimal
  package let predictionUpper: FixedDecimal

  package static func == (left: RandomEffectsNumbers, right: RandomEffectsNumbers) -> Bool {
    left.tauSquared == right.tauSquared && left.iSquared == right.iSquared && left.q == right.q
      && left.predictionLower == right.predictionLower && left.predictionUpper == right.predictionUpper
      && left.weights.elementsEqual(right.weights) { $0.site == $1.site && $0.weight == $1.weight }
  }
}

/// One bin of a reliability diagram.
package struct ReliabilityBin: Sendable, Equatable {
  package let lower: ExactDecimal
  package let upper: ExactDecimal
  package let rows: Int
  package let events: Int
  /// Mean score in the bin, not its centre.
  package let meanScore: FixedDecimal
  package let observed: FixedDecimal
  package let observedLower: FixedDecimal
  package let observedUpper: FixedDecimal
}

/// One point of a decision curve; treating nobody is 0.
package struct DecisionPoint: Sendable, Equatable {
  package let threshold: ExactDecimal
  package let netBenefit: FixedDecimal
  package let treatAll: FixedDecimal
}

/// One profile's comparison with the reference in one window of a site.
package struct DriftRow: Sendable, Equatable {
  package let window: String
  package let profile: String
  package let result: Result
  /// The share of missing values now and in the reference, where `missing` stands alone.
  package let missing: Missing?

  /// A comparison, or why there is none.
  package enum Result: Sendable, Equatable {
    case compared(index: FixedDecimal, noise: FixedDecimal, rows: Int, cells: Int)
    case withheld
    /// All cells are merged into one, or there is no row.
    case notEvaluable
  }

  /// Missing shares and their difference (now minus reference) with its interval.
  package struct Missing: Sendable, Equatable {
    package let share: FixedDecimal
    package let reference: FixedDecimal
    package let difference: FixedDecimal
    package let lower: FixedDecimal
    package let upper: FixedDecimal
  }
}
