import Aggregates
import CanonicalJSON
import EvaluationProtocols

/// One site's part of the matrix.
struct SiteSynthesis {
  let aggregate: CheckedAggregate
  let evaluationProtocol: EvaluationProtocol

  func matrix() -> SiteMatrix {
    let content = aggregate.content
    return SiteMatrix(
      site: content.site, role: evaluationProtocol.site(content.site)?.role ?? .validation,
      aggregateDigest: aggregate.digest, minimumCell: content.policy.minimumCell,
      dataClass: content.policy.dataClass.rawValue,
      rows: evaluationProtocol.matrixWindows.flatMap { window in
        evaluationProtocol.slices.map { slice in
          row(
            window: window.id, slice: slice,
            set: content.strata(of: slice, windows: window.indices, under: evaluationProtocol))
        }
      },
      drift: content.windows.flatMap {
        DriftComparison(window: $0, evaluationProtocol: evaluationProtocol).rows()
      })
  }

  private func row(window: String, slice: SliceID, set: StratumSet) -> MatrixRow {
    let calibration = CalibrationMeasures(set: set, estimand: .site)
    var measures: [Measure] = []
    if !set.contributions.isEmpty {
      measures += calibration.sumMeasures()
      measures.append(DiscriminationMeasures(set: set).withinStrata(estimand: .site))
      measures += calibration.fitMeasures()
      measures += ThresholdMeasures(set: set, estimand: .site)
        .measures(at: evaluationProtocol.model.thresholds.map(\.value))
    }
    return MatrixRow(
      window: window, slice: slice, set: set, measures: measures, reliability: calibration.reliability())
  }
}

extension MatrixRow {
  init(
    window: String, slice: SliceID, set: StratumSet, measures: [Measure], reliability: [ReliabilityBin]
  ) {
    self.init(
      window: window, slice: slice, contributors: set.contributions.map(\.id), withheld: set.withheld,
      labelled: set.labelled, events: set.events, unlabelled: set.unlabelled, measures: measures,
      reliability: reliability, decisionCurve: slice == .overall ? set.decisionCurve() : [])
  }
}
