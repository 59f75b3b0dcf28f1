/// The regularised incomplete beta function I_x(a, b).
///
/// Shape: numbers in, a probability in 0...1 out.
///
/// - Throws: `StatisticsError.invalidArgument` unless `x` is in 0...1 and `a`, `b` are in 1e-6...1e10;
///   `.noConvergence` where the continued fraction does not settle.
/// - Source: Abramowitz & Stegun 26.5.8 (continued fraction), prefactor after Loader (2000).
package func regularizedIncompleteBeta(_ x: Double, _ a: Double, _ b: Double) throws(StatisticsError)
  -> Double
{
  guard x >= 0, x <= 1 else { throw .invalidArgument("argument of the incomplete beta outside 0...1") }
  return try incompleteBetaTails(x, 1 - x, a, b).lower
}

/// I_x(a, b) and its complement, from `x` and `y` = 1 − x, each accurate relative to itself.
func incompleteBetaTails(
  _ x: Double, _ y: Double, _ a: Double, _ b: Double
) throws(StatisticsError) -> (lower: Double, upper: Double) {
  guard a >= 1e-6, b >= 1e-6, a <= 1e10, b <= 1e10 else {
    throw .invalidArgument("beta shape outside 1e-6...1e10")
  }
  if x <= 0 { return (0, 1) }
  if y <= 0 { return (1, 0) }
  let prefactor = betaTerm(a, b, x, y)
  // The fraction converges fast on the near side of the mean; the other side is its mirror image.
  if x < (a + 1) / (a + b + 2) {
    let lower = min(1, prefactor * (try betaFraction(x, y, a, b)) / a)
    return (lower, 1 - lower)
  }
  let upper = min(1, prefactor * (try betaFraction(y, x, b, a)) / b)
  return (1 - upper, upper)
}

/// The continued fraction of the incomplete beta function, by the modified Lentz method.
private func betaFraction(
  _ x: Double, _ y: Double, _ a: Double, _ b: Double
) throws(StatisticsError) -> Double {
  let tiny = 1e-300
  let limit = 500 + Int(10 * max(a, b).squareRoot())
  var c = 1.0
  var d = 1 - (a + b) * x / (a + 1)
  if abs(d) < tiny { d = tiny }
  d = 1 / d
  var fraction = d
  for i in 1...limit {
    let m = Double(i)
    let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
    let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
    for coefficient in [even, odd] {
      d = 1 + coefficient * d
      if abs(d) < tiny { d = tiny }
      c = 1 + coefficient / c
      if abs(c) < tiny { c = tiny }
      d = 1 / d
      fraction *= d * c
    }
    if abs(d * c - 1) < 0x1p-52 { return fraction }
  }
  throw .noConvergence("incomplete beta function")
}
