import Aggregates
import CanonicalJSON
import EvaluationProtocols

/// Bounds of the sums of one row of the matrix, while its strata come in.
struct ExplanationTotals {
  private(set) var contributors: [String] = []
  private(set) var withheld: [String] = []
  private(set) var rows = 0
  /// For each input, between what its sum lies, in units of `largest`.
  private(set) var sums: [(lower: Int, upper: Int)]

  init(features: Int) { sums = Array(repeating: (0, 0), count: features) }

  /// Adds a stratum of a contributor; those of one come one after the other.
  mutating func add(
    _ stratum: Disclosed<ReleasedExplanation.Contributions>, of contributor: String, minimumCell: Int
  ) {
    guard let contributions = stratum.value else {
      if withheld.last != contributor { withheld.append(contributor) }
      return
    }
    if contributors.last != contributor { contributors.append(contributor) }
    rows += contributions.rows
    for feature in sums.indices {
      let bounds = contributions.bounds(of: feature, minimumCell: minimumCell)
      sums[feature].lower += bounds.lower
      sums[feature].upper += bounds.upper
    }
  }
}

/// Means of all inputs and their shares; `value` is the middle of the bounds of a mean.
struct ExplanationShares {
  let means: [BoundedNumber]
  let shares: [BoundedNumber]

  /// Nil where nobody is sampled.
  init?(_ totals: ExplanationTotals, plan: ExplanationPlan) {
    guard totals.rows > 0 else { return nil }
    let rows = Double(totals.rows)
    means = zip(totals.sums, plan.features).map { sum, feature in
      let largest = feature.largest.value
      return BoundedNumber(
        value: Double(sum.lower + sum.upper) * largest / (2 * rows),
        lower: Double(sum.lower) * largest / rows,
        upper: Double(sum.upper) * largest / rows)
    }
    let whole = means.reduce(0) { $0 + $1.value }
    let least = means.reduce(0) { $0 + $1.lower }
    let most = means.reduce(0) { $0 + $1.upper }
    shares = means.map { mean in
      // An input has its least share where the others are at their most.
      let lowest = mean.lower == 0 ? 0 : mean.lower / (mean.lower + (most - mean.upper))
      return BoundedNumber(
        value: mean.value / whole, lower: lowest, upper: mean.upper / (mean.upper + (least - mean.lower)))
    }
  }

  /// Total variation distance from other shares.
  func distance(from other: ExplanationShares) -> BoundedNumber {
    var distance = BoundedNumber(value: 0, lower: 0, upper: 0)
    for (one, other) in zip(shares, other.shares) {
      distance.value += abs(one.value - other.value) / 2
      distance.lower += max(0, one.lower - other.upper, other.lower - one.upper) / 2
      distance.upper += max(one.upper - other.lower, other.upper - one.lower) / 2
    }
    distance.upper = min(1, distance.upper)
    return distance
  }

  /// Each share less that of others.
  func changes(from other: ExplanationShares) -> [BoundedNumber] {
    zip(shares, other.shares).map {
      BoundedNumber(value: $0.value - $1.value, lower: $0.lower - $1.upper, upper: $0.upper - $1.lower)
    }
  }
}

/// A number with bounds, before it is written.
struct BoundedNumber {
  var value: Double
  var lower: Double
  var upper: Double

  /// Finite by construction: a mean is at most the protocol's `largest`.
  var written: ExplanationRow.Bounded? {
    guard let value = try? FixedDecimal(value, scale: ValidationMatrix.scale),
      let lower = try? FixedDecimal(lower, scale: ValidationMatrix.scale),
      let upper = try? FixedDecimal(upper, scale: ValidationMatrix.scale)
    else { return nil }
    return ExplanationRow.Bounded(value: value, lower: lower, upper: upper)
  }
}
