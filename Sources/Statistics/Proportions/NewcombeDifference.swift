/// Difference of two independent proportions, first minus second, with the hybrid score interval.
///
/// Shape: scalar counts in; difference and interval in −1...1 out.
///
/// - Throws: `StatisticsError.noTrials`, `.countExceedsTrials`.
/// - Source: Newcombe (1998), Statist. Med. 17, 873–890, method 10.
package func newcombeDifference(
  successes1: Int, trials1: Int, successes2: Int, trials2: Int, z: Double = standardNormal975
) throws(StatisticsError) -> (difference: Double, interval: Interval) {
  let first = try wilsonInterval(successes: successes1, trials: trials1, z: z)
  let second = try wilsonInterval(successes: successes2, trials: trials2, z: z)
  let p1 = Double(successes1) / Double(trials1)
  let p2 = Double(successes2) / Double(trials2)
  func length(_ x: Double, _ y: Double) -> Double { (x * x + y * y).squareRoot() }
  let difference = p1 - p2
  return (
    difference,
    Interval(
      lower: difference - length(p1 - first.lower, second.upper - p2),
      upper: difference + length(first.upper - p1, p2 - second.lower))
  )
}
