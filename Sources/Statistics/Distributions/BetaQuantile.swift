import Glibc

/// The `x` at which the given tail of the beta distribution holds probability `p`.
///
/// Shape: numbers in, a number in 0...1 out. Naming the tail keeps the digits of a small `p` that `1 − p`
/// would lose. Relative error below 1e-13 for shapes in 0.5...1e9 and `p` down to 1e-300. The distance of a
/// result from 1 has no digits of its own: for that take the other tail with `a` and `b` swapped.
///
/// - Throws: `StatisticsError.invalidArgument` unless `p` is strictly between 0 and 1, and as
///   `regularizedIncompleteBeta`; `.noConvergence` where the quantile is below 1e-290.
/// - Source: Newton's method on the logarithm of the tail, in a bracket.
package func betaQuantile(
  _ p: Double, tail: Tail, _ a: Double, _ b: Double
) throws(StatisticsError) -> Double {
  guard p > 0, p < 1 else { throw .invalidArgument("probability not strictly between 0 and 1") }
  // One evaluation decides the shapes are legal, so that the closure below can ignore errors.
  _ = try incompleteBetaTails(DoubleDouble(0.5), DoubleDouble(0.5), a, b)
  var failure: StatisticsError?
  let start = try betaQuantileStart(p, tail, a, b)
  let root = increasingRoot(in: Interval(lower: 0, upper: 1), startingAt: start) { x in
    do throws(StatisticsError) {
      let y = DoubleDouble(sum: 1, -x)
      let tails = try incompleteBetaTails(DoubleDouble(x), y, a, b)
      let density = betaTerm(a, b, DoubleDouble(x), y) / (x * y.high)
      // Newton on the logarithm of the tail: both tails of the beta are close to exponential in x.
      return switch tail {
      case .lower: (log(tails.lower / p), density / tails.lower)
      case .upper: (log(p / tails.upper), density / tails.upper)
      }
    } catch {
      failure = error
      return (0, 1)
    }
  }
  if let failure { throw failure }
  guard let root, root > 1e-290 else { throw .noConvergence("beta quantile") }
  return root
}

/// The mean, or where the lower tail is far below it the root of the leading term x^a / (a B(a, b)).
private func betaQuantileStart(
  _ p: Double, _ tail: Tail, _ a: Double, _ b: Double
) throws(StatisticsError) -> Double {
  let mean = a / (a + b)
  guard tail == .lower else { return mean }
  let logBeta = try logGamma(a) + logGamma(b) - logGamma(a + b)
  return min(mean, exp((log(p) + log(a) + logBeta) / a))
}
