/// The distribution function of Student's t.
package func studentTCumulative(_ t: Double, degreesOfFreedom: Double) -> Double {
  let x = degreesOfFreedom / (degreesOfFreedom + t * t)
  let tail = 0.5 * regularizedIncompleteBeta(x, a: degreesOfFreedom / 2, b: 0.5)
  return t > 0 ? 1 - tail : tail
}

/// The quantile of Student's t.
///
/// Shape: probability in (0, 1) and degrees of freedom > 0 in, one value out.
///
/// - Throws: `StatisticsError.invalidArgument` outside that.
/// - Source: t² / (ν + t²) is Beta(½, ν/2); DLMF 8.17.
package func studentTQuantile(
  _ p: Double, degreesOfFreedom: Double
) throws(StatisticsError) -> Double {
  guard p > 0, p < 1, degreesOfFreedom > 0 else {
    throw .invalidArgument("probability or degrees of freedom")
  }
  if p == 0.5 { return 0 }
  let tail = min(p, 1 - p)
  // P(|T| > t) = I_x(ν/2, ½) with x = ν / (ν + t²).
  let x = betaQuantile(2 * tail, a: degreesOfFreedom / 2, b: 0.5)
  let t = (degreesOfFreedom * (1 - x) / x).squareRoot()
  return p < 0.5 ? -t : t
}
