/// The regularised incomplete gamma functions P(a, x) and Q(a, x) = 1 − P(a, x).
///
/// Both are computed so that the smaller one keeps its relative accuracy.
///
/// - Throws: `StatisticsError.invalidArgument` unless `a` is in 1e-6...1e9 and `x` is not negative;
///   `.noConvergence` where the expansion does not settle.
/// - Source: Abramowitz & Stegun 6.5.29 (series) and 6.5.31 (continued fraction, modified Lentz).
package func regularizedIncompleteGamma(
  _ a: Double, _ x: Double
) throws(StatisticsError) -> (lower: Double, upper: Double) {
  guard a >= 1e-6, a <= 1e9 else { throw .invalidArgument("gamma shape outside 1e-6...1e9") }
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
    let tiny = 1e-300
    var b = x + 1 - a
    var c = 1 / tiny
    var d = 1 / b
    var fraction = d
    for i in 1...limit {
      let numerator = -Double(i) * (Double(i) - a)
      b += 2
      d = numerator * d + b
      if abs(d) < tiny { d = tiny }
      c = b + numerator / c
      if abs(c) < tiny { c = tiny }
      d = 1 / d
      fraction *= d * c
      if abs(d * c - 1) < 0x1p-52 {
        let upper = min(1, poissonTerm(a, mean: x) * a * fraction)
        return (1 - upper, upper)
      }
    }
  }
  throw .noConvergence("incomplete gamma function")
}

/// The regularised lower incomplete gamma function P(a, x).
///
/// - Throws: as `regularizedIncompleteGamma`.
package func regularizedLowerIncompleteGamma(_ a: Double, _ x: Double) throws(StatisticsError) -> Double {
  try regularizedIncompleteGamma(a, x).lower
}
