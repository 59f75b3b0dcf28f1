import Glibc

// Densities of the gamma and beta families lose digits when written with log-gamma: the large terms cancel.
// Loader's form keeps the small difference instead. Its exponent is kept in two doubles, so that tails are
// good to about 1e-14 for counts of any size and probabilities down to 1e-300.
//
// Source: Loader (2000), Fast and accurate computation of binomial probabilities.

/// The error of Stirling's formula: log n! − log(√(2πn) (n/e)ⁿ), for real n > 0.
func stirlingError(_ n: Double) -> Double {
  // δ(n) = δ(n + 1) + (n + ½) log(1 + 1/n) − 1 reaches the asymptotic series without a log-gamma.
  var shifted = n
  var sum = 0.0
  while shifted <= 15 {
    sum += (shifted + 0.5) * log1p(1 / shifted) - 1
    shifted += 1
  }
  let square = shifted * shifted
  let series = 1.0 / 1188 - (691.0 / 360360 - 1.0 / 156 / square) / square
  return sum
    + (1.0 / 12 - (1.0 / 360 - (1.0 / 1260 - (1.0 / 1680 - series / square) / square) / square) / square)
    / shifted
}

/// The deviance term x log(x/m) + m − x for positive numbers, accurate also where x is close to m.
func devianceTerm(_ x: Double, _ mean: Double) -> Double {
  devianceTerm(DoubleDouble(x), DoubleDouble(mean)).value
}

/// The deviance term in two doubles; 1e300 in place of an infinite one, where m has become 0.
private func devianceTerm(_ x: DoubleDouble, _ mean: DoubleDouble) -> DoubleDouble {
  guard x.high > 0, mean.high > 0, mean.high.isFinite else {
    return DoubleDouble(x.high > 0 ? 1e300 : mean.high)
  }
  let difference = x - mean
  let ratio = difference / (x + mean)
  guard abs(ratio.high) < 0.1 else { return x * logOfRatio(x, mean) - difference }
  let rest = 2 * x.high * ratio.high * areaTangentRest(ratio.high * ratio.high)
  return difference * ratio + DoubleDouble(rest)
}

/// x^a e^−x / Γ(a+1): the Poisson probability of a real count `a` with mean `x`.
func poissonTerm(_ a: Double, mean x: Double) -> Double {
  let exponent = DoubleDouble(-stirlingError(a)) - devianceTerm(DoubleDouble(a), DoubleDouble(x))
  return exponential(exponent) / (2 * Double.pi * a).squareRoot()
}

/// x^a y^b / B(a, b) with y = 1 − x, both given so that neither loses digits.
func betaTerm(_ a: Double, _ b: Double, _ x: DoubleDouble, _ y: DoubleDouble) -> Double {
  let n = DoubleDouble(sum: a, b)
  let exponent =
    DoubleDouble(stirlingError(n.high) - stirlingError(a) - stirlingError(b))
    - devianceTerm(DoubleDouble(a), n * x) - devianceTerm(DoubleDouble(b), n * y)
  return exponential(exponent) * ((a / n.high) * b / (2 * Double.pi)).squareRoot()
}

private func exponential(_ x: DoubleDouble) -> Double {
  let power = exp(x.high)
  return power + power * x.low
}
