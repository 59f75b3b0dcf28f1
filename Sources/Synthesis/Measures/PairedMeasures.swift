import CanonicalJSON
import EvaluationProtocols
import Statistics

/// The model against the baseline on the same rows (statistics.md §8).
struct PairedMeasures {
  let totals: PairedTotals
  let estimand: Estimand
  let evaluationProtocol: EvaluationProtocol

  /// The differences at the threshold with this place in the protocol.
  func measures(at place: Int) -> [Measure] {
    let threshold = evaluationProtocol.model.thresholds[place].value
    let totals = totals.thresholds[place]
    return [
      (
        .sensitivityDifference,
        difference(try? sensitivityDifference(totals.counts), totals.counts.events, empty: .noEvents)
      ),
      (
        .specificityDifference,
        difference(
          try? specificityDifference(totals.counts), totals.counts.nonEvents.complement, empty: .noNonEvents)
      ),
      (.netBenefitDifference, netBenefit(totals.counts, threshold: threshold.value)),
      (
        .positivePredictiveValueDifference,
        predictiveValue(totals.counts, positivePredictiveValueDifference, empty: .noFlagged)
      ),
      (
        .negativePredictiveValueDifference,
        predictiveValue(totals.counts, negativePredictiveValueDifference, empty: .noUnflagged)
      ),
    ].map { (metric: Metric, result: MeasureResult) in
      Measure(
        metric: metric, threshold: threshold, estimand: estimand, omitted: totals.omitted,
        result: totals.strata == 0 ? .withheld : result)
    }
  }

  /// The difference in AUROC of one stratum; there is none of rows that were never ranked together.
  func aurocDifference() -> Measure {
    let result: MeasureResult
    if totals.ranks.isEmpty {
      result = .withheld
    } else if totals.ranks.count > 1 {
      result = .notEvaluable(.notReleased)
    } else {
      do {
        let paired = try pairedAUROC(totals.ranks[0])
        var details = MeasureDetails()
        details.pValue = try? FixedDecimal(paired.pValue, scale: ValidationMatrix.scale)
        result = .written(
          paired.difference.value, paired.difference.interval, method: "delong-paired-95/v1", details: details
        )
      } catch {
        result = .notEvaluable(error == .noVariance ? .noVariance : .tooFewEvents)
      }
    }
    return Measure(
      metric: .aurocDifference, threshold: nil, estimand: estimand, omitted: totals.ranksOmitted,
      result: result)
  }

  private func difference(
    _ found: PairedDifference?, _ table: PairedTable, empty: NotEvaluable
  ) -> MeasureResult {
    guard let found else { return .notEvaluable(empty) }
    func written(_ value: Double) -> FixedDecimal? { try? FixedDecimal(value, scale: ValidationMatrix.scale) }
    var details = MeasureDetails()
    details.pValue = written(found.mcNemar.midP)
    details.paired = PairedNumbers(
      gained: table.candidateOnly, lost: table.baselineOnly, exactPValue: written(found.mcNemar.exactP),
      tango: MeasureDetails.Bounds(found.tango))
    return .written(found.value, found.newcombe, method: "newcombe-paired-95/v1", details: details)
  }

  // Each model's share is of the rows that it flags itself, so the difference has a test and no interval.
  private func predictiveValue(
    _ counts: PairedCounts,
    _ compare: (PairedCounts) throws(StatisticsError) -> PredictiveValueDifference, empty: NotEvaluable
  ) -> MeasureResult {
    do {
      let found = try compare(counts)
      var details = MeasureDetails()
      details.pValue = try? FixedDecimal(found.pValue, scale: ValidationMatrix.scale)
      return .written(found.difference, nil, method: "weighted-generalised-score/v1", details: details)
    } catch {
      return .notEvaluable(error == .noVariance ? .noVariance : empty)
    }
  }

  private func netBenefit(_ counts: PairedCounts, threshold: Double) -> MeasureResult {
    guard let found = try? netBenefitDifference(counts, threshold: threshold) else {
      return .notEvaluable(.noRows)
    }
    return .written(found.value, found.interval, method: "net-benefit-wald/v1")
  }
}

extension PairedTotals {
  /// Appends what one site says of the paired random-effects models: AUROC, then sensitivity and specificity at
  /// each threshold.
  func appendEstimates(to list: inout [SiteEstimate]) {
    list.append(aurocEstimate)
    for totals in thresholds {
      for table in [totals.counts.events, totals.counts.nonEvents.complement] {
        if totals.strata > 0, let effect = try? pairedEffect(table) {
          list.append(SiteEstimate(value: effect.value, variance: effect.variance))
        } else {
          list.append(.none)
        }
      }
    }
  }

  private var aurocEstimate: SiteEstimate {
    guard ranks.count == 1, let paired = try? pairedAUROC(ranks[0]), paired.variance > 0 else { return .none }
    return SiteEstimate(value: paired.difference.value, variance: paired.variance)
  }
}
