import Aggregates
import CanonicalJSON
import EvaluationProtocols
import Statistics

/// Shares of rows, net benefit and what follows from the four counts, at each threshold (statistics.md §2).
struct ThresholdMeasures {
  let totals: StratumSums
  let estimand: Estimand
  let evaluationProtocol: EvaluationProtocol

  func measures() -> [Measure] {
    let paired = totals.paired.map {
      PairedMeasures(totals: $0, estimand: estimand, evaluationProtocol: evaluationProtocol)
    }
    return evaluationProtocol.model.thresholds.indices.flatMap { place in
      measures(at: evaluationProtocol.model.thresholds[place].value, totals.thresholds[place])
        + (paired?.measures(at: place) ?? [])
    }
  }

  private static let ratios: [(metric: Metric, measure: ClusterMeasure)] = [
    (.sensitivity, .sensitivity), (.specificity, .specificity),
    (.positivePredictiveValue, .positivePredictiveValue),
    (.negativePredictiveValue, .negativePredictiveValue), (.flagRate, .flagRate),
  ]

  private func measures(at threshold: ExactDecimal, _ totals: ThresholdTotals) -> [Measure] {
    let others = CountMeasures(
      counts: totals.counts, threshold: threshold.value,
      standardPrevalence: evaluationProtocol.analysis.standardPrevalence?.value
    ).results()
    let isWithheld = totals.strata == 0
    let results = Self.ratios.map { (metric: $0.metric, result: ratio($0.measure, totals)) } + others
    return results.map { metric, result in
      Measure(
        metric: metric, threshold: threshold, estimand: estimand, omitted: totals.omitted,
        result: isWithheld ? .withheld : result)
    }
  }

  private func ratio(_ measure: ClusterMeasure, _ totals: ThresholdTotals) -> MeasureResult {
    let ratio = totals.counts.ratio(measure)
    return ProportionMeasure(
      successes: ratio.successes, trials: ratio.trials, empty: ratio.empty,
      clusters: totals.clusters(of: measure), hidden: totals.hidden.share(measure),
      labels: totals.unlabelled.flatMap { LabelCompletion(measure, totals.counts, unlabelled: $0) }
    ).result()
  }
}

/// What follows from the four counts at a threshold beside the shares of rows.
struct CountMeasures {
  let counts: ConfusionTable
  let threshold: Double
  let standardPrevalence: Double?

  /// Measures in the order of a row.
  func results() -> [(metric: Metric, result: MeasureResult)] {
    standardised
      + [
        (.f1Score, number(try? f1Score(counts), method: "f1/v1", absence: .noFlagged)),
        (.youdenIndex, number(try? youdenIndex(counts), method: "youden/v1", absence: oneClass)),
        (
          .numberNeededToEvaluate,
          number(
            try? numberNeededToEvaluate(counts), method: "number-needed/v1",
            absence: counts.flagged == 0 ? .noFlagged : .noEvents)
        ),
      ] + benefits
  }

  private var standardised: [(metric: Metric, result: MeasureResult)] {
    guard let standardPrevalence else { return [] }
    guard
      let value = try? standardisedPredictiveValues(counts, prevalence: standardPrevalence).positive
    else {
      return [
        (
          .standardisedPositivePredictiveValue,
          .notEvaluable(counts.events == 0 || counts.nonEvents == 0 ? oneClass : .noFlagged)
        )
      ]
    }
    return [
      (
        .standardisedPositivePredictiveValue,
        .written(value.value, value.interval, method: "standardised-predictive-logit/v1")
      )
    ]
  }

  private var benefits: [(metric: Metric, result: MeasureResult)] {
    let benefit = try? netBenefit(
      truePositives: counts.truePositives, falsePositives: counts.falsePositives,
      falseNegatives: counts.falseNegatives, trueNegatives: counts.trueNegatives, threshold: threshold)
    func written(_ estimate: Estimate?, absence: NotEvaluable = .noRows) -> MeasureResult {
      guard let estimate else { return .notEvaluable(counts.total == 0 ? .noRows : absence) }
      return .written(estimate.value, estimate.interval, method: "net-benefit-wald/v1")
    }
    return [
      (.netBenefit, written(benefit?.netBenefit)), (.netBenefitGain, written(benefit?.gainOverTreatAll)),
      (
        .standardisedNetBenefit,
        written(try? Statistics.standardisedNetBenefit(counts, threshold: threshold), absence: .noEvents)
      ),
      (
        .interventionsAvoided, written(try? Statistics.interventionsAvoided(counts, threshold: threshold))
      ),
    ]
  }

  private func number(_ value: Double?, method: String, absence: NotEvaluable) -> MeasureResult {
    guard let value else { return .notEvaluable(counts.total == 0 ? .noRows : absence) }
    return .written(value, nil, method: method)
  }

  private var oneClass: NotEvaluable { counts.events == 0 ? .noEvents : .noNonEvents }
}

extension HiddenCounts {
  /// The hidden successes and failures of a share of rows.
  fileprivate func share(_ measure: ClusterMeasure) -> Share? {
    switch measure {
    case .sensitivity: share([\.truePositives], [\.falseNegatives])
    case .specificity: share([\.trueNegatives], [\.falsePositives])
    case .positivePredictiveValue: share([\.truePositives], [\.falsePositives])
    case .negativePredictiveValue: share([\.trueNegatives], [\.falseNegatives])
    case .flagRate:
      share([\.truePositives, \.falsePositives], [\.falseNegatives, \.trueNegatives])
    }
  }
}
