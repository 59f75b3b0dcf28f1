/// Which end of a distribution a tail probability is counted from.
package enum Tail: Sendable {
  /// At most the value.
  case lower
  /// Above the value.
  case upper
}

/// The regularised incomplete beta function I_x(a, b), or its complement 1 − I_x(a, b) for the upper tail.
///
/// Shape: numbers in, a probability in 0...1 out. Either tail is accurate relative to itself, below 1e-13
/// for shapes in 0.5...1e9 and tails down to 1e-300. `x` is taken as exact: half a unit in its last place
/// moves a tail by up to `max(a, b)`·1e-16, which for large shapes is more than that.
///
/// - Throws: `StatisticsError.invalidArgument` unless `x` is in 0...1 and `a`, `b` are in 1e-6...1e10;
///   `.noConvergence` where the continued fraction does not settle.
/// - Source: Didonato & Morris (1992), ACM Trans. Math. Softw. 18, 360–373 (continued fraction); prefactor
///   after Loader (2000).
package func regularizedIncompleteBeta(
  _ x: Double, tail: Tail = .lower, _ a: Double, _ b: Double
) throws(StatisticsError) -> Double {
  guard x >= 0, x <= 1 else { throw .invalidArgument("argument of the incomplete beta outside 0...1") }
  let tails = try incompleteBetaTails(DoubleDouble(x), DoubleDouble(sum: 1, -x), a, b)
  return tail == .lower ? tails.lower : tails.upper
}

/// I_x(a, b) and its complement, from `x` and `y` = 1 − x, each accurate relative to itself.
func incompleteBetaTails(
  _ x: DoubleDouble, _ y: DoubleDouble, _ a: Double, _ b: Double
) throws(StatisticsError) -> (lower: Double, upper: Double) {
  guard a >= 1e-6, b >= 1e-6, a <= 1e10, b <= 1e10 else {
    throw .invalidArgument("beta shape outside 1e-6...1e10")
  }
  if x.high <= 0 { return (0, 1) }
  if y.high <= 0 { return (1, 0) }
  let prefactor = betaTerm(a, b, x, y)
  // The fraction converges fast on the near side of the mean; the other side is its mirror image.
  if x.high < (a + 1) / (a + b + 2) {
    let lower = min(1, prefactor / (try betaFraction(x, y, a, b)))
    return (lower, 1 - lower)
  }
  let upper = min(1, prefactor / (try betaFraction(y, x, b, a)))
  return (1 - upper, upper)
}

/// The continued fraction F with I_x(a, b) = x^a y^b / (B(a, b) F).
///
/// In this form the terms that cancel are written with y, which keeps small b beside large a accurate.
/// The modified Lentz method finds how many terms are needed. Its product of a factor a term would carry
/// the rounding of each, so the value is then built from the last term up, where errors contract.
private func betaFraction(
  _ x: DoubleDouble, _ y: DoubleDouble, _ a: Double, _ b: Double
) throws(StatisticsError) -> Double {
  let tiny = 1e-300
  let limit = 500 + Int(10 * max(a, b).squareRoot())
  let offset = (DoubleDouble(a) * y - DoubleDouble(b) * x + DoubleDouble(1)).value
  let (x, y) = (x.high, y.high)
  func numerator(_ m: Double) -> Double {
    let odd = a + 2 * m - 1
    return (a + m - 1) / odd * ((a + b + m - 1) / odd) * m * (b - m) * x * x
  }
  func denominator(_ m: Double) -> Double {
    m + m * (b - m) * x / (a + 2 * m - 1) + (a + m) / (a + 2 * m + 1) * (offset + m * (1 + y))
  }
  let first = a * offset / (a + 1)
  var c = abs(first) < tiny ? tiny : first
  var d = 0.0
  for i in 1...limit {
    let m = Double(i)
    d = denominator(m) + numerator(m) * d
    if abs(d) < tiny { d = tiny }
    c = denominator(m) + numerator(m) / c
    if abs(c) < tiny { c = tiny }
    d = 1 / d
    guard abs(c * d - 1) < 0x1p-51 else { continue }
    var fraction = denominator(m)
    for j in stride(from: i, to: 1, by: -1) {
      fraction = denominator(Double(j - 1)) + numerator(Double(j)) / fraction
    }
    return first + numerator(1) / fraction
  }
  throw .noConvergence("incomplete beta function")
}
