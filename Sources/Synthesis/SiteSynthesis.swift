import Aggregates
import EvaluationProtocols

/// One site's aggregate, from which the site's own part of the matrix is made.
package struct SiteSynthesis {
  let aggregate: CheckedAggregate
  let role: SiteRole
  let plan: RowPlan
  let families: [GapFamily]
  let evaluationProtocol: EvaluationProtocol

  /// The site's part of the matrix.
  package func matrix() -> SiteMatrix {
    let content = aggregate.content
    let rows = SiteRows(content, plan: plan, families: families)
    return SiteMatrix(
      site: content.site, role: role, aggregateDigest: aggregate.digest,
      minimumCell: content.policy.minimumCell, dataClass: content.policy.dataClass.rawValue,
      rows: rows.matrixRows(under: evaluationProtocol), gaps: gapRows(rows.gaps),
      trends: plan.hasWhole ? rows.overallTrends(under: evaluationProtocol).rows(.site) : [],
      drift: DriftComparison(windows: content.windows, evaluationProtocol: evaluationProtocol).rows(),
      cusum: evaluationProtocol.analysis.cusum.map {
        CUSUMPath(windows: content.windows, plan: $0).rows()
      } ?? [],
      explanation: evaluationProtocol.analysis.explanation.map {
        var table = ExplanationTable($0, rowPlan: plan)
        table.add(content) { $0.id }
        return table.rows(comparesWindows: true)
      } ?? [])
  }

  private func gapRows(_ gaps: [SiteGaps]) -> [GapRow] {
    zip(families, gaps).flatMap { family, gaps in
      GapRows(family: family, evaluationProtocol: evaluationProtocol).rows(.site) {
        level, metric, threshold in
        let sides = gaps.sides[level]
        return sides.strata == 0 ? .withheld : sides.gap(metric, threshold: threshold)
      }
    }
  }
}
