import Aggregates
import CanonicalJSON
import Statistics

/// What the rows without a label could make of a share of rows (statistics.md §2, missing labels).
struct LabelCompletion {
  private let limits: LabelLimits
  private let ignorable: Double?

  /// The limits of a measure; nil where no row lacks a label, or the measure does not depend on labels.
  init?(_ measure: ClusterMeasure, _ counts: ConfusionTable, unlabelled: (flagged: Int, spared: Int)) {
    guard unlabelled.flagged + unlabelled.spared > 0 else { return nil }
    // Where every flagged and every spared row has a label to go by, labels may be missing at random given
    // the flag. The predictive values are those of the labelled rows then.
    let corrected = try? beggGreenes([
      LabelledInterval(
        isFlagged: true, positives: counts.truePositives, negatives: counts.falsePositives,
        unlabelled: unlabelled.flagged),
      LabelledInterval(
        isFlagged: false, positives: counts.falseNegatives, negatives: counts.trueNegatives,
        unlabelled: unlabelled.spared),
    ])
    let found: LabelLimits?
    switch measure {
    case .sensitivity:
      found = try? WorstCaseLimits.sensitivity(
        counts, unlabelledFlagged: unlabelled.flagged, unlabelledUnflagged: unlabelled.spared)
      ignorable = corrected?.sensitivity.value
    case .specificity:
      found = try? WorstCaseLimits.specificity(
        counts, unlabelledFlagged: unlabelled.flagged, unlabelledUnflagged: unlabelled.spared)
      ignorable = corrected?.specificity.value
    case .positivePredictiveValue:
      found = try? WorstCaseLimits.positivePredictiveValue(counts, unlabelledFlagged: unlabelled.flagged)
      ignorable = nil
    case .negativePredictiveValue:
      found = try? WorstCaseLimits.negativePredictiveValue(counts, unlabelledUnflagged: unlabelled.spared)
      ignorable = nil
    case .flagRate: return nil
    }
    guard let found else { return nil }
    limits = found
  }

  /// The limits as written; each with the interval of its trials over the design effect of the labelled rows.
  func written(designEffect: Double) -> MeasureDetails.MissingLabels? {
    guard let lowest = extreme(limits.lower, designEffect), let highest = extreme(limits.upper, designEffect)
    else { return nil }
    return MeasureDetails.MissingLabels(
      lowest: lowest, highest: highest,
      ignorable: ignorable.flatMap { try? FixedDecimal($0, scale: ValidationMatrix.scale) })
  }

  private func extreme(
    _ count: BinomialCount, _ designEffect: Double
  ) -> MeasureDetails.MissingLabels.Extreme? {
    guard
      let interval = try? wilsonInterval(
        proportion: count.value, effectiveTrials: Double(count.trials) / designEffect, z: standardNormal975),
      let value = try? FixedDecimal(count.value, scale: ValidationMatrix.scale),
      let bounds = MeasureDetails.Bounds(interval)
    else { return nil }
    return MeasureDetails.MissingLabels.Extreme(value: value, lower: bounds.lower, upper: bounds.upper)
  }
}
