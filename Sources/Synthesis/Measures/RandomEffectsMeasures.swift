import Aggregates
import CanonicalJSON
import EvaluationProtocols
import Statistics

/// One site's estimate on the scale on which sites are averaged.
struct StudyEstimate {
  let site: String
  let value: Double
  let variance: Double
}

/// Random-effects means over sites: logit AUROC, log observed / expected, calibration slope
/// (statistics.md §7). The wider of the two Hartung–Knapp intervals is written.
struct RandomEffectsMeasures {
  /// One set a site that contributes to the slice, in the order of site ids.
  let sites: [(id: String, set: StratumSet)]

  func measures() -> [Measure] {
    [
      entry(.auroc, estimates(auroc), on: .logit, method: "reml-hksj-logit/v1"),
      entry(.observedExpectedRatio, estimates(observedExpected), on: .log, method: "reml-hksj-log/v1"),
      entry(.calibrationSlope, estimates(slope), on: .identity, method: "reml-hksj/v1"),
    ]
  }

  private func estimates(
    _ estimate: (StratumSet) -> (value: Double, variance: Double)?
  ) -> [StudyEstimate] {
    sites.compactMap { site in
      estimate(site.set).map { StudyEstimate(site: site.id, value: $0.value, variance: $0.variance) }
    }
  }

  private func auroc(_ set: StratumSet) -> (value: Double, variance: Double)? {
    guard let result = DiscriminationMeasures(set: set).aurocAndVariance() else { return nil }
    let slope = result.value * (1 - result.value)
    return (EstimationScale.logit.forward(result.value), result.variance / (slope * slope))
  }

  private func observedExpected(_ set: StratumSet) -> (value: Double, variance: Double)? {
    let expected = expectedEvents(MergedPowers(set.contributions))
    let observed = Double(set.events)
    let variance = 1 / observed - 1 / Double(set.labelled)
    guard observed > 0, expected > 0, variance > 0 else { return nil }
    return (EstimationScale.log.forward(observed / expected), variance)
  }

  private func slope(_ set: StratumSet) -> (value: Double, variance: Double)? {
    CalibrationMeasures(set: set, estimand: .site).slope()
      .map { ($0.mean, $0.standardError * $0.standardError) }
  }

  private func entry(
    _ metric: Metric, _ studies: [StudyEstimate], on scale: EstimationScale, method: String
  ) -> Measure {
    let contributing = Set(studies.map(\.site))
    return Measure(
      metric: metric, threshold: nil, estimand: .randomEffects,
      omitted: sites.map(\.id).filter { !contributing.contains($0) },
      result: result(studies, on: scale, method: method))
  }

  private func result(
    _ studies: [StudyEstimate], on scale: EstimationScale, method: String
  ) -> MeasureResult {
    guard studies.count >= 3 else { return .notEvaluable(.tooFewSites) }
    let decimals = ValidationMatrix.solverScale
    func written(_ value: Double) throws -> FixedDecimal { try FixedDecimal(value, scale: decimals) }
    guard
      let analysis = try? randomEffects(
        estimates: studies.map(\.value), variances: studies.map(\.variance)),
      let numbers = try? RandomEffectsNumbers(
        weights: zip(studies, analysis.weights).map { ($0.site, try written($1)) },
        tauSquared: written(analysis.tauSquared), iSquared: written(analysis.iSquared),
        q: written(analysis.q), predictionLower: written(scale.inverse(analysis.predictionInterval.lower)),
        predictionUpper: written(scale.inverse(analysis.predictionInterval.upper)))
    else { return .notEvaluable(.notConverged) }
    let interval = Interval(
      lower: scale.inverse(analysis.widest.lower), upper: scale.inverse(analysis.widest.upper))
    return .written(
      scale.inverse(analysis.mean), interval, method: method, scale: decimals, randomEffects: numbers)
  }
}
