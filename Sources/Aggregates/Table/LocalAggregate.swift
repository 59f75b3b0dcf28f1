package import CanonicalJSON
package import Cryptography
package import EvaluationProtocols
package import Statistics

/// Everything a site counted, on the whole grid, before disclosure control. It never leaves the site.
package struct LocalAggregate: Sendable {
  package let site: String
  package let protocolDigest: Digest
  package let modelDigest: Digest
  package let featuresDigest: Digest?
  /// Whether rows carry a patient; without, a row is a patient.
  package let countsPatients: Bool
  package let flow: LocalFlow
  /// One entry a window, in protocol order.
  package let windows: [LocalWindow]

  /// All of a site's counts under one protocol.
  package init(
    site: String, protocolDigest: Digest, modelDigest: Digest, featuresDigest: Digest?,
    countsPatients: Bool, flow: LocalFlow, windows: [LocalWindow]
  ) {
    self.site = site
    self.protocolDigest = protocolDigest
    self.modelDigest = modelDigest
    self.featuresDigest = featuresDigest
    self.countsPatients = countsPatients
    self.flow = flow
    self.windows = windows
  }
}

/// Rows read and why rows were left out.
package struct LocalFlow: Sendable, Equatable {
  package let read: Int
  /// Reasons in a fixed order, each with rows and distinct patients; zero where none.
  package let exclusions: [(reason: ExclusionReason, rows: Int, patients: Int)]

  /// The rows read and excluded.
  package init(read: Int, exclusions: [(reason: ExclusionReason, rows: Int, patients: Int)]) {
    self.read = read
    self.exclusions = exclusions
  }

  package static func == (left: LocalFlow, right: LocalFlow) -> Bool {
    left.read == right.read
      && left.exclusions.elementsEqual(right.exclusions) {
        $0.reason == $1.reason && $0.rows == $1.rows && $0.patients == $1.patients
      }
  }
}

/// Why a row was left out, in the order in which it is asked.
package enum ExclusionReason: Sendable, Hashable {
  /// The row does not have the header's number of cells, or is not UTF-8.
  case unreadable
  /// No patient identifier although the protocol names a patient column.
  case patientMissing
  /// The cohort rule at this position is not met.
  case cohortRule(Int)
  case timeInvalid
  case outsideWindows
  case scoreMissing
  case scoreInvalid

  /// The reason's name in documents.
  package var id: String {
    switch self {
    case .unreadable: "unreadable"
    case .patientMissing: "patientMissing"
    case .cohortRule(let position): "cohortRule\(position + 1)"
    case .timeInvalid: "timeInvalid"
    case .outsideWindows: "outsideWindows"
    case .scoreMissing: "scoreMissing"
    case .scoreInvalid: "scoreInvalid"
    }
  }

  /// All reasons that can occur under a protocol, in order.
  package static func all(under evaluationProtocol: EvaluationProtocol) -> [ExclusionReason] {
    var reasons: [ExclusionReason] = [.unreadable]
    if evaluationProtocol.data.patientColumn != nil { reasons.append(.patientMissing) }
    reasons += evaluationProtocol.cohort.rules.indices.map { .cohortRule($0) }
    if case .dated = evaluationProtocol.windows { reasons += [.timeInvalid, .outsideWindows] }
    return reasons + [.scoreMissing, .scoreInvalid]
  }
}

/// One window's counts.
package struct LocalWindow: Sendable {
  package let id: String
  package let overall: LocalStratum
  /// One entry an attribute, in protocol order; each holds one stratum a level, `missing` last.
  package let attributes: [[LocalStratum]]
  /// One stratum a listed intersection, in protocol order.
  package let intersections: [LocalStratum]
  /// One histogram a column profile of the protocol, in its order.
  package let histograms: [LocalHistogram]
  /// The rows left out for want of a score whose time is in the window.
  package let unscored: LocalUnscored
  /// The same by level: one list an attribute, `missing` last.
  package let unscoredLevels: [[LocalUnscored]]
  /// Σ of `cusumTerm` over the labelled rows; nil where the protocol has no CUSUM.
  package let cusum: Int128?
  /// Alerts and what became of them; nil where the protocol has no operations.
  package let operations: LocalOperations?
  /// What the score leans on; nil where the protocol does not ask.
  package var explanation: LocalExplanation?

  /// The counts of a window. Where no row was left out for its score, `unscoredLevels` may be left out too.
  package init(
    id: String, overall: LocalStratum, attributes: [[LocalStratum]], intersections: [LocalStratum] = [],
    histograms: [LocalHistogram], unscored: LocalUnscored = LocalUnscored(),
    unscoredLevels: [[LocalUnscored]]? = nil, cusum: Int128? = nil, operations: LocalOperations? = nil
  ) {
    self.id = id
    self.overall = overall
    self.attributes = attributes
    self.intersections = intersections
    self.histograms = histograms
    self.unscored = unscored
    self.unscoredLevels = unscoredLevels ?? attributes.map { $0.map { _ in LocalUnscored() } }
    self.cusum = cusum
    self.operations = operations
  }
}

