import Aggregates
import CanonicalJSON
import EvaluationProtocols
import Statistics

// The difference of a measure between two disjoint sets of rows (statistics.md §6).

extension GapSides {
  /// The gap of a measure as written, without adjustment for other levels.
  func gap(_ metric: Metric, threshold: Int?) -> Gap {
    switch metric {
    case .auroc: return aurocGap
    case .observedExpectedRatio: return observedExpectedGap
    case .calibrationSlope: return slopeGap
    default:
      guard let threshold, let measure = ClusterMeasure(rawValue: metric.rawValue) else {
        return .notEvaluable(.noRows)
      }
      return shareGap(measure, threshold: threshold)
    }
  }

  // Newcombe's difference, Katz' ratio or Koopman's where a cell is zero, and the score test.
  private func shareGap(_ measure: ClusterMeasure, threshold: Int) -> Gap {
    let one = level.thresholds[threshold].ratio(measure)
    let other = others.thresholds[threshold].ratio(measure)
    if level.thresholds[threshold].total == 0 || others.thresholds[threshold].total == 0 { return .withheld }
    guard one.trials > 0, other.trials > 0 else {
      return .notEvaluable(one.trials == 0 ? one.empty : other.empty)
    }
    guard
      let gap = try? newcombeDifference(
        successes1: one.successes, trials1: one.trials, successes2: other.successes, trials2: other.trials)
    else { return .notEvaluable(.noVariance) }
    let ratio =
      (try? katzRatio(
        successes1: one.successes, trials1: one.trials, successes2: other.successes, trials2: other.trials))
      ?? (try? koopmanRatio(
        successes1: one.successes, trials1: one.trials, successes2: other.successes, trials2: other.trials))
    let test = try? twoProportionTest(
      successes1: one.successes, trials1: one.trials, successes2: other.successes, trials2: other.trials)
    return Gap(
      gap.difference, gap.interval, ratio: ratio.map { ($0.ratio, $0.interval) }, pValue: test?.pValue,
      method: "newcombe-difference-95/v1")
  }

  private var aurocGap: Gap {
    guard let ranks, ranks.level.strata > 0, ranks.others.strata > 0 else {
      return .notEvaluable(.notReleased)
    }
    guard let one = try? ranks.level.estimate(), let other = try? ranks.others.estimate() else {
      return .notEvaluable(.tooFewEvents)
    }
    guard let contrast = try? aurocDifference(one, other) else { return .notEvaluable(.noVariance) }
    return Gap(contrast, method: "delong-difference-95/v1")
  }

  private var observedExpectedGap: Gap {
    guard
      let contrast = try? logObservedExpectedDifference(level.observedExpected, others.observedExpected)
    else {
      return .notEvaluable(level.events == 0 || others.events == 0 ? .noEvents : .noVariance)
    }
    return Gap(contrast, method: "log-observed-expected-difference-95/v1", isLogarithm: true)
  }

  private var slopeGap: Gap {
    guard let fits else { return .notEvaluable(.notReleased) }
    guard let one = fits.level.slope, let other = fits.others.slope,
      let contrast = try? independentDifference(
        one.mean, standardError: one.standardError, other.mean, standardError: other.standardError)
    else { return .notEvaluable(.tooFewEvents) }
    return Gap(contrast, method: "slope-difference-95/v1")
  }
}

/// A gap as written, and its p-value before it is.
struct Gap {
  let result: GapRow.Result
  let pValue: Double?

  /// No gap, and why.
  static func notEvaluable(_ reason: NotEvaluable) -> Gap { Gap(result: .notEvaluable(reason), pValue: nil) }

  /// No gap, since counts are withheld.
  static let withheld = Gap(result: .withheld, pValue: nil)

  private init(result: GapRow.Result, pValue: Double?) {
    self.result = result
    self.pValue = pValue
  }
}

extension Gap {
  /// A contrast as written; of logarithms, with the ratio that it stands for.
  init(_ contrast: Contrast, method: String, isLogarithm: Bool = false) {
    let value = contrast.difference.value
    let interval = contrast.difference.interval
    func ratio(_ logarithm: Double) -> Double { EstimationScale.log.inverse(logarithm) }
    self.init(
      value, interval,
      ratio: isLogarithm
        ? (ratio(value), interval.map { Interval(lower: ratio($0.lower), upper: ratio($0.upper)) }) : nil,
      pValue: contrast.pValue, method: method)
  }

  /// A gap as written; a ratio beyond every number is left out.
  init(
    _ difference: Double, _ interval: Interval?, ratio: (value: Double, interval: Interval?)? = nil,
    pValue: Double?, method: String
  ) {
    func written(_ value: Double) -> FixedDecimal? { try? FixedDecimal(value, scale: ValidationMatrix.scale) }
    guard let point = written(difference) else {
      self = .notEvaluable(.noVariance)
      return
    }
    self.pValue = pValue
    let bounds = interval.flatMap { MeasureDetails.Bounds($0) }
    result = .estimated(
      GapNumbers(
        difference: point, lower: bounds?.lower, upper: bounds?.upper,
        ratio: ratio.flatMap { ratio in
          written(ratio.value).map {
            GapNumbers.Ratio(
              value: $0, lower: ratio.interval.flatMap { written($0.lower) },
              upper: ratio.interval.flatMap { written($0.upper) })
          }
        }, pValue: pValue.flatMap(written), adjustedPValue: nil, method: method))
  }
}
