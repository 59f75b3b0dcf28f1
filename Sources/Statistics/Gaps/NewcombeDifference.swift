/// Difference of two independent proportions with Newcombe's hybrid score interval.
///
/// Shape: two pairs of counts in; difference `p1 − p2` and its interval, all in −1...1, out.
/// Units: proportion. No continuity correction.
///
/// - Throws: as `wilsonInterval(successes:trials:z:)`, for either group.
/// - Source: Newcombe (1998), Statist. Med. 17, 873–890, method 10.
package func newcombeDifference(
  successes1: Int, trials1: Int, successes2: Int, trials2: Int, z: Double = standardNormal975
) throws(StatisticsError) -> (difference: Double, interval: Interval) {
  let first = try wilsonInterval(successes: successes1, trials: trials1, z: z)
  let second = try wilsonInterval(successes: successes2, trials: trials2, z: z)
  let p1 = Double(successes1) / Double(trials1)
  let p2 = Double(successes2) / Double(trials2)
  let difference = p1 - p2
  let below = hypotenuse(p1 - first.lower, second.upper - p2)
  let above = hypotenuse(first.upper - p1, p2 - second.lower)
  return (difference, Interval(lower: max(-1, difference - below), upper: min(1, difference + above)))
}

private func hypotenuse(_ a: Double, _ b: Double) -> Double { (a * a + b * b).squareRoot() }
