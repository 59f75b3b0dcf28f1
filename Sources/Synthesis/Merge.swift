package import Aggregates
package import EvaluationProtocols
import Statistics

/// Merges the sites' aggregates into the validation matrix.
///
/// The result does not depend on the order of `aggregates`: they are sorted by site id first, and counts
/// are integers.
///
/// - Throws: `MergeError` when two aggregates are of one site, none is given, or there are more rows than the
///   estimators take.
package func merge(
  _ aggregates: [CheckedAggregate], under evaluationProtocol: EvaluationProtocol
) throws(MergeError) -> ValidationMatrix {
  var merge = Merge(under: evaluationProtocol)
  var sites: [SiteMatrix] = []
  for aggregate in aggregates.sorted(by: { $0.content.site < $1.content.site }) {
    sites.append(try merge.add(aggregate).matrix())
  }
  return ValidationMatrix(
    protocolDigest: evaluationProtocol.digest, sites: sites, pooled: try merge.pooled())
}

/// A merge that takes one aggregate after the other, so that no more than one has to be in memory.
///
/// What it keeps is linear in the rows of the matrix, and two numbers a site for each random-effects model.
package struct Merge {
  private let evaluationProtocol: EvaluationProtocol
  private let roles: [String: SiteRole]
  private let plan: RowPlan
  private let families: [GapFamily]
  private var aggregates: [PooledMatrix.Aggregate] = []
  private var rowCount = 0
  private var rows: PooledRows
  /// One entry a family.
  private var gaps: [PooledGaps]
  /// Where there are several windows.
  private var trends: PooledTrends?
  /// Where the protocol asks what the score leans on.
  private var explanation: ExplanationTable?

  /// A merge without sites.
  package init(under evaluationProtocol: EvaluationProtocol) {
    self.evaluationProtocol = evaluationProtocol
    roles = Dictionary(evaluationProtocol.sites.map { ($0.id, $0.role) }) { first, _ in first }
    let plan = RowPlan(evaluationProtocol)
    self.plan = plan
    families = GapFamily.all(under: evaluationProtocol)
    rows = PooledRows(plan)
    gaps = families.map { PooledGaps($0, plan: plan, under: evaluationProtocol) }
    trends = plan.hasWhole ? PooledTrends(plan, under: evaluationProtocol) : nil
    explanation = evaluationProtocol.analysis.explanation.map { ExplanationTable($0, rowPlan: plan) }
  }

  /// Adds one site's aggregate and gives what the site's own part of the matrix is made from.
  ///
  /// Sites have to come in the order of their ids, so that sums of binary numbers do not depend on who
  /// answered first.
  ///
  /// - Throws: `MergeError`; the merge then is as it was before.
  package mutating func add(_ aggregate: CheckedAggregate) throws(MergeError) -> SiteSynthesis {
    let content = aggregate.content
    if let last = aggregates.last, content.site <= last.site {
      throw last.site == content.site ? .siteTwice(content.site) : .siteOutOfOrder(content.site)
    }
    // Counts are added unchecked from here on, and the estimators take no more rows than this: more would
    // come out as "no rows" and the like.
    let ofSite = content.rowsOfAllWindows
    if ofSite > maximumRowCount { throw .tooManyRows(content.site) }
    if rowCount + ofSite > maximumRowCount { throw .tooManyRowsTogether }
    rowCount += ofSite
    aggregates.append(PooledMatrix.Aggregate(site: content.site, digest: aggregate.digest))
    let role = roles[content.site] ?? .validation
    if role == .validation { pool(content) }
    return SiteSynthesis(
      aggregate: aggregate, role: role, plan: plan, families: families,
      evaluationProtocol: evaluationProtocol)
  }

  private mutating func pool(_ content: AggregateContent) {
    var ofSite = families.map { SiteGaps($0, plan: plan) }
    let estimates = rows.add(content) { window in
      for index in ofSite.indices { ofSite[index].add(window) }
    }
    for index in gaps.indices { gaps[index].add(ofSite[index]) }
    trends?.add(estimates)
    explanation?.add(content) { _ in content.site }
  }

  /// The validation sites together.
  ///
  /// - Throws: `MergeError.nothingToMerge` before the first site.
  package func pooled() throws(MergeError) -> PooledMatrix {
    guard !aggregates.isEmpty else { throw .nothingToMerge }
    var multipliers = MultiplierTable()
    let present = Set(aggregates.map(\.site))
    return PooledMatrix(
      aggregates: aggregates,
      notRun: evaluationProtocol.sites.map(\.id).filter { !present.contains($0) }.sorted(),
      rows: rows.matrixRows(multipliers: &multipliers, under: evaluationProtocol),
      gaps: gaps.flatMap { $0.gapRows() },
      trends: overallTrends + (trends?.rows(multipliers: &multipliers) ?? []),
      explanation: explanation?.rows(comparesWindows: false) ?? [])
  }

  // The pooled rows' own trends in the overall slice.
  private var overallTrends: [TrendRow] {
    guard plan.hasWhole else { return [] }
    let windows = rows.overall
    return SliceTrends(
      slice: .overall, windows: windows,
      estimates: windows.map { sums in
        var list: [SiteEstimate] = []
        sums.appendEstimates(fits: CalibrationFits(), plan: plan, to: &list)
        return list
      },
      evaluationProtocol: evaluationProtocol
    ).rows(.pooledRows)
  }
}
