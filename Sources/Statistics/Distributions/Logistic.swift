import Glibc

/// The logistic function 1 / (1 + e^−x), without overflow at either end.
package func expit(_ x: Double) -> Double {
  guard x < 0 else { return 1 / (1 + exp(-x)) }
  let e = exp(x)
  return e / (1 + e)
}

/// The log odds log(p / (1 − p)): −∞ at 0, +∞ at 1, not a number outside 0...1.
package func logit(_ p: Double) -> Double {
  // Around one half the quotient is near 1 and its logarithm near 0; 2p − 1 is exact there.
  if p > 0.25 && p < 0.75 { return log1p((2 * p - 1) / (1 - p)) }
  return log(p) - log1p(-p)
}

/// log(1 + e^x) without overflow: the negative log-likelihood of a row is built from it.
package func softplus(_ x: Double) -> Double {
  x > 0 ? x + log1p(exp(-x)) : log1p(exp(x))
}