/// One stratum on the whole grid.
package struct LocalStratum: Sendable {
  package var rows: ClassTable
  /// Patients, each counted once, at one designated row of the window and class; so the sum over any
  /// set of intervals and levels is at most the number of distinct patients in it. Equal to `rows` where
  /// a row is a patient.
  package var patients: ClassTable
  /// Σp and Σp² by interval in units of 2⁻³², for the two labelled classes.
  package var positiveSums: [ScoreSums]
  package var negativeSums: [ScoreSums]
  package var positivePowers: PowerTotals
  package var negativePowers: PowerTotals
  package var ranks: RankIntegers
  /// Patient-level sums by threshold and measure; empty where a row is a patient.
  package var clusters: [ClusterRecord]
  /// The distinct patients of the stratum.
  package var distinctPatients: Int
  /// The distinct patients with a labelled row; the labelled rows where a row is a patient.
  package var labelledPatients: Int
  package var averagePrecision: SiteAveragePrecision
  package var fit: SiteFit
  /// Model and baseline on the same rows; nil where the protocol has no baseline.
  package var paired: LocalPaired?

  /// A stratum without rows.
  package init(intervals: Int) {
    rows = ClassTable(intervals: intervals)
    patients = rows
    positiveSums = Array(repeating: .zero, count: intervals)
    negativeSums = positiveSums
    positivePowers = PowerTotals()
    negativePowers = PowerTotals()
    ranks = RankIntegers(
      positives: 0, negatives: 0, sumPositive: 0, sumSquaredPositive: 0, sumNegative: 0,
      sumSquaredNegative: 0)
    clusters = []
    distinctPatients = 0
    labelledPatients = 0
    averagePrecision = .tooFewEvents
    fit = .notEvaluable(.tooFewEvents)
  }
}

/// Σp and Σp² of one class on one interval or bin, in units of 2⁻³².
package struct ScoreSums: Sendable, Equatable, AdditiveArithmetic {
  package var first: Int128
  package var second: Int128

  /// The sums as given.
  package init(first: Int128, second: Int128) {
    self.first = first
    self.second = second
  }

  package static let zero = ScoreSums(first: 0, second: 0)

  package static func + (left: ScoreSums, right: ScoreSums) -> ScoreSums {
    ScoreSums(first: left.first + right.first, second: left.second + right.second)
  }

  package static func - (left: ScoreSums, right: ScoreSums) -> ScoreSums {
    ScoreSums(first: left.first - right.first, second: left.second - right.second)
  }

  package static func += (left: inout ScoreSums, right: ScoreSums) {
    left.first += right.first
    left.second += right.second
  }
}

/// Σp, Σp², Σp³ and Σp⁴ of one class in units of 2⁻³² (statistics.md C3).
package struct PowerTotals: Sendable, Equatable {
  package var first: Int128 = 0
  package var second: Int128 = 0
  package var third: Int128 = 0
  package var fourth: Int128 = 0

  /// Zeros.
  package init() {}
}

/// The ratio that a cluster record is about.
package enum ClusterMeasure: String, CaseIterable, Sendable {
  case sensitivity, specificity, positivePredictiveValue, negativePredictiveValue, flagRate
}

/// Patient-level sums of one ratio at one threshold (statistics.md C7).
package struct ClusterRecord: Sendable, Equatable {
  package let threshold: ExactDecimal
  package let measure: ClusterMeasure
  package let sums: ClusterSums

  /// The sums of one ratio.
  package init(threshold: ExactDecimal, measure: ClusterMeasure, sums: ClusterSums) {
    self.threshold = threshold
    self.measure = measure
    self.sums = sums
  }
}

/// Counts of one column's cells, apart for rows with and without a label.
package struct LocalHistogram: Sendable, Equatable {
  package let column: String
  package var labelled: [Int]
  package var unlabelled: [Int]
  /// Patients at one designated row of the window each, parallel to the rows.
  package var labelledPatients: [Int]
  package var unlabelledPatients: [Int]

  /// Zeros for a column with this many cells.
  package init(column: String, cells: Int) {
    self.column = column
    labelled = Array(repeating: 0, count: cells)
    unlabelled = labelled
    labelledPatients = labelled
    unlabelledPatients = labelled
  }
}
