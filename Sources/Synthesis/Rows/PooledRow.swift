import Aggregates
import EvaluationProtocols
import Statistics

/// What the sites add up to in a row of the pooled part, while they come in.
struct PooledRow {
  private(set) var sums: StratumSums
  private(set) var operations: OperationTotals?

  /// A row without sites.
  init(_ slice: SlicePlace, plan: RowPlan) {
    sums = StratumSums(plan)
    operations = slice.attribute == nil ? plan.operations.map { OperationTotals($0) } : nil
  }

  /// Adds a site's window; its rows that are in nothing released may be in it.
  mutating func add(_ row: WindowRow, site id: String, hiddenRows: Int?) {
    sums.add(row.sums, id: id)
    if row.hidesWholeWindow { sums.hide(rows: hiddenRows) }
    if let alerts = row.operations { operations?.add(alerts, id: id) }
  }

  /// Adds all windows of a site.
  mutating func add(_ row: SiteRow, site id: String) {
    sums.add(row.sums, id: id)
    if let alerts = row.operations { operations?.add(alerts, id: id) }
  }

  /// The measures of the pooled rows, without the random-effects models.
  func measures(
    _ intervals: IntervalTotals, plan: RowPlan, under evaluationProtocol: EvaluationProtocol
  ) -> [Measure] {
    guard sums.strata > 0 else { return [] }
    let totals = StratumTotals(grid: plan.grid, sums: sums, intervals: intervals)
    let discrimination = DiscriminationMeasures(totals: totals)
    var measures: [Measure] = []
    // Room for the models too: growing copies all measures, and they are large.
    measures.reserveCapacity(14 + 18 * plan.thresholds.values.count + plan.models.count)
    measures += CalibrationMeasures(totals: totals, estimand: .pooledRows).sumMeasures()
    measures += [
      discrimination.pooledBounds(), discrimination.withinStrata(estimand: .withinSite),
      discrimination.averagePrecision(estimand: .pooledRows),
    ]
    measures += totals.pooledFitMeasures()
    measures += ThresholdMeasures(
      totals: sums, estimand: .pooledRows, evaluationProtocol: evaluationProtocol
    ).measures()
    measures += operationMeasures(operations, estimand: .pooledRows, under: evaluationProtocol)
    return measures
  }
}
