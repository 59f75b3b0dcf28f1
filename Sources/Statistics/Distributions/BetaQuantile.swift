import Glibc

/// Which end of a distribution a tail probability is counted from.
enum Tail {
  case lower
  case upper
}

/// The `x` at which the given tail of the beta distribution holds probability `p`.
///
/// Naming the tail keeps the digits of a small `p` that `1 − p` would lose.
///
/// - Throws: `StatisticsError.invalidArgument` unless `p` is strictly between 0 and 1, and as
///   `regularizedIncompleteBeta`.
func betaQuantile(_ p: Double, tail: Tail, _ a: Double, _ b: Double) throws(StatisticsError) -> Double {
  guard p > 0, p < 1 else { throw .invalidArgument("probability not strictly between 0 and 1") }
  // One evaluation decides the shapes are legal, so that the closure below can ignore errors.
  _ = try incompleteBetaTails(0.5, 0.5, a, b)
  var failure: StatisticsError?
  let root = increasingRoot(in: Interval(lower: 0, upper: 1), startingAt: a / (a + b)) { x in
    do throws(StatisticsError) {
      let tails = try incompleteBetaTails(x, 1 - x, a, b)
      let density = betaTerm(a, b, x, 1 - x) / (x * (1 - x))
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
  guard let root else { throw .noConvergence("beta quantile") }
  return root
}
