import Glibc

/// The multipliers of the looks at a result that is looked at a planned number of times, equally far apart.
///
/// Shape: the number of looks in, one normal multiplier a look out, falling from the first to the last.
/// Units: standard errors. The intervals estimate ± zₖ × standard error of all looks together hold the truth
/// with probability 1 − `alpha`, as far as the estimate is normal with independent increments.
///
/// The error is spent as O'Brien and Fleming's boundaries do, on each side f(t) = 2 − 2Φ(z/√t) with z the
/// normal quantile of 1 − α/4, so that f(1) = α/2. Each look's boundary is solved from the density of the
/// paths that have stayed inside all earlier ones, carried from look to look by Gauss–Legendre integration.
///
/// - Throws: `StatisticsError.invalidArgument` when `planned` is outside 1...200, `alpha` outside 1e-6...0.5, or
///   what the first look may spend is too small for a binary64 (never at 0.05); `.noConvergence` where a
///   boundary is not found.
/// - Source: Lan & DeMets (1983), Biometrika 70, 659–663; recursion of Armitage, McPherson & Rowe (1969), J. R.
///   Stat. Soc. A 132, 235–244, as in Jennison & Turnbull (2000), chapter 19.
package func alphaSpendingMultipliers(
  planned: Int, alpha: Double = 0.05
) throws(StatisticsError) -> [Double] {
  guard planned >= 1, planned <= 200 else { throw .invalidArgument("planned looks outside 1...200") }
  guard alpha >= 1e-6, alpha <= 0.5 else { throw .invalidArgument("alpha outside 1e-6...0.5") }
  let quantile = -normalQuantile(alpha / 4)
  // A look adds a standard normal increment to the sum, so that the sum at look k has variance k.
  func spent(_ look: Int) -> Double {
    2 * normalCumulative(-quantile / (Double(look) / Double(planned)).squareRoot())
  }
  guard spent(1) > Double.leastNormalMagnitude else {
    throw .invalidArgument("the first of so many looks has no error to spend")
  }
  var boundary = -normalQuantile(spent(1))
  var multipliers = [boundary]
  // Two nodes for each standard deviation of an increment, and more for the ends.
  let rule = GaussLegendreRule(nodes: 32 + Int(2 * boundary))
  var paths = SurvivingPaths(rule, upTo: boundary) { normalDensity($0) }
  for look in stride(from: 2, through: planned, by: 1) {
    let spending = spent(look) - spent(look - 1)
    let root = increasingRoot(in: Interval(lower: 0, upper: 40 * Double(look)), startingAt: boundary) { end in
      let tail = paths.probability(above: end)
      return (log(spending / tail), paths.density(at: end) / tail)
    }
    guard let root else { throw .noConvergence("boundary of a look") }
    boundary = root
    multipliers.append(boundary / Double(look).squareRoot())
    paths = SurvivingPaths(rule, upTo: boundary) { paths.density(at: $0) }
  }
  return multipliers
}

/// The density of a symmetric random walk over the paths that have not left the boundaries so far.
private struct SurvivingPaths {
  /// Places between 0 and the boundary; the density is even, so that half of it is enough.
  private let places: [Double]
  /// The density at each place times the weight of the place.
  private let masses: [Double]

  init(_ rule: GaussLegendreRule, upTo boundary: Double, density: (Double) -> Double) {
    places = rule.nodes.map { boundary * (1 + $0) / 2 }
    masses = zip(places, rule.weights).map { density($0) * $1 * boundary / 2 }
  }

  /// The density of the next sum at `end`.
  func density(at end: Double) -> Double {
    var sum = 0.0
    for index in places.indices {
      sum += masses[index] * (normalDensity(end - places[index]) + normalDensity(end + places[index]))
    }
    return sum
  }

  /// The probability that the next sum is above `end`.
  func probability(above end: Double) -> Double {
    var sum = 0.0
    for index in places.indices {
      sum += masses[index] * (normalCumulative(places[index] - end) + normalCumulative(-end - places[index]))
    }
    return sum
  }
}

private func normalDensity(_ x: Double) -> Double {
  exp(-0.5 * x * x) * 0.398942280401432677939946059934
}
