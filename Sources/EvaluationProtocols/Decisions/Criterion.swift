package import CanonicalJSON

/// One acceptance criterion: data, not code. Fixed before results.
package struct Criterion: Sendable, Equatable {
  package let id: String
  /// Why the criterion is there, for the people who read the verdict.
  package let rationale: String
  package let metric: Metric
  /// The decision threshold, for metrics that need one.
  package let threshold: ExactDecimal?
  package let slices: SliceSelector
  package let scope: Scope
  package let bound: Bound
  package let comparison: Comparison
  package let limit: ExactDecimal
  /// Fewest events (for specificity: non-events; for measures of both: of each) for a site or pool to be
  /// evaluable.
  package let minimumEvents: Int
  package let coverage: Coverage
  /// Which rows of the matrix are judged.
  package let window: Window
  /// How the bound allows for being looked at more than once; `nil` where it does not.
  package let looks: Looks?

  /// Which window of the matrix is judged.
  package enum Window: Sendable, Equatable {
    /// All windows together, or the only one.
    case all
    /// The last window, in order, whose pooled overall row is released and has rows with a label.
    case newest
  }

  /// How the error of repeated looks at growing data is held at 5 % altogether.
  package enum Looks: Sendable, Equatable {
    /// A confidence sequence: valid at every look, however many there are.
    case alwaysValid
    /// Boundaries that spend the error over a planned number of looks.
    case alphaSpending(planned: Int)

    /// The words for a look, such as `look 2 of 5, by alpha spending`.
    package func words(look: Int) -> String {
      switch self {
      case .alwaysValid: "look \(look), by a bound that is valid at every look"
      case .alphaSpending(let planned): "look \(look) of \(planned), by alpha spending"
      }
    }
  }

  /// Which slices the criterion asks about.
  package enum SliceSelector: Sendable, Equatable {
    case one(SliceID)
    /// Every listed level of an attribute; the reserved level `missing` is not asked.
    case eachLevel(attribute: String)
  }

  /// Which estimand is judged.
  package enum Scope: String, CaseIterable, Sendable {
    case pooledRows
    case withinSite
    case randomEffects
    /// The prediction interval of the random-effects model: what a new site may expect.
    case newSite
    /// Each validation site on its own.
    case everySite
    /// The validation site with the least favourable estimate.
    case worstSite
  }

  /// Which number of the estimate is compared.
  package enum Bound: String, CaseIterable, Sendable {
    case point, lower, upper
  }

  /// The direction of the comparison.
  package enum Comparison: String, CaseIterable, Sendable {
    case atLeast, atMost

    /// The words for it.
    package var words: String { self == .atLeast ? "at least" : "at most" }
  }

  /// How much of the study must be evaluable.
  package struct Coverage: Sendable, Equatable {
    package let minimumSites: Int
    /// Of the validation sites' rows in the slice's window, as far as they are released.
    package let minimumRowShare: ExactDecimal
    package let whenWithheld: WhenWithheld
  }

  /// What a withheld or under-powered site does to the verdict.
  package enum WhenWithheld: String, CaseIterable, Sendable {
    /// The criterion cannot pass.
    case block
    /// The site counts neither way and is named; the minimum must still hold.
    case list
  }
}

extension Criterion {
  /// The criterion as one English sentence.
  package var sentence: String {
    let number = limit.text
    let subject =
      switch bound {
      case .point: "\(metric.words)\(thresholdWords)"
      case .lower: "the lower 95 % bound of \(metric.words)\(thresholdWords)"
      case .upper: "the upper 95 % bound of \(metric.words)\(thresholdWords)"
      }
    return "\(subject), \(scopeWords)\(sliceWords)\(windowWords), is \(comparison.words) \(number)"
  }

  private var thresholdWords: String {
    threshold.map { " at threshold \($0.text)" } ?? ""
  }

  private var scopeWords: String {
    switch scope {
    case .pooledRows: "over the pooled rows of the validation sites"
    case .withinSite: "within sites"
    case .randomEffects: "as the random-effects mean over validation sites"
    case .newSite: "as predicted for a new site"
    case .everySite: "at every validation site"
    case .worstSite: "at the worst validation site"
    }
  }

  private var windowWords: String {
    window == .newest ? ", in the newest window" : ""
  }

  private var sliceWords: String {
    switch slices {
    case .one(.overall): ""
    case .one(let slice): ", among rows with \(slice.attribute) \(slice.level)"
    case .eachLevel(let attribute): ", for each level of \(attribute)"
    }
  }
}
