import Glibc

/// The probability that a standard normal variable is at most `x`.
///
/// Shape: one number in, one in 0...1 out. Units: probability. Relative error below 1e-15 down to 1e-300;
/// half a unit in the last place of `x` itself already moves a tail by x² · 1e-16.
///
/// - Source: the complementary error function of the C library, corrected to first order for the rounding
///   of x/√2.
package func normalCumulative(_ x: Double) -> Double {
  let argument = DoubleDouble(product: -x, 0x1.6a09e667f3bcdp-1)
  let rest = argument.low - x * -0x1.bdd3413b26456p-55
  let value = 0.5 * erfc(argument.high)
  guard abs(argument.high) < 27 else { return value }
  return value - 0.5 * M_2_SQRTPI * exp(-argument.high * argument.high) * rest
}

/// The probability that a standard normal variable is above `x`; 1 − `normalCumulative(x)` without its loss.
package func normalSurvival(_ x: Double) -> Double { normalCumulative(-x) }

/// The standard normal quantile: the `x` with `normalCumulative(x) == p`.
///
/// Shape: a probability in, a number out; −∞ at 0, +∞ at 1, not a number outside 0...1.
/// Units: standard deviations.
///
/// - Source: Wichura (1988), Algorithm AS 241 (PPND16), Appl. Stat. 37, 477–484; relative error 1e-16.
package func normalQuantile(_ p: Double) -> Double {
  guard p > 0, p < 1 else { return p == 0 ? -.infinity : p == 1 ? .infinity : .nan }
  let q = p - 0.5
  if abs(q) <= 0.425 {
    let r = 0.180625 - q * q
    return q * horner(centralNumerator, r) / horner(centralDenominator, r)
  }
  let r = (-log(q < 0 ? p : 1 - p)).squareRoot()
  let magnitude =
    r <= 5
    ? horner(middleNumerator, r - 1.6) / horner(middleDenominator, r - 1.6)
    : horner(tailNumerator, r - 5) / horner(tailDenominator, r - 5)
  return q < 0 ? -magnitude : magnitude
}

/// Evaluates a polynomial whose coefficients are listed from the highest power down.
private func horner(_ coefficients: [Double], _ x: Double) -> Double {
  coefficients.reduce(0) { $0 * x + $1 }
}

// The coefficients of AS 241, highest power first.

private let centralNumerator = [
  2.5090809287301226727e3, 3.3430575583588128105e4, 6.7265770927008700853e4, 4.5921953931549871457e4,
  1.3731693765509461125e4, 1.9715909503065514427e3, 1.3314166789178437745e2, 3.3871328727963666080e0,
]
private let centralDenominator = [
  5.2264952788528545610e3, 2.8729085735721942674e4, 3.9307895800092710610e4, 2.1213794301586595867e4,
  5.3941960214247511077e3, 6.8718700749205790830e2, 4.2313330701600911252e1, 1,
]
private let middleNumerator = [
  7.74545014278341407640e-4, 2.27238449892691845833e-2, 2.41780725177450611770e-1,
  1.27045825245236838258e0, 3.64784832476320460504e0, 5.76949722146069140550e0,
  4.63033784615654529590e0, 1.42343711074968357734e0,
]
private let middleDenominator = [
  1.05075007164441684324e-9, 5.47593808499534494600e-4, 1.51986665636164571966e-2,
  1.48103976427480074590e-1, 6.89767334985100004550e-1, 1.67638483018380384940e0,
  2.05319162663775882187e0, 1,
]
private let tailNumerator = [
  2.01033439929228813265e-7, 2.71155556874348757815e-5, 1.24266094738807843860e-3,
  2.65321895265761230930e-2, 2.96560571828504891230e-1, 1.78482653991729133580e0,
  5.46378491116411436990e0, 6.65790464350110377720e0,
]
private let tailDenominator = [
  2.04426310338993978564e-15, 1.42151175831644588870e-7, 1.84631831751005468180e-5,
  7.86869131145613259100e-4, 1.48753612908506148525e-2, 1.36929880922735805310e-1,
  5.99832206555887937690e-1, 1,
]
