import Glibc

/// Ratio of two independent proportions with Koopman's score interval, which also exists for zero cells.
///
/// Shape: two pairs of counts in; the ratio and its interval, each in 0...∞, out. Units: ratio. With no
/// success in the second group the ratio and the upper limit are infinite; with none in the first both are
/// 0 at the lower end. It is the interval of Miettinen and Nurminen without their factor N/(N − 1), and
/// leaves out 1 exactly where `twoProportionTest` rejects at the same level.
///
/// - Throws: `StatisticsError.noEvents` when neither group has a success; `.noTrials`,
///   `.countExceedsTrials` and `.invalidArgument` as `wilsonInterval`.
/// - Source: Koopman (1984), Biometrics 40, 513–517; Miettinen & Nurminen (1985), Statist. Med. 4, 213–226.
package func koopmanRatio(
  successes1: Int, trials1: Int, successes2: Int, trials2: Int, z: Double = standardNormal975
) throws(StatisticsError) -> (ratio: Double, interval: Interval) {
  let score = try RatioScore(successes1, trials1, successes2, trials2)
  try checkMultiplier(z)
  guard successes1 > 0 || successes2 > 0 else { throw .noEvents }
  let ratio = score.p1 / score.p2
  let centre = successes1 == 0 || successes2 == 0 ? 0 : log(ratio)
  // The statistic falls as the ratio rises: through z at the lower limit, −z at the upper. Limits beyond
  // e^±700 are no doubles.
  let lower =
    successes1 == 0
    ? 0
    : exp(
      bisect(
        in: score.bracket(from: centre, step: -1) { $0 > z },
        while: { score.statistic(logRatio: $0) > z }))
  let upper =
    successes2 == 0
    ? Double.infinity
    : exp(
      bisect(
        in: score.bracket(from: centre, step: 1) { $0 < -z },
        while: { score.statistic(logRatio: $0) >= -z }))
  return (ratio, Interval(lower: lower, upper: upper))
}

/// The score statistic of a hypothetical ratio of two proportions.
private struct RatioScore {
  let p1: Double
  let p2: Double
  private let successes: Double
  private let x1: Double
  private let x2: Double
  private let n1: Double
  private let n2: Double

  init(_ successes1: Int, _ trials1: Int, _ successes2: Int, _ trials2: Int) throws(StatisticsError) {
    try checkProportion(successes1, trials1)
    try checkProportion(successes2, trials2)
    x1 = Double(successes1)
    x2 = Double(successes2)
    n1 = Double(trials1)
    n2 = Double(trials2)
    p1 = x1 / n1
    p2 = x2 / n2
    successes = x1 + x2
  }

  /// (p1 − φp2) over its standard error at the proportions that are likeliest under the ratio φ.
  func statistic(logRatio: Double) -> Double {
    let phi = exp(logRatio)
    let a = (n1 + n2) * phi
    let b = n1 * phi + x1 + n2 + x2 * phi
    // The smaller root of a q² − b q + successes = 0, from the product of both.
    let q2 = 2 * successes / (b + max(0, b * b - 4 * a * successes).squareRoot())
    let q1 = phi * q2
    let variance = q1 * max(0, 1 - q1) / n1 + phi * phi * q2 * max(0, 1 - q2) / n2
    let difference = p1 - phi * p2
    return difference == 0 ? 0 : difference / variance.squareRoot()
  }

  /// An interval of log ratios with the limit in it, widened from `centre` in one direction until `isBeyond`.
  func bracket(from centre: Double, step: Double, until isBeyond: (Double) -> Bool) -> Interval {
    var end = centre
    var stride = step
    repeat {
      end += stride
      stride *= 2
    } while !isBeyond(statistic(logRatio: end)) && abs(end) < 700
    // With a zero cell `centre` is no estimate and the limit can lie on its other side.
    var start = centre
    stride = -step
    while isBeyond(statistic(logRatio: start)) && abs(start) < 700 {
      start += stride
      stride *= 2
    }
    return Interval(lower: min(start, end), upper: max(start, end))
  }
}
