/// The regularised incomplete gamma functions P(a, x) and Q(a, x) = 1 − P(a, x).
///
/// Both are computed so that the smaller one keeps its relative accuracy, below 1e-13 for `a` in 0.5...1e6
/// and values down to 1e-300.
///
/// - Throws: `StatisticsError.invalidArgument` unless `a` is in 1e-6...1e10 and `x` is not negative;
///   `.noConvergence` where the expansion does not settle.
/// - Source: Abramowitz & Stegun 6.5.29 (series) and 6.5.31 (continued fraction, modified Lentz).
package func regularizedIncompleteGamma(
  _ a: Double, _ x: Double
) throws(StatisticsError) -> (lower: Double, upper: Double) {
  guard a >= 1e-6, a <= 1e10 else { throw .invalidArgument("gamma shape outside 1e-6...1e10") }
  guard x >= 0 else { throw .invalidArgument("negative argument of the incomplete gamma function") }
  if x == 0 { return (0, 1) }
  if x == .infinity { return (1, 0) }
  // Both expansions need a multiple of √a terms near x = a, fewer elsewhere.
  let limit = 500 + Int(20 * a.squareRoot())
  if x < a + 1 {
    var term = 1.0
    var sum = NeumaierSum()
    sum.add(1)
    for i in 1...limit {
      term *= x / (a + Double(i))
      sum.add(term)
      if term < sum.value * 0x1p-54 {
        let lower = min(1, poissonTerm(a, mean: x) * sum.value)
        return (lower, 1 - lower)
      }
    }
  } else {
    return try upperFraction(a, x, limit)
  }
  throw .noConvergence("incomplete gamma function")
}

/// 1 − Q and Q for x ≥ a + 1.
///
/// The modified Lentz method finds how many terms are needed; the value is then built from the last term up,
/// where rounding errors contract instead of adding up.
private func upperFraction(
  _ a: Double, _ x: Double, _ limit: Int
) throws(StatisticsError) -> (lower: Double, upper: Double) {
  let tiny = 1e-300
  let first = DoubleDouble(sum: x, -a) + DoubleDouble(1)
  func numerator(_ i: Double) -> Double { -i * (i - a) }
  func denominator(_ i: Double) -> Double { first.value + 2 * i }
  var c = 1 / tiny
  var d = 1 / denominator(0)
  for i in 1...limit {
    let place = Double(i)
    d = numerator(place) * d + denominator(place)
    if abs(d) < tiny { d = tiny }
    c = denominator(place) + numerator(place) / c
    if abs(c) < tiny { c = tiny }
    d = 1 / d
    guard abs(d * c - 1) < 0x1p-52 else { continue }
    var fraction = denominator(place)
    for j in stride(from: i, to: 0, by: -1) {
      fraction = denominator(Double(j - 1)) + numerator(Double(j)) / fraction
    }
    let upper = min(1, poissonTerm(a, mean: x) * a / fraction)
    return (1 - upper, upper)
  }
  throw .noConvergence("incomplete gamma function")
}

/// The regularised lower incomplete gamma function P(a, x).
///
/// - Throws: as `regularizedIncompleteGamma`.
package func regularizedLowerIncompleteGamma(_ a: Double, _ x: Double) throws(StatisticsError) -> Double {
  try regularizedIncompleteGamma(a, x).lower
}
