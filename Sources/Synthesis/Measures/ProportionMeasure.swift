import CanonicalJSON
import Statistics

/// A share of rows: successes among trials, with everything that is known of its uncertainty.
struct ProportionMeasure {
  let successes: Int
  let trials: Int
  /// Why there is none where nobody was tried.
  let empty: NotEvaluable
  /// Patient-level sums, where rows have patients.
  var clusters: ClusterSums?
  /// What withheld counts could add, where there are any.
  var hidden: HiddenCounts.Share?
  /// What missing labels could change, where any are missing.
  var labels: LabelCompletion?

  /// Fewer trials than this also get the exact interval.
  private static let exactBelow = 40

  /// Wilson's interval, on the effective number of trials where patients repeat (statistics.md §2).
  func result() -> MeasureResult {
    guard trials > 0 else { return .notEvaluable(empty) }
    var effect: Double?
    if let clusters, clusters.sumSquaredTrials > clusters.sumTrials {
      guard let size = try? effectiveSampleSize(clusters) else { return .notEvaluable(.noVariance) }
      effect = size.designEffect
    }
    let share = Double(successes) / Double(trials)
    let interval =
      if let effect {
        try? wilsonInterval(
          proportion: share, effectiveTrials: Double(trials) / effect, z: standardNormal975)
      } else {
        try? wilsonInterval(successes: successes, trials: trials, z: standardNormal975)
      }
    guard let interval else { return .notEvaluable(.noVariance) }
    return .written(
      share, interval, successes: successes, trials: trials,
      method: effect == nil ? "wilson-95/v1" : MeasureNumbers.effectiveMethod, details: details(effect))
  }

  private func details(_ effect: Double?) -> MeasureDetails {
    var details = MeasureDetails()
    if trials < Self.exactBelow, let exact = try? clopperPearson(successes: successes, trials: trials) {
      details.exact = MeasureDetails.Bounds(exact)
    }
    if let bounds = hidden?.bounds(successes: successes, trials: trials) {
      details.withheldBounds = MeasureDetails.Bounds(Interval(lower: bounds.lower, upper: bounds.upper))
    }
    details.designEffect = effect.flatMap { try? FixedDecimal($0, scale: ValidationMatrix.scale) }
    details.missingLabels = labels?.written(designEffect: effect ?? 1)
    return details
  }
}
