package import CanonicalJSON
package import EvaluationProtocols

/// The verdicts of one gate: the move out of a phase into the next.
package struct GateOutcome: Sendable, Equatable {
  /// The phase that the gate leads out of.
  package let phase: PhaseName
  /// Which look at the phase's results it is, from 1.
  package let look: Int
  /// The data classes of the sites' datasets, sorted: anything but `clinical` is said wherever verdicts are shown.
  package let dataClasses: [String]
  /// The phase's least data.
  package let minimum: CriterionOutcome
  /// Criteria that must all pass, in protocol order.
  package let go: [CriterionOutcome]
  /// Criteria of which none may fail, in protocol order.
  package let stop: [CriterionOutcome]

  /// `pass` when the minimum and every go criterion pass and no stop criterion fails.
  package var verdict: Verdict {
    Verdict.all([minimum.verdict] + go.map(\.verdict) + stop.filter { $0.verdict == .fail }.map(\.verdict))
  }
}

/// What one criterion came to, and why.
package struct CriterionOutcome: Sendable, Equatable {
  /// The criterion's id, or `minimum`.
  package let id: String
  package let verdict: Verdict
  /// The criterion as a sentence.
  package let sentence: String
  /// What decided, as sentences.
  package let reasons: [String]
  /// The numbers that were judged.
  package let findings: [Finding]
}

/// One number that was judged against the limit.
package struct Finding: Sendable, Equatable {
  package let slice: SliceID
  /// The site, where the criterion looks at sites one by one.
  package let site: String?
  /// The window, where the criterion looks at windows one by one.
  package let window: String?
  package let verdict: Verdict
  package let value: FixedDecimal?
  package let lower: FixedDecimal?
  package let upper: FixedDecimal?
  package let reason: String

  init(
    slice: SliceID, site: String?, window: String? = nil, verdict: Verdict, value: FixedDecimal?,
    lower: FixedDecimal?, upper: FixedDecimal?, reason: String
  ) {
    self.slice = slice
    self.site = site
    self.window = window
    self.verdict = verdict
    self.value = value
    self.lower = lower
    self.upper = upper
    self.reason = reason
  }
}
