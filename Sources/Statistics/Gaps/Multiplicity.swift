/// Holm's adjusted p-values: the family-wise error rate stays below the level they are compared with.
///
/// Shape: p-values in 0...1 in any order in; adjusted ones in 0...1 in the same order out.
///
/// - Throws: `StatisticsError.invalidArgument` for a p-value outside 0...1.
/// - Source: Holm (1979), Scand. J. Stat. 6, 65–70.
package func holmAdjusted(_ pValues: [Double]) throws(StatisticsError) -> [Double] {
  try checkPValues(pValues)
  var adjusted = pValues
  var largest = 0.0
  let order = pValues.indices.sorted { pValues[$0] < pValues[$1] }
  for (rank, index) in order.enumerated() {
    largest = max(largest, min(1, Double(pValues.count - rank) * pValues[index]))
    adjusted[index] = largest
  }
  return adjusted
}

/// Benjamini and Hochberg's adjusted p-values: the false discovery rate stays below the level they are
/// compared with, for independent or positively dependent tests.
///
/// Shape: as `holmAdjusted`.
///
/// - Throws: as `holmAdjusted`.
/// - Source: Benjamini & Hochberg (1995), J. R. Stat. Soc. B 57, 289–300.
package func benjaminiHochbergAdjusted(_ pValues: [Double]) throws(StatisticsError) -> [Double] {
  try checkPValues(pValues)
  var adjusted = pValues
  var smallest = 1.0
  let order = pValues.indices.sorted { pValues[$0] < pValues[$1] }
  for (rank, index) in order.enumerated().reversed() {
    smallest = min(smallest, pValues[index] * (Double(pValues.count) / Double(rank + 1)))
    adjusted[index] = smallest
  }
  return adjusted
}

private func checkPValues(_ pValues: [Double]) throws(StatisticsError) {
  guard pValues.allSatisfy({ $0 >= 0 && $0 <= 1 }) else { throw .invalidArgument("p-value outside 0...1") }
}
