import Glibc

/// The probability that a chi-squared variable is at most `x`.
///
/// Shape: numbers in, a probability in 0...1 out.
///
/// - Throws: `StatisticsError.invalidArgument` when `x` is negative or the degrees of freedom are not
///   positive, and as `regularizedIncompleteGamma`.
package func chiSquaredCumulative(
  _ x: Double, degreesOfFreedom: Double
) throws(StatisticsError) -> Double {
  try regularizedLowerIncompleteGamma(degreesOfFreedom / 2, x / 2)
}

/// The chi-squared quantile: the `x` with `chiSquaredCumulative(x) == p`.
///
/// Shape: numbers in, a number ≥ 0 out.
///
/// - Throws: `StatisticsError.invalidArgument` unless `p` is strictly between 0 and 1 and the degrees of
///   freedom are positive; `.noConvergence` where the iteration does not settle.
/// - Source: Newton's method on the logarithm of the smaller tail, started by Wilson & Hilferty (1931),
///   Proc. Natl. Acad. Sci. 17, 684–688.
package func chiSquaredQuantile(
  _ p: Double, degreesOfFreedom: Double
) throws(StatisticsError) -> Double {
  guard p > 0, p < 1 else { throw .invalidArgument("probability not strictly between 0 and 1") }
  let a = degreesOfFreedom / 2
  var upperEnd = degreesOfFreedom + 10
  while try regularizedIncompleteGamma(a, upperEnd / 2).upper > 1 - p { upperEnd *= 2 }
  let shift = 2 / (9 * degreesOfFreedom)
  let cubeRoot = 1 - shift + normalQuantile(p) * shift.squareRoot()
  let start = degreesOfFreedom * cubeRoot * cubeRoot * cubeRoot
  var failure: StatisticsError?
  let root = increasingRoot(in: Interval(lower: 0, upper: upperEnd), startingAt: start) { x in
    do throws(StatisticsError) {
      let tails = try regularizedIncompleteGamma(a, x / 2)
      let density = poissonTerm(a, mean: x / 2) * a / x
      return p <= 0.5
        ? (log(tails.lower / p), density / tails.lower)
        : (log((1 - p) / tails.upper), density / tails.upper)
    } catch {
      failure = error
      return (0, 1)
    }
  }
  if let failure { throw failure }
  guard let root else { throw .noConvergence("chi-squared quantile") }
  return root
}
