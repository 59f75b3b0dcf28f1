import Aggregates
import CanonicalJSON
import EvaluationProtocols
import Statistics

/// A row of the pooled part while sites come in, in the order of their ids.
struct PooledRow {
  let window: String
  let slice: SliceID
  private(set) var totals: StratumTotals
  private var operations: OperationTotals?
  /// Places of the sites that release something in the row, and of those that withhold something.
  private var contributors: [Int] = []
  private var withheld: [Int] = []
  private var models: [RandomEffectsMeasure]

  /// A row without sites.
  init(window: String, slice: SliceID, under evaluationProtocol: EvaluationProtocol) {
    self.window = window
    self.slice = slice
    totals = StratumTotals(evaluationProtocol)
    operations = slice == .overall ? evaluationProtocol.operations.map(OperationTotals.init) : nil
    let sites = evaluationProtocol.validationSites.count
    models = RandomEffectsModel.all(under: evaluationProtocol).map { RandomEffectsMeasure($0, sites: sites) }
  }

  /// Adds what the site at a place says of the row.
  mutating func add(_ row: SiteRow, site: Int, id: String) {
    totals.sums.add(row.sums, id: id)
    totals.addIntervals(of: row)
    if let alerts = row.operations { operations?.add(alerts, id: id) }
    if !row.withheld.isEmpty { withheld.append(site) }
    guard !row.contributions.isEmpty else { return }
    contributors.append(site)
    for (index, estimate) in row.estimates.enumerated() { models[index].add(estimate, site: site) }
  }

  /// The row of the matrix; `names` are the ids of all sites that were added, by place.
  func row(
    names: [String], multipliers: inout [Int: StudentMultipliers],
    under evaluationProtocol: EvaluationProtocol
  ) -> MatrixRow {
    var measures: [Measure] = []
    if totals.sums.strata > 0 {
      let discrimination = DiscriminationMeasures(totals: totals)
      measures += CalibrationMeasures(totals: totals, estimand: .pooledRows).sumMeasures()
      measures += [
        discrimination.pooledBounds(), discrimination.withinStrata(estimand: .withinSite),
        discrimination.averagePrecision(estimand: .pooledRows),
      ]
      measures += totals.pooledFitMeasures()
      measures += ThresholdMeasures(
        totals: totals.sums, estimand: .pooledRows, evaluationProtocol: evaluationProtocol
      ).measures()
      measures += operationMeasures(operations, estimand: .pooledRows, under: evaluationProtocol)
      for model in models {
        measures.append(
          model.measure(
            contributors: contributors, names: names, isDetailed: slice == .overall,
            multipliers: &multipliers))
      }
    }
    return MatrixRow(
      window: window, slice: slice, contributors: contributors.map { names[$0] },
      withheld: withheld.map { names[$0] }, totals: totals, measures: measures,
      acknowledgement: acknowledgementTimes(operations, under: evaluationProtocol))
  }
}

extension StratumTotals {
  /// Adds the score intervals of a site's row.
  mutating func addIntervals(of row: SiteRow) {
    for index in row.contributions.indices {
      intervals.add(row.contributions[index].stratum, on: row.contributions[index].partition, of: grid)
    }
  }
}

extension SiteRow {
  /// The row of the site's part of the matrix.
  func row(under evaluationProtocol: EvaluationProtocol) -> MatrixRow {
    var totals = StratumTotals(evaluationProtocol)
    totals.sums = sums
    totals.addIntervals(of: self)
    var measures: [Measure] = []
    if !contributions.isEmpty {
      measures += CalibrationMeasures(totals: totals, estimand: .site).sumMeasures()
      let discrimination = DiscriminationMeasures(totals: totals)
      measures += [
        discrimination.withinStrata(estimand: .site), discrimination.averagePrecision(estimand: .site),
      ]
      if let paired = sums.paired {
        measures.append(
          PairedMeasures(totals: paired, estimand: .site, evaluationProtocol: evaluationProtocol)
            .aurocDifference())
      }
      measures += totals.siteFitMeasures(contributions.map(\.stratum.fit))
      measures += ThresholdMeasures(
        totals: sums, estimand: .site, evaluationProtocol: evaluationProtocol
      ).measures()
      measures += operationMeasures(operations, estimand: .site, under: evaluationProtocol)
    }
    return MatrixRow(
      window: window, slice: place.id, contributors: contributions.map(\.window),
      withheld: withheld, totals: totals, measures: measures,
      acknowledgement: acknowledgementTimes(operations, under: evaluationProtocol))
  }
}

extension MatrixRow {
  fileprivate init(
    window: String, slice: SliceID, contributors: [String], withheld: [String], totals: StratumTotals,
    measures: [Measure], acknowledgement: AcknowledgementTimes?
  ) {
    let isOverall = slice == .overall
    self.init(
      window: window, slice: slice, contributors: contributors, withheld: withheld,
      labelled: totals.sums.labelled, events: totals.sums.events, unlabelled: totals.sums.unlabelled,
      patients: totals.sums.patients, measures: measures,
      reliability: totals.reliability(), decomposition: totals.brierDecomposition(),
      distribution: isOverall ? totals.distribution() : [],
      decisionCurve: isOverall ? totals.decisionCurve() : [], acknowledgement: acknowledgement)
  }
}

private func operationMeasures(
  _ totals: OperationTotals?, estimand: Estimand, under evaluationProtocol: EvaluationProtocol
) -> [Measure] {
  guard let totals, let plan = evaluationProtocol.operations else { return [] }
  return OperationMeasures(totals: totals, plan: plan, estimand: estimand).measures()
}

private func acknowledgementTimes(
  _ totals: OperationTotals?, under evaluationProtocol: EvaluationProtocol
) -> AcknowledgementTimes? {
  guard let totals, let plan = evaluationProtocol.operations else { return nil }
  return OperationMeasures(totals: totals, plan: plan, estimand: .site).times()
}
