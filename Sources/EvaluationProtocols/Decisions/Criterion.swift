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
  /// What is judged of the metric in a slice: the metric itself, or how far it is from that of other rows.
  package let contrast: Contrast
  /// The drift profile, for the stability index.
  package let profile: String?
  package let scope: Scope
  package let bound: Bound
  /// How the interval of a proportion is formed.
  package let interval: Interval
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

  /// How the interval of a proportion is formed.
  package enum Interval: Sendable, Equatable {
    /// The interval that the matrix writes.
    case standard
    /// Clopper and Pearson's, whose coverage is never below what it says: for safety.
    case exact
  }

  /// What is judged of a metric in a slice.
  package enum Contrast: Sendable, Equatable {
    case none
    /// The slice's value less that of the attribute's reference level, or of all its other levels together.
    case gap
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
    let boundWords =
      switch bound {
      case .point: ""
      case .lower: "the \(intervalWords)lower 95 % bound of "
      case .upper: "the \(intervalWords)upper 95 % bound of "
      }
    return "\(boundWords)\(measureWords), \(scopeWords)\(sliceWords)\(windowWords), "
      + "is \(comparison.words) \(limit.text)"
  }

  private var measureWords: String {
    if let profile { return "how far \(profile) is from its reference (\(metric.words))" }
    switch contrast {
    case .none: return "\(metric.words)\(thresholdWords)"
    case .gap:
      // Ratios of two slices are compared on the scale of their logarithms.
      let scale = metric == .observedExpectedRatio ? "the logarithm of " : ""
      return "how far \(scale)\(metric.words)\(thresholdWords) is above that of the reference rows"
    }
  }

  private var intervalWords: String { interval == .exact ? "exact " : "" }

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
