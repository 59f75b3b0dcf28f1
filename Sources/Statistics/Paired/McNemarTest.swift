/// McNemar's test on the rows that tell two models apart.
package struct McNemarTest: Sendable, Equatable {
  /// The mid-p value, the default: close to its level, now and then slightly above.
  package let midP: Double
  /// The exact p value, never above its level.
  package let exactP: Double
}

/// McNemar's test that two models flag the same share of the same rows.
///
/// Shape: one table in; two two-sided p values in 0...1 out. With X binomial(b + c, ½) and k the smaller of b
/// and c, the exact value is 2·P(X ≤ k), at most 1, and the mid-p value 2·P(X ≤ k) − P(X = k), which for b = c is
/// 1 − ½P(X = b). Without a row that tells the models apart both are 1: no evidence.
///
/// - Throws: `StatisticsError.noTrials` when the table is empty; `.countExceedsTrials` for a negative count;
///   `.invalidArgument` for too many rows.
/// - Source: McNemar (1947), Psychometrika 12, 153–157; Fagerland, Lydersen & Laake (2013), BMC Med. Res.
///   Methodol. 13, 91.
package func mcNemarTest(_ table: PairedTable) throws(StatisticsError) -> McNemarTest {
  guard try table.rows() > 0 else { throw .noTrials }
  let discordant = table.candidateOnly + table.baselineOnly
  guard discordant > 0 else { return McNemarTest(midP: 1, exactP: 1) }
  let smaller = min(table.candidateOnly, table.baselineOnly)
  let point = binomialTerm(smaller, of: discordant, probability: 0.5)
  if 2 * smaller == discordant { return McNemarTest(midP: 1 - point / 2, exactP: 1) }
  let tail = try regularizedIncompleteBeta(0.5, Double(discordant - smaller), Double(smaller) + 1)
  return McNemarTest(midP: min(1, 2 * tail - point), exactP: min(1, 2 * tail))
}
