import Glibc

/// The regularised incomplete beta function I_x(a, b) for a, b > 0 and x in 0...1.
///
/// By the continued fraction of modified Lentz on the side where it converges fast.
///
/// - Source: DLMF 8.17.22.
package func regularizedIncompleteBeta(_ x: Double, a: Double, b: Double) -> Double {
  guard x > 0 else { return 0 }
  guard x < 1 else { return 1 }
  let front = exp(
    logGamma(a + b) - logGamma(a) - logGamma(b) + a * log(x) + b * log1p(-x))
  if x < (a + 1) / (a + b + 2) { return front * betaFraction(x, a, b) / a }
  return 1 - front * betaFraction(1 - x, b, a) / b
}

private func betaFraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
  let tiny = 1e-300
  func guarded(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }
  var c = 1.0
  var d = 1 / guarded(1 - (a + b) * x / (a + 1))
  var result = d
  for step in 1...100_000 {
    let m = Double(step)
    let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / guarded(1 + even * d)
    c = guarded(1 + even / c)
    result *= d * c
    let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / guarded(1 + odd * d)
    c = guarded(1 + odd / c)
    let change = d * c
    result *= change
    if abs(change - 1) < 1e-16 { break }
  }
  return result
}

/// The x with I_x(a, b) = p, by bisection to the last bit.
package func betaQuantile(_ p: Double, a: Double, b: Double) -> Double {
  guard p > 0 else { return 0 }
  guard p < 1 else { return 1 }
  return bisect(from: 0, to: 1) { regularizedIncompleteBeta($0, a: a, b: b) < p }
}

/// The boundary between arguments for which `isBelow` holds and those for which it does not.
///
/// Bounded: at most 2,200 halvings, which exhaust binary64.
func bisect(from start: Double, to end: Double, isBelow: (Double) -> Bool) -> Double {
  var lower = start
  var upper = end
  for _ in 0..<2200 {
    let middle = lower + (upper - lower) / 2
    if middle <= lower || middle >= upper { break }
    if isBelow(middle) { lower = middle } else { upper = middle }
  }
  return lower + (upper - lower) / 2
}
