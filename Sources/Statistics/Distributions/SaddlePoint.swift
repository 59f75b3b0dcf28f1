import Glibc

// Densities of the gamma and beta families lose digits when written with log-gamma: the large terms cancel.
// Loader's form keeps the small difference instead, so that tails stay good to about 1e-14 for counts of
// any size.
//
// Source: Loader (2000), Fast and accurate computation of binomial probabilities.

/// The natural logarithm of the gamma function of a positive number.
func logGamma(_ x: Double) -> Double {
  // lgamma writes the sign to a global variable; lgamma_r does not, so two threads may call it.
  var sign: Int32 = 0
  return lgamma_r(x, &sign)
}

/// The error of Stirling's formula: log n! − log(√(2πn) (n/e)ⁿ), for real n > 0.
func stirlingError(_ n: Double) -> Double {
  guard n > 15 else {
    return logGamma(n + 1) - (n + 0.5) * log(n) + n - 0.918938533204672741780329736406
  }
  let square = n * n
  let series = 1.0 / 1188 - (691.0 / 360360 - 1.0 / 156 / square) / square
  return (1.0 / 12 - (1.0 / 360 - (1.0 / 1260 - (1.0 / 1680 - series / square) / square) / square) / square)
    / n
}

/// The deviance term x log(x/m) + m − x, accurate also where x is close to m.
func devianceTerm(_ x: Double, _ mean: Double) -> Double {
  let difference = x - mean
  guard abs(difference) < 0.1 * (x + mean) else { return x * log(x / mean) + mean - x }
  let ratio = difference / (x + mean)
  var sum = difference * ratio
  var term = 2 * x * ratio
  let square = ratio * ratio
  for j in 1..<1000 {
    term *= square
    let next = sum + term / Double(2 * j + 1)
    if next == sum { break }
    sum = next
  }
  return sum
}

/// x^a e^−x / Γ(a+1): the Poisson probability of a real count `a` with mean `x`.
func poissonTerm(_ a: Double, mean x: Double) -> Double {
  exp(-stirlingError(a) - devianceTerm(a, x)) / (2 * Double.pi * a).squareRoot()
}

/// x^a y^b / B(a, b) with y = 1 − x, both given so that neither loses digits.
func betaTerm(_ a: Double, _ b: Double, _ x: Double, _ y: Double) -> Double {
  let n = a + b
  let exponent =
    stirlingError(n) - stirlingError(a) - stirlingError(b) - devianceTerm(a, n * x) - devianceTerm(b, n * y)
  return exp(exponent) * ((a / n) * b / (2 * Double.pi)).squareRoot()
}
