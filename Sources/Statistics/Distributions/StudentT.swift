import Glibc

/// The probability that Student's t is at most `t`.
///
/// Shape: numbers in, a probability in 0...1 out. Relative error below 1e-13 for 1...1e6 degrees of freedom
/// and values down to 1e-300.
///
/// - Throws: `StatisticsError.invalidArgument` unless the degrees of freedom are in 1e-3...1e10 and `t` is
///   a number.
package func studentTCumulative(
  _ t: Double, degreesOfFreedom: Double
) throws(StatisticsError) -> Double {
  guard !t.isNaN else { throw .invalidArgument("t is not a number") }
  let tail = try studentTail(abs(t), degreesOfFreedom).tail
  return t < 0 ? tail : 1 - tail
}

/// The probability that Student's t is above `t`; 1 − `studentTCumulative` without its loss.
///
/// - Throws: as `studentTCumulative`.
package func studentTSurvival(_ t: Double, degreesOfFreedom: Double) throws(StatisticsError) -> Double {
  try studentTCumulative(-t, degreesOfFreedom: degreesOfFreedom)
}

/// Student's t quantile: the `t` with `studentTCumulative(t) == p`.
///
/// Shape: numbers in, a number out; 0 at p = 0.5. Relative error below 1e-13 for 1...1e6 degrees of freedom
/// and `p` down to 1e-300, down to quantiles of 1e150. The upper quantile of a small `q` is minus the
/// quantile of `q`; `1 − q` would have lost its digits.
///
/// - Throws: `StatisticsError.invalidArgument` unless `p` is strictly between 0 and 1 and the degrees of
///   freedom are in 1e-3...1e10; `.noConvergence` where the quantile is beyond 1e150.
/// - Source: Newton's method on the tail (Abramowitz & Stegun 26.7.1), in a bracket.
package func studentTQuantile(_ p: Double, degreesOfFreedom: Double) throws(StatisticsError) -> Double {
  guard p > 0, p < 1 else { throw .invalidArgument("probability not strictly between 0 and 1") }
  let target = min(p, 1 - p)
  if target == 0.5 { return 0 }
  var upperEnd = 2.0
  while try studentTail(upperEnd, degreesOfFreedom).tail > target {
    upperEnd *= 2
    guard upperEnd < 1e150 else { throw .noConvergence("t quantile beyond 1e150") }
  }
  // Between the quartiles the tail is near one half and its complement keeps more digits.
  let isCentral = target > 0.25
  var failure: StatisticsError?
  let start = -normalQuantile(target)
  let root = increasingRoot(in: Interval(lower: 0, upper: upperEnd), startingAt: start) { t in
    do throws(StatisticsError) {
      let (tail, centre) = try studentTail(t, degreesOfFreedom)
      let density = studentDensity(t, degreesOfFreedom)
      // p and 1 − p are exact around one half, so is 1 − 2p.
      return isCentral
        ? (centre - (1 - 2 * target), 2 * density)
        : (log(target / tail), density / tail)
    } catch {
      failure = error
      return (0, 1)
    }
  }
  if let failure { throw failure }
  guard let root else { throw .noConvergence("t quantile") }
  return p < 0.5 ? -root : root
}

/// P(T > t) and P(|T| ≤ t) for t ≥ 0.
private func studentTail(
  _ t: Double, _ degreesOfFreedom: Double
) throws(StatisticsError) -> (tail: Double, centre: Double) {
  guard degreesOfFreedom >= 1e-3, degreesOfFreedom <= 1e10 else {
    throw .invalidArgument("degrees of freedom outside 1e-3...1e10")
  }
  if t == 0 { return (0.5, 0) }
  if t > 1e150 { return (0, 1) }
  let (outside, inside) = studentShares(t, degreesOfFreedom)
  let tails = try incompleteBetaTails(outside, inside, degreesOfFreedom / 2, 0.5)
  return (tails.lower / 2, tails.upper)
}

/// ν/(ν + t²) and t²/(ν + t²).
private func studentShares(
  _ t: Double, _ degreesOfFreedom: Double
) -> (outside: DoubleDouble, inside: DoubleDouble) {
  let square = DoubleDouble(product: t, t)
  let total = square + DoubleDouble(degreesOfFreedom)
  return (DoubleDouble(degreesOfFreedom) / total, square / total)
}

/// The density of Student's t at t > 0.
private func studentDensity(_ t: Double, _ degreesOfFreedom: Double) -> Double {
  let (outside, inside) = studentShares(t, degreesOfFreedom)
  return betaTerm(degreesOfFreedom / 2, 0.5, outside, inside) / t
}
