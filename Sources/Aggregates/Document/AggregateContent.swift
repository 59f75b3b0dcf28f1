package import Cryptography
package import EvaluationProtocols
package import Statistics

/// What a site releases: the content of `aggregate.json`, a function of protocol, model, dataset rows,
/// effective policy and site id, and of nothing else. Format: `protocols/aggregate.md`.
package struct AggregateContent: Sendable, Equatable {
  /// The value of the document's `format` member.
  package static let format = "urn:equipoise:aggregate:v1"

  package let site: String
  package let protocolDigest: Digest
  package let modelDigest: Digest
  package let featuresDigest: Digest?
  package let policy: DisclosurePolicy
  package let flow: Disclosed<ReleasedFlow>
  /// One entry a window, in protocol order.
  package let windows: [ReleasedWindow]
}

/// A value, or the one word for what disclosure control kept back.
package enum Disclosed<Value: Sendable & Equatable>: Sendable, Equatable {
  case released(Value)
  case withheld

  /// The value, if it was released.
  package var value: Value? {
    guard case .released(let value) = self else { return nil }
    return value
  }
}

/// Rows read and excluded; a reason without a count is withheld.
package struct ReleasedFlow: Sendable, Equatable {
  package let read: Int
  /// In the order of `ExclusionReason.all`.
  package let exclusions: [Exclusion]

  /// The rows that left for one reason.
  package struct Exclusion: Sendable, Equatable {
    package let reason: ExclusionReason
    package let rows: Disclosed<Int>
  }
}

/// One window's released counts.
package struct ReleasedWindow: Sendable, Equatable {
  package let id: String
  package let overall: ReleasedSlice
  /// The division on which `overall` is released; `nil` where it is withheld or empty.
  package let partition: Partition?
  /// One entry an attribute, in protocol order.
  package internal(set) var attributes: [ReleasedAttribute]
  /// Whether the histograms count rows without a label too.
  package let histogramsCountUnlabelled: Bool
  /// One entry a column profile, in protocol order.
  package let histograms: [ReleasedHistogram]
  /// One entry a listed intersection, in protocol order.
  package let intersections: [ReleasedIntersection]
  /// Rows left out for want of a score, whose time is in the window.
  package internal(set) var unscored: Disclosed<ReleasedUnscored>
  /// Σ ln(1 + (R − 1)p) over the labelled rows in units of 2⁻³²; `nil` where the protocol has no CUSUM.
  package let cusum: Disclosed<Int128>?
  /// `nil` where the protocol has no operations.
  package let operations: Disclosed<ReleasedOperations>?
  /// What the score leans on; `nil` where the protocol does not ask.
  package let explanation: Disclosed<ReleasedExplanation>?
}

/// One attribute's levels, all on one division.
package struct ReleasedAttribute: Sendable, Equatable {
  package let id: String
  /// `nil` where every level with rows is withheld.
  package let partition: Partition?
  /// One entry a level, `missing` last.
  package let levels: [ReleasedSlice]
  /// Rows of the window left out for want of a score, by level; one entry a level.
  package internal(set) var unscored: Disclosed<[ReleasedUnscored]>
}

/// One slice of a window.
package enum ReleasedSlice: Sendable, Equatable {
  case released(ReleasedStratum)
  case withheld
  /// No row stands in it, which is no secret.
  case empty

  /// The counts, if they were released.
  package var stratum: ReleasedStratum? {
    guard case .released(let stratum) = self else { return nil }
    return stratum
  }
}

/// The counts and sums of one released slice, on its partition.
package struct ReleasedStratum: Sendable, Equatable {
  package let positive: IntervalCounts
  package let negative: IntervalCounts
  package let unlabelled: Disclosed<IntervalCounts>
  /// Distinct patients with a labelled row; the labelled rows where a row is a patient.
  package let patients: Int
  /// One entry a calibration bin of the partition.
  package let bins: [ReleasedBin]
  package let positivePowers: ReleasedPowers
  package let negativePowers: ReleasedPowers
  package let ranks: RankIntegers
  package let averagePrecision: SiteAveragePrecision
  package let fit: SiteFit
  /// Distinct patients and patient-level sums; empty where a row is a patient.
  package let clusters: [ClusterRecord]
  /// Model and baseline on the same rows; nil where the protocol has no baseline.
  package let paired: Disclosed<ReleasedPaired>?

  /// Rows with an event.
  package var events: Int { positive.reduce(0, +) }
  /// Rows with a label and no event.
  package var nonEvents: Int { negative.reduce(0, +) }
  /// Rows with a label.
  package var labelled: Int { events + nonEvents }
}

/// Σp and Σp² by class in one calibration bin (statistics.md C2).
package struct ReleasedBin: Sendable, Equatable {
  package let positive: ScoreSums
  package let negative: ScoreSums
}

/// Power sums of one class; the third and fourth are withheld below a floor (statistics.md C3).
package struct ReleasedPowers: Sendable, Equatable {
  package let first: Int128
  package let second: Int128
  /// Σp³ and Σp⁴.
  package let high: Disclosed<HighPowers>

  /// Σp³ and Σp⁴.
  package struct HighPowers: Sendable, Equatable {
    package let third: Int128
    package let fourth: Int128
  }
}

/// One column's counts on runs of neighbouring cells.
package struct ReleasedHistogram: Sendable, Equatable {
  package let column: String
  /// `withheld` where not even all rows together are enough.
  package let cells: Disclosed<[Cell]>

  /// A run of neighbouring cells and its rows.
  package struct Cell: Sendable, Equatable {
    /// Positions of the first and the last cell of the run in the profile.
    package let first: Int
    package let last: Int
    package let rows: Int
  }
}

extension Partition {
  /// The calibration bins: for each, the range of this partition's intervals in it.
  package func bins(of grid: ScoreGrid) -> [Range<Int>] {
    let dividers = edges.indices.filter { grid.dividesBins[edges[$0]] }
    return zip(dividers, dividers.dropFirst()).map { $0..<$1 }
  }
}
