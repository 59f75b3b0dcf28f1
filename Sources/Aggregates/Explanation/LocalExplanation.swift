internal import CanonicalJSON
package import EvaluationProtocols
import Statistics

/// How far the score leans on each input, over the sampled patients of one window.
package struct LocalExplanation: Sendable, Equatable {
  package var overall: Contributions
  /// One entry an attribute, in protocol order; each holds one entry a level, `missing` last.
  package var attributes: [[Contributions]]

  /// The sums of one slice.
  package struct Contributions: Sendable, Equatable {
    /// Sampled patients whose row stands in the slice; each has one row in the sample.
    package var rows: Int
    /// Σ of absolute contributions, in units of 2⁻³² of the log odds; one entry an input, in protocol order.
    package var sums: [Int128]

    /// Nobody yet, of a model with this many inputs.
    package init(features: Int) {
      rows = 0
      sums = Array(repeating: 0, count: features)
    }
  }

  /// Nobody yet.
  package init(under plan: ExplanationPlan, attributes: [SliceAttribute]) {
    let nobody = Contributions(features: plan.features.count)
    overall = nobody
    self.attributes = attributes.map { $0.levelIDs.map { _ in nobody } }
  }

  /// Adds one patient's row: what each input adds to its score, and its level of each attribute.
  ///
  /// Integers add in any order to the same sums.
  package mutating func add(_ contributions: [Double], levels: [UInt8], under plan: ExplanationPlan) {
    let magnitudes = zip(contributions, plan.features).map { $1.units(of: $0) }
    overall.add(magnitudes)
    for (attribute, level) in levels.enumerated() { attributes[attribute][Int(level)].add(magnitudes) }
  }
}

extension LocalExplanation.Contributions {
  fileprivate mutating func add(_ magnitudes: [Int64]) {
    rows += 1
    for (feature, magnitude) in magnitudes.enumerated() { sums[feature] += Int128(magnitude) }
  }
}

extension ExplanationPlan.Feature {
  /// `largest` in units of 2⁻³²; it is at most 1000, so it fits.
  package var largestUnits: Int64 { Int64((largest.value * fixedPointScale).rounded(.toNearestOrEven)) }

  /// The absolute value of a contribution in units of 2⁻³², rounded half to even, and cut at `largest`.
  ///
  /// Not-a-number, which an input beyond all numbers can give a coefficient of zero, adds nothing.
  fileprivate func units(of contribution: Double) -> Int64 {
    let magnitude = min(contribution.magnitude, largest.value)
    return magnitude.isNaN
      ? 0 : min(Int64((magnitude * fixedPointScale).rounded(.toNearestOrEven)), largestUnits)
  }
}
