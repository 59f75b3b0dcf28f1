import Aggregates
import EvaluationProtocols

/// One site's counts by row of the matrix, from which the site's own part is made.
package struct SiteSynthesis {
  let aggregate: CheckedAggregate
  let role: SiteRole
  let rows: [SiteRow]
  /// The trends of the overall slice, where there are several windows.
  let overallTrends: SliceTrends?
  let gaps: [(family: GapFamily, sides: [GapSides?])]
  let evaluationProtocol: EvaluationProtocol

  /// The site's part of the matrix.
  package func matrix() -> SiteMatrix {
    let content = aggregate.content
    return SiteMatrix(
      site: content.site, role: role, aggregateDigest: aggregate.digest,
      minimumCell: content.policy.minimumCell, dataClass: content.policy.dataClass.rawValue,
      rows: rows.map { $0.row(under: evaluationProtocol) }, gaps: gapRows,
      trends: overallTrends?.rows(.site) ?? [],
      drift: DriftComparison(windows: content.windows, evaluationProtocol: evaluationProtocol).rows(),
      cusum: evaluationProtocol.analysis.cusum.map {
        CUSUMPath(windows: content.windows, plan: $0).rows()
      } ?? [])
  }

  private var gapRows: [GapRow] {
    gaps.flatMap { family, sides in
      GapRows(family: family, evaluationProtocol: evaluationProtocol).rows(.site) {
        level, metric, threshold in
        sides[level].map { $0.gap(metric, threshold: threshold) } ?? .withheld
      }
    }
  }
}
