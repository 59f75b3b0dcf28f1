import Aggregates
import EvaluationProtocols
import Statistics

/// One site's estimate on the scale on which sites are averaged, or none.
///
/// A thousand sites have millions of them: the one that is none has no variance, so that each is two numbers.
struct SiteEstimate {
  let value: Double
  let variance: Double

  static let none = SiteEstimate(value: .nan, variance: .nan)

  var exists: Bool { !variance.isNaN }
}

extension StratumSums {
  /// Appends what one site's strata say of each model, in the order of `RandomEffectsModel.all`.
  func appendEstimates(fits: CalibrationFits, plan: RowPlan, to list: inout [SiteEstimate]) {
    guard strata > 0 else {
      for _ in plan.models { list.append(.none) }
      return
    }
    list.append(logitAUROC)
    list.append(logObservedExpected)
    list.append(SiteEstimate(fits.calibrationInTheLarge))
    list.append(SiteEstimate(fits.slope))
    for index in thresholds.indices {
      thresholds[index].appendEstimates(at: plan.thresholds.numbers[index], to: &list)
    }
    paired?.appendEstimates(to: &list)
  }

  private var logitAUROC: SiteEstimate {
    guard let (value, variance) = ranks.logOdds else { return .none }
    return SiteEstimate(value: value, variance: variance)
  }

  private var logObservedExpected: SiteEstimate {
    let expected = expectedEvents
    let observed = Double(events)
    let variance = 1 / observed - 1 / Double(labelled)
    guard observed > 0, expected > 0, variance > 0 else { return .none }
    return SiteEstimate(value: EstimationScale.log.forward(observed / expected), variance: variance)
  }
}

extension SiteEstimate {
  fileprivate init(_ mean: CalibrationFits.Mean?) {
    guard let mean else {
      self = .none
      return
    }
    self.init(value: mean.mean, variance: mean.standardError * mean.standardError)
  }
}

extension ThresholdTotals {
  fileprivate func appendEstimates(at threshold: Double, to list: inout [SiteEstimate]) {
    list.append(logitShare(.sensitivity))
    list.append(logitShare(.specificity))
    list.append(logitShare(.positivePredictiveValue))
    list.append(netBenefitEstimate(at: threshold))
  }

  // Rows of one patient tell less than as many patients: the variance grows by the design effect.
  private func logitShare(_ measure: ClusterMeasure) -> SiteEstimate {
    let ratio = counts.ratio(measure)
    guard strata > 0, let logit = try? logitProportion(successes: ratio.successes, trials: ratio.trials)
    else { return .none }
    let effect = clusters(of: measure).flatMap { try? effectiveSampleSize($0).designEffect } ?? 1
    return SiteEstimate(value: logit.estimate, variance: logit.variance * effect)
  }

  private func netBenefitEstimate(at threshold: Double) -> SiteEstimate {
    guard strata > 0,
      let benefit = try? netBenefit(
        truePositives: counts.truePositives, falsePositives: counts.falsePositives,
        falseNegatives: counts.falseNegatives, trueNegatives: counts.trueNegatives, threshold: threshold
      ).netBenefit, let error = benefit.standardError, error > 0
    else { return .none }
    return SiteEstimate(value: benefit.value, variance: error * error)
  }
}
