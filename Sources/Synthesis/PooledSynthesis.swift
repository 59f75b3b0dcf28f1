import Aggregates
import CanonicalJSON
import EvaluationProtocols

/// The validation sites together.
struct PooledSynthesis {
  /// Validation sites only, sorted by site id.
  let aggregates: [CheckedAggregate]
  let evaluationProtocol: EvaluationProtocol

  func rows() -> [MatrixRow] {
    evaluationProtocol.matrixWindows.flatMap { window in
      evaluationProtocol.slices.map { slice in row(window: window, slice: slice) }
    }
  }

  private func row(window: (id: String, indices: Range<Int>), slice: SliceID) -> MatrixRow {
    let sites = aggregates.map { aggregate in
      (
        id: aggregate.content.site,
        set: aggregate.content.strata(of: slice, windows: window.indices, under: evaluationProtocol)
      )
    }
    // A site that withholds one of several windows is both a contributor and named as withheld.
    let pooled = StratumSet(
      contributions: sites.flatMap { site in
        site.set.contributions.map { Contribution(id: site.id, stratum: $0.stratum, partition: $0.partition) }
      },
      withheld: sites.filter { !$0.set.withheld.isEmpty }.map(\.id), grid: evaluationProtocol.grid)
    let contributing = sites.filter { !$0.set.contributions.isEmpty }

    var measures: [Measure] = []
    if !contributing.isEmpty {
      measures += CalibrationMeasures(set: pooled, estimand: .pooledRows).sumMeasures()
      let discrimination = DiscriminationMeasures(set: pooled)
      measures += [discrimination.pooledBounds(), discrimination.withinStrata(estimand: .withinSite)]
      measures += ThresholdMeasures(set: pooled, estimand: .pooledRows)
        .measures(at: evaluationProtocol.model.thresholds.map(\.value))
      measures += RandomEffectsMeasures(sites: contributing).measures()
    }
    return MatrixRow(
      window: window.id, slice: slice, contributors: contributing.map(\.id), withheld: pooled.withheld,
      labelled: pooled.labelled, events: pooled.events, unlabelled: pooled.unlabelled,
      measures: measures.map(\.withUniqueOmissions),
      reliability: CalibrationMeasures(set: pooled, estimand: .pooledRows).reliability(),
      decisionCurve: slice == .overall ? pooled.decisionCurve() : [])
  }
}

extension Measure {
  // A site contributes one stratum a window, so it may be named several times.
  fileprivate var withUniqueOmissions: Measure {
    var seen: Set<String> = []
    return Measure(
      metric: metric, threshold: threshold, estimand: estimand,
      omitted: omitted.filter { seen.insert($0).inserted }, result: result)
  }
}
