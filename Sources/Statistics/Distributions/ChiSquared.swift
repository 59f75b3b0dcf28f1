import Glibc

/// The probability that a chi-squared variable is at most `x`.
///
/// Shape: numbers in, a probability in 0...1 out. Relative error below 1e-13 for 1...1e6 degrees of freedom
/// and values down to 1e-300.
///
/// - Throws: `StatisticsError.invalidArgument` when `x` is negative or the degrees of freedom are not
///   positive, and as `regularizedIncompleteGamma`.
package func chiSquaredCumulative(
  _ x: Double, degreesOfFreedom: Double
) throws(StatisticsError) -> Double {
  try regularizedLowerIncompleteGamma(degreesOfFreedom / 2, x / 2)
}

/// The probability that a chi-squared variable is above `x`: the p-value of a statistic `x`.
///
/// - Throws: as `chiSquaredCumulative`.
package func chiSquaredSurvival(
  _ x: Double, degreesOfFreedom: Double
) throws(StatisticsError) -> Double {
  try regularizedIncompleteGamma(degreesOfFreedom / 2, x / 2).upper
}

/// The chi-squared quantile: the `x` at which the given tail holds probability `p`.
///
/// Shape: numbers in, a number ≥ 0 out. Relative error below 1e-13 for 1...1e6 degrees of freedom and `p`
/// down to 1e-300. Where `p` is near 1 name the other tail: 1 − p has lost the digits that decide.
///
/// - Throws: `StatisticsError.invalidArgument` unless `p` is strictly between 0 and 1 and the degrees of
///   freedom are positive; `.noConvergence` where the iteration does not settle or the quantile is below
///   1e-290.
/// - Source: Newton's method on the logarithm of the smaller tail, started by Wilson & Hilferty (1931),
///   Proc. Natl. Acad. Sci. 17, 684–688, or by the leading term of the lower tail.
package func chiSquaredQuantile(
  _ p: Double, tail: Tail = .lower, degreesOfFreedom: Double
) throws(StatisticsError) -> Double {
  guard p > 0, p < 1 else { throw .invalidArgument("probability not strictly between 0 and 1") }
  let a = degreesOfFreedom / 2
  let target = min(p, 1 - p)
  let isLower = (tail == .lower) == (p <= 0.5)
  var upperEnd = degreesOfFreedom + 10
  while try regularizedIncompleteGamma(a, upperEnd / 2).upper > target { upperEnd *= 2 }
  // P(a, x) < x^a / Γ(a + 1), so the root of the right side is below the quantile.
  let lowerEnd = isLower ? 2 * exp((log(target) + (try logGamma(a + 1))) / a) : 0
  let shift = 2 / (9 * degreesOfFreedom)
  let deviate = normalQuantile(target)
  let cubeRoot = 1 - shift + (isLower ? deviate : -deviate) * shift.squareRoot()
  let start = max(lowerEnd, degreesOfFreedom * cubeRoot * cubeRoot * cubeRoot)
  var failure: StatisticsError?
  let root = increasingRoot(in: Interval(lower: 0, upper: upperEnd), startingAt: start) { x in
    do throws(StatisticsError) {
      let tails = try regularizedIncompleteGamma(a, x / 2)
      let density = poissonTerm(a, mean: x / 2) * a / x
      return isLower
        ? (log(tails.lower / target), density / tails.lower)
        : (log(target / tails.upper), density / tails.upper)
    } catch {
      failure = error
      return (0, 1)
    }
  }
  if let failure { throw failure }
  guard let root, root > 1e-290 else { throw .noConvergence("chi-squared quantile") }
  return root
}
