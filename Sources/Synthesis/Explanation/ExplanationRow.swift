package import CanonicalJSON
package import EvaluationProtocols

/// How far the score leans on each input, in one slice of one window: over the sampled patients of the contributors.
///
/// Sums come in steps, so that a mean is between bounds that hold whatever the sums are; `value` is their middle. The
/// bounds are no confidence intervals.
package struct ExplanationRow: Sendable, Equatable {
  package let window: String
  package let slice: SliceID
  /// Whose sums are in: site ids in the pooled part, window ids in a site's part.
  package let contributors: [String]
  /// Whose sums are withheld, in the same terms.
  package let withheld: [String]
  /// Sampled patients, one row each.
  package let rows: Int
  /// The inputs in protocol order; empty where nobody contributes.
  package let features: [Feature]
  /// How far the shares are from those of all sampled patients of the same windows and sites; levels only.
  package let fromOverall: Bounded?
  /// How far they are from those of the site's first window that shows the slice; a site's later windows only.
  package let fromFirst: Distance?

  /// One input.
  package struct Feature: Sendable, Equatable {
    package let name: String
    /// Mean absolute contribution to the log odds, cut at the protocol's `largest`.
    package let mean: Bounded
    /// Its share of the means of all inputs.
    package let share: Bounded
    /// Its share over all sampled patients of the same windows and sites; levels only.
    package let overallShare: Bounded?
    /// The share less that of the site's first window, where the row has `fromFirst`.
    package let change: Bounded?
  }

  /// A number with the bounds that the steps leave open.
  package struct Bounded: Sendable, Equatable {
    package let value: FixedDecimal
    package let lower: FixedDecimal
    package let upper: FixedDecimal
  }

  /// Total variation distance of shares, 0 to 1.
  package struct Distance: Sendable, Equatable {
    /// The window compared with.
    package let window: String
    package let distance: Bounded
  }
}
