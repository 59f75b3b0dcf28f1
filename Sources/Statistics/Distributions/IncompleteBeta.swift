/// The regularised incomplete beta function I_x(a, b).
///
/// Shape: numbers in, a probability in 0...1 out.
///
/// - Throws: `StatisticsError.invalidArgument` unless `x` is in 0...1 and `a`, `b` are in 1e-6...1e10;
///   `.noConvergence` where the continued fraction does not settle.
/// - Source: Didonato & Morris (1992), ACM Trans. Math. Softw. 18, 360–373 (continued fraction); prefactor
///   after Loader (2000).
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
    let lower = min(1, prefactor / (try betaFraction(x, y, a, b)))
    return (lower, 1 - lower)
  }
  let upper = min(1, prefactor / (try betaFraction(y, x, b, a)))
  return (1 - upper, upper)
}

/// The continued fraction F with I_x(a, b) = x^a y^b / (B(a, b) F), by the modified Lentz method.
///
/// In this form the terms that cancel are written with y, which keeps small b beside large a accurate.
private func betaFraction(
  _ x: Double, _ y: Double, _ a: Double, _ b: Double
) throws(StatisticsError) -> Double {
  let tiny = 1e-300
  let limit = 500 + Int(10 * max(a, b).squareRoot())
  let offset = a * y - b * x + 1
  var fraction = a * offset / (a + 1)
  if abs(fraction) < tiny { fraction = tiny }
  var c = fraction
  var d = 0.0
  for i in 1...limit {
    let m = Double(i)
    let odd = a + 2 * m - 1
    let numerator = (a + m - 1) / odd * ((a + b + m - 1) / odd) * m * (b - m) * x * x
    let denominator = m + m * (b - m) * x / odd + (a + m) / (a + 2 * m + 1) * (offset + m * (1 + y))
    d = denominator + numerator * d
    if abs(d) < tiny { d = tiny }
    c = denominator + numerator / c
    if abs(c) < tiny { c = tiny }
    d = 1 / d
    fraction *= c * d
    if abs(c * d - 1) < 0x1p-51 { return fraction }
  }
  throw .noConvergence("incomplete beta function")
}
