package import CanonicalJSON

/// What is estimated beside the counts, fixed before results like everything else.
package struct AnalysisPlan: Sendable, Equatable {
  /// The prevalence, strictly between 0 and 1, at which predictive values of different sites are compared.
  package let standardPrevalence: ExactDecimal?
  /// How p-values of gaps are adjusted where any bad subgroup raises a flag.
  package let multiplicity: Multiplicity?
  /// The risk-adjusted CUSUM over the windows.
  package let cusum: CUSUMPlan?
  /// What the model leans on, over a sample of the rows.
  package let explanation: ExplanationPlan?

  /// The plan as given; nothing, where the protocol has no plan.
  package init(
    standardPrevalence: ExactDecimal? = nil, multiplicity: Multiplicity? = nil, cusum: CUSUMPlan? = nil,
    explanation: ExplanationPlan? = nil
  ) {
    self.standardPrevalence = standardPrevalence
    self.multiplicity = multiplicity
    self.cusum = cusum
    self.explanation = explanation
  }
}

/// How the p-values of a family of gaps are adjusted.
package enum Multiplicity: String, CaseIterable, Sendable {
  /// Family-wise error, for confirmation.
  case holm
  /// False discovery rate, for exploration.
  case benjaminiHochberg
}

/// A risk-adjusted CUSUM that watches for odds of the event beyond what the score says (Steiner et al. 2000).
package struct CUSUMPlan: Sendable, Equatable {
  /// The odds ratio R > 1 that it is tuned to detect.
  package let oddsRatio: ExactDecimal
  /// The value above which it signals.
  package let limit: ExactDecimal
  /// The mean number of windows until a false signal that the author states for `limit`.
  package let runLength: Int
}
