package import CanonicalJSON
package import EvaluationProtocols

/// How far a measure in one level of an attribute is from that in other rows.
package struct GapRow: Sendable, Equatable {
  package let window: String
  package let slice: SliceID
  package let against: Against
  package let metric: Metric
  package let threshold: ExactDecimal?
  /// `site`; `pooledRows`, the crude gap; or `withinSite`, by Mantel and Haenszel over the sites.
  package let estimand: Estimand
  package let result: Result

  /// The rows that a level is compared with.
  package enum Against: Sendable, Equatable {
    /// The attribute's reference level.
    case level(String)
    /// All other rows of the window.
    case complement
  }

  /// A gap, or why there is none.
  package enum Result: Sendable, Equatable {
    case estimated(GapNumbers)
    case withheld
    case notEvaluable(NotEvaluable)
  }
}

/// A difference between two disjoint sets of rows.
package struct GapNumbers: Sendable, Equatable {
  /// The level's value less that of the others; of logarithms for observed / expected.
  package let difference: FixedDecimal
  package let lower: FixedDecimal?
  package let upper: FixedDecimal?
  /// The level's value over that of the others, where the measure has ratios.
  package let ratio: Ratio?
  /// Two-sided.
  package let pValue: FixedDecimal?
  /// `pValue` among all levels of the attribute, by the protocol's rule.
  package let adjustedPValue: FixedDecimal?
  package let method: String

  /// A ratio and its interval.
  package struct Ratio: Sendable, Equatable {
    package let value: FixedDecimal
    package let lower: FixedDecimal?
    package let upper: FixedDecimal?
  }
}

/// How a measure changes from window to window.
package struct TrendRow: Sendable, Equatable {
  package let slice: SliceID
  package let metric: Metric
  package let threshold: ExactDecimal?
  package let estimand: Estimand
  package let result: Result

  /// A trend, or why there is none.
  package enum Result: Sendable, Equatable {
    case estimated(TrendNumbers)
    case notEvaluable(NotEvaluable)
  }
}

/// A trend over windows in order.
package struct TrendNumbers: Sendable, Equatable {
  /// Windows with a number.
  package let windows: Int
  /// Change of the log odds a window, with its interval.
  package let slope: FixedDecimal
  package let lower: FixedDecimal
  package let upper: FixedDecimal
  /// Two-sided, of the slope.
  package let pValue: FixedDecimal
  /// The last window's value less the first's, where the measure is a share of rows.
  package let change: GapNumbers?
  package let method: String
}

/// One window of a site's risk-adjusted CUSUM.
package struct CUSUMRow: Sendable, Equatable {
  package let window: String
  package let result: Result

  /// The value after the window, or why there is none.
  package enum Result: Sendable, Equatable {
    /// `value` after adding `increment`; `signals` when it is above the protocol's limit.
    case counted(increment: FixedDecimal, value: FixedDecimal, signals: Bool)
    /// The window's sum is withheld; the path goes on without it.
    case withheld
    /// No row of the window has a label.
    case noRows
  }
}
