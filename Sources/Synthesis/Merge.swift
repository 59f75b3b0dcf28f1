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
  private var aggregates: [PooledMatrix.Aggregate] = []
  private var validationSites: [String] = []
  private var rows: [PooledRow]
  private let families: [GapFamily]
  private var gaps: [PooledGaps]
  private var trends: [PooledTrends]
  private var rowCount = 0

  /// A merge without sites.
  package init(under evaluationProtocol: EvaluationProtocol) {
    self.evaluationProtocol = evaluationProtocol
    families = GapFamily.all(under: evaluationProtocol)
    gaps = families.map { PooledGaps($0, under: evaluationProtocol) }
    trends =
      evaluationProtocol.windows.ids.count > 1
      ? evaluationProtocol.slicePlaces.map { PooledTrends(slice: $0.id, under: evaluationProtocol) } : []
    rows = evaluationProtocol.matrixWindows.flatMap { window in
      evaluationProtocol.slicePlaces.map {
        PooledRow(window: window.id, slice: $0.id, under: evaluationProtocol)
      }
    }
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

    let role = evaluationProtocol.site(content.site)?.role ?? .validation
    let siteRows = content.matrixRows(under: evaluationProtocol)
    let gapSides = families.map { content.gapSides($0, under: evaluationProtocol) }
    if role == .validation {
      for index in gaps.indices { gaps[index].add(gapSides[index]) }
      for index in trends.indices {
        trends[index].add(windowPlaces(slice: index).map { siteRows[$0].estimates })
      }
      let place = validationSites.count
      validationSites.append(content.site)
      for index in rows.indices { rows[index].add(siteRows[index], site: place, id: content.site) }
    }
    return SiteSynthesis(
      aggregate: aggregate, role: role, rows: siteRows,
      overallTrends: trends.isEmpty
        ? nil
        : SliceTrends(
          slice: .overall, windows: windowPlaces(slice: 0).map { siteRows[$0].sums },
          estimates: windowPlaces(slice: 0).map { siteRows[$0].estimates },
          evaluationProtocol: evaluationProtocol),
      gaps: Array(zip(families, gapSides)),
      evaluationProtocol: evaluationProtocol)
  }

  // The rows of one slice in the protocol's windows: rows stand slice by slice within windows.
  private func windowPlaces(slice: Int) -> [Int] {
    evaluationProtocol.windows.ids.indices.map { $0 * trends.count + slice }
  }

  /// The validation sites together.
  ///
  /// - Throws: `MergeError.nothingToMerge` before the first site.
  package func pooled() throws(MergeError) -> PooledMatrix {
    guard !aggregates.isEmpty else { throw .nothingToMerge }
    var multipliers: [Int: StudentMultipliers] = [:]
    let present = Set(aggregates.map(\.site))
    return PooledMatrix(
      aggregates: aggregates,
      notRun: evaluationProtocol.sites.map(\.id).filter { !present.contains($0) }.sorted(),
      rows: rows.map {
        $0.row(names: validationSites, multipliers: &multipliers, under: evaluationProtocol)
      }, gaps: gaps.flatMap { $0.gapRows() },
      trends: pooledTrends)
  }
}

extension Merge {
  // The pooled rows' own trends in the overall slice, then the mean slopes over sites of every slice.
  private var pooledTrends: [TrendRow] {
    guard !trends.isEmpty else { return [] }
    let windows = evaluationProtocol.windows.ids.count
    let totals = windowPlaces(slice: 0).map { rows[$0].totals.sums }
    let overall = SliceTrends(
      slice: .overall, windows: totals,
      estimates: totals.map { $0.strata > 0 ? $0.estimates(fits: nil, under: evaluationProtocol) : [] },
      evaluationProtocol: evaluationProtocol)
    return overall.rows(.pooledRows)
      + trends.flatMap { $0.rows(windows: windows) }
  }
}
