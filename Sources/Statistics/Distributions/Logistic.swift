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

/// A probability on the log odds scale with its complement and their logarithms, from one exponential: fits ask for all
/// of them at every row.
struct LogisticValue {
  /// expit(x)
  let probability: Double
  /// expit(−x), without cancellation.
  let complement: Double
  private let x: Double
  private let e: Double

  init(_ x: Double) {
    e = exp(-abs(x))
    self.x = x
    let larger = 1 / (1 + e)
    let smaller = e / (1 + e)
    probability = x < 0 ? smaller : larger
    complement = x < 0 ? larger : smaller
  }

  /// −log of the probability, log(1 + e^−x), and of its complement, log(1 + e^x), without overflow.
  var negativeLogs: (probability: Double, complement: Double) {
    let rest = log1p(e)
    return (x < 0 ? rest - x : rest, x > 0 ? x + rest : rest)
  }
}
