package import CanonicalJSON
import EvaluationProtocols

/// One profile's comparison with the reference in one window of a site.
package struct DriftRow: Sendable, Equatable {
  package let window: String
  package let profile: String
  package let result: Result
  /// The share of missing values now and in the reference, where `missing` stands alone.
  package let missing: ShareShift?
  /// The share of values that are not listed, no number or out of range, where they stand alone.
  package let outside: ShareShift?
  /// The exact one-sided upper limit of that share at 95 %: what may hide behind no violation at all.
  package let outsideLimit: FixedDecimal?
  /// What a changed prevalence explains of the events beyond the expected; the score's profile only, from the
  /// second window on.
  package let priorShift: PriorShift?
  /// The prevalence among rows without a label that their scores speak for; the score's profile only.
  package let unlabelledPrevalence: FixedDecimal?

  /// A comparison, or why there is none.
  package enum Result: Sendable, Equatable {
    case compared(DriftNumbers)
    case withheld
    /// All cells are merged into one, or there is no row.
    case notEvaluable
  }

  /// Shares now and in the reference and their difference (now minus reference) with its interval.
  package struct ShareShift: Sendable, Equatable {
    package let share: FixedDecimal
    package let reference: FixedDecimal
    package let difference: FixedDecimal
    package let lower: FixedDecimal
    package let upper: FixedDecimal
  }
}

/// The logarithm of observed over expected events of a window, in two parts.
package struct PriorShift: Sendable, Equatable {
  /// What moving the scores from the prevalence of the site's first window to that of this one explains.
  package let explained: FixedDecimal
  /// The rest: the model has decayed, or was never calibrated.
  package let remainder: FixedDecimal
}

/// How far counts are from those of a reference.
package struct DriftNumbers: Sendable, Equatable {
  package let rows: Int
  package let cells: Int
  package let stabilityIndex: FixedDecimal
  /// What the index reaches by chance one time in a hundred when nothing has drifted.
  package let noise: FixedDecimal
  /// Against the protocol's limit, where it has one.
  package let assessment: Assessment?
  /// Kullback–Leibler divergence of now from the reference, in nats.
  package let klDivergence: FixedDecimal
  /// Jensen–Shannon divergence, in nats.
  package let jsDivergence: FixedDecimal
  /// Pearson's statistic on cells merged until each expects 5 rows; `nil` where fewer than two are left.
  package let chiSquared: ChiSquared?
  /// The largest difference of the cumulative shares that the cells guarantee, and the largest they allow.
  package let ks: MeasureDetails.Bounds?
  /// The Wasserstein distance between whole ranges of the score, likewise.
  package let wasserstein: MeasureDetails.Bounds?

  /// What the index says of the protocol's limit; all profiles of a window share an error of 5 %.
  package struct Assessment: Sendable, Equatable {
    /// The probability that chance alone reaches the index when nothing has drifted.
    package let pValue: FixedDecimal
    /// A conservative upper limit of the true index.
    package let upperLimit: FixedDecimal
    package let verdict: DriftVerdictWord
  }

  /// Pearson's test, with the likelihood-ratio statistic and Cramér's V beside it.
  package struct ChiSquared: Sendable, Equatable {
    package let statistic: FixedDecimal
    package let degreesOfFreedom: Int
    package let pValue: FixedDecimal
    package let g: FixedDecimal
    package let cramersV: FixedDecimal
  }
}

/// What the counts say of drift beyond the protocol's limit.
package enum DriftVerdictWord: String, CaseIterable, Sendable {
  /// At least the limit, and more than chance.
  case drift
  /// Below the limit even at the upper bound.
  case stable
  /// Too few rows to tell.
  case underpowered
}
