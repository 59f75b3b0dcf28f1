import Glibc

/// The inverse of the logit, accurate at both ends. Shape: scalar in, value in 0...1 out.
package func expit(_ x: Double) -> Double {
  if x >= 0 { return 1 / (1 + Glibc.exp(-x)) }
  let e = Glibc.exp(x)
  return e / (1 + e)
}

/// ln(p / (1 − p)); infinite at 0 and 1.
package func logit(_ p: Double) -> Double { Glibc.log(p) - Glibc.log1p(-p) }

/// The natural logarithm, for modules that do not import the C library.
package func logarithm(_ x: Double) -> Double { Glibc.log(x) }

/// eˣ, for modules that do not import the C library.
package func exponential(_ x: Double) -> Double { Glibc.exp(x) }

/// ln Γ(x) without the C library's global sign.
func logGamma(_ x: Double) -> Double {
  var sign: Int32 = 0
  return lgamma_r(x, &sign)
}

/// ln(1 + eˣ) for x ≤ 0.
func log1pExponential(_ x: Double) -> Double { Glibc.log1p(Glibc.exp(x)) }
