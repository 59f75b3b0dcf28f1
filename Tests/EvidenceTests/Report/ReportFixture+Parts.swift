import CanonicalJSON
import EvaluationProtocols

@testable import Synthesis

/// Bins, curves, gaps, trends and what is monitored.
extension ReportFixture {
  func reliability(_ shape: Shape, rows: Double) throws -> [ReliabilityBin] {
    let bins: [(String, String, Double, Double)] = [
      ("0", "0.05", 0.024, 0.52), ("0.05", "0.1", 0.071, 0.23), ("0.1", "0.2", 0.142, 0.13),
      ("0.2", "0.3", 0.243, 0.07), ("0.3", "0.5", 0.378, 0.04), ("0.5", "1", 0.631, 0.01),
    ]
    return try bins.map { lower, upper, mean, share in
      let observed = min(0.95, mean * shape.ratio * (1.1 - 0.5 * mean))
      let count = max(20, rows * share)
      let half = 2 * (observed * (1 - observed) / count).squareRoot()
      return ReliabilityBin(
        lower: try exact(lower), upper: try exact(upper), rows: Int(count), events: Int(count * observed),
        meanScore: try decimal(mean), observed: try decimal(observed),
        observedLower: try decimal(max(0, observed - half)),
        observedUpper: try decimal(min(1, observed + half)))
    }
  }

  func distribution(_ shape: Shape, rows: Double) throws -> [ScoreInterval] {
    let shares: [(String, String, Double, Double)] = [
      ("0", "0.02", 0.04, 0.34), ("0.02", "0.05", 0.09, 0.28), ("0.05", "0.1", 0.16, 0.17),
      ("0.1", "0.15", 0.18, 0.09), ("0.15", "0.2", 0.14, 0.05), ("0.2", "0.25", 0.12, 0.03),
      ("0.25", "0.3", 0.1, 0.02), ("0.3", "0.5", 0.12, 0.015), ("0.5", "1", 0.05, 0.005),
    ]
    return try shares.map { lower, upper, events, others in
      ScoreInterval(
        lower: try exact(lower), upper: try exact(upper), events: Int(rows * shape.prevalence * events),
        nonEvents: Int(rows * (1 - shape.prevalence) * others))
    }
  }

  func curve(_ shape: Shape) throws -> [DecisionPoint] {
    try ["0.02", "0.05", "0.1", "0.15", "0.2", "0.25", "0.3", "0.5"].map { edge in
      let threshold = try exact(edge)
      let weight = threshold.value / (1 - threshold.value)
      let found = (1 - threshold.value) * (1 - threshold.value) * (shape.auroc + 0.12)
      let alarmed = found * found * found * (1.35 - shape.auroc)
      return DecisionPoint(
        threshold: threshold,
        netBenefit: try decimal(found * shape.prevalence - alarmed * (1 - shape.prevalence) * weight),
        treatAll: try decimal(shape.prevalence - (1 - shape.prevalence) * weight))
    }
  }

  func acknowledgement() throws -> AcknowledgementTimes {
    AcknowledgementTimes(
      bins: [
        .init(lower: try exact("0"), upper: try exact("5"), alerts: 711),
        .init(lower: try exact("5"), upper: try exact("15"), alerts: 643),
        .init(lower: try exact("15"), upper: try exact("60"), alerts: 512),
        .init(lower: try exact("60"), upper: nil, alerts: 101),
      ], never: 242, medianBin: 1)
  }

  /// Gaps over all windows: the levels of each attribute but the one that they are compared with.
  func gaps(of site: String) throws -> [GapRow] {
    guard !isSilent(site) else { return [] }
    let wanted: [(Metric, String?, Double)] = [
      (.auroc, nil, -0.021), (.observedExpectedRatio, nil, 0.09), (.calibrationSlope, nil, -0.06),
      (.sensitivity, "0.1", -0.058), (.specificity, "0.1", 0.031), (.positivePredictiveValue, "0.1", 0.012),
      (.flagRate, "0.1", -0.02), (.sensitivity, "0.3", -0.043), (.specificity, "0.3", 0.008),
    ]
    let slices: [(SliceID, GapRow.Against, Double)] = [
      (SliceID(attribute: "age", level: "under-50"), .level("50-to-69"), 0.4),
      (SliceID(attribute: "age", level: "70-and-over"), .level("50-to-69"), 1.5),
      (SliceID(attribute: "age", level: "missing"), .level("50-to-69"), 0),
      (SliceID(attribute: "sex", level: "female"), .complement, -0.3),
      (SliceID(attribute: "sex", level: "male"), .complement, 0.3),
    ]
    let estimands: [Estimand] = site == "pooled" ? [.pooledRows, .withinSite] : [.site]
    return try slices.flatMap { slice, against, factor in
      try wanted.flatMap { metric, threshold, size in
        try estimands.map { estimand in
          GapRow(
            window: "all", slice: slice, against: against, metric: metric,
            threshold: try threshold.map(exact), estimand: estimand,
            result: try gap(metric, slice, size * factor * (estimand == .withinSite ? 0.7 : 1), estimand))
        }
      }
    }
  }

  private func gap(
    _ metric: Metric, _ slice: SliceID, _ difference: Double, _ estimand: Estimand
  ) throws -> GapRow.Result {
    if slice.level == "missing" { return .withheld }
    if metric == .calibrationSlope, slice.level == "under-50" { return .notEvaluable(.tooFewEvents) }
    let half = metric == .observedExpectedRatio ? 0.12 : metric == .calibrationSlope ? 0.2 : 0.036
    let isApart = difference.magnitude > half
    return .estimated(
      GapNumbers(
        difference: try decimal(difference), lower: try decimal(difference - half),
        upper: try decimal(difference + half),
        ratio: metric.needsThreshold
          ? .init(
            value: try decimal(1 + difference), lower: try decimal(1 + difference - half),
            upper: try decimal(1 + difference + half)) : nil,
        pValue: try decimal(isApart ? 0.0061 : 0.21), adjustedPValue: try decimal(isApart ? 0.0122 : 0.42),
        method: estimand == .withinSite ? "mantel-haenszel-sato-95/v1" : "newcombe-95/v1"))
  }

  func trends(of site: String) throws -> [TrendRow] {
    guard !isSilent(site) else { return [] }
    let wanted: [(Metric, String?, Double)] = [
      (.auroc, nil, -0.038), (.observedExpectedRatio, nil, 0.017), (.sensitivity, "0.1", -0.011),
    ]
    return try wanted.map { metric, threshold, slope in
      TrendRow(
        slice: .overall, metric: metric, threshold: try threshold.map(exact),
        estimand: site == "pooled" ? .randomEffects : .site,
        result: site == "cedar"
          ? .notEvaluable(.tooFewEvents)
          : .estimated(
            TrendNumbers(
              windows: 6, slope: try decimal(slope), lower: try decimal(slope - 0.02),
              upper: try decimal(slope + 0.02), pValue: try decimal(metric == .auroc ? 0.0004 : 0.21),
              change: threshold == nil || site == "pooled"
                ? nil
                : GapNumbers(
                  difference: try decimal(-0.031), lower: try decimal(-0.09), upper: try decimal(0.03),
                  ratio: nil, pValue: nil, adjustedPValue: nil, method: "newcombe-95/v1"),
              method: "window-slope/v1")))
    }
  }

  func cusum(_ site: String) throws -> [CUSUMRow] {
    var value = 0.0
    return try ReportFixture.months.enumerated().map { index, month in
      if isSilent(site) || (site == "cedar" && index == 3) {
        return CUSUMRow(window: month, result: .withheld)
      }
      let increment = site == "cedar" ? 1.1 : site == "birch" ? 0.4 : -0.2 + 0.1 * Double(index)
      value = max(0, value + increment)
      return CUSUMRow(
        window: month,
        result: .counted(increment: try decimal(increment), value: try decimal(value), signals: value > 3.5))
    }
  }

  func drift(_ site: String) throws -> [DriftRow] {
    try ReportFixture.months.enumerated().flatMap { index, month -> [DriftRow] in
      guard !isSilent(site) else {
        return [
          DriftRow(
            window: month, profile: "score", result: .withheld, missing: nil, outside: nil,
            outsideLimit: nil, priorShift: nil, unlabelledPrevalence: nil)
        ]
      }
      let base = site == "cedar" ? 0.17 : site == "birch" ? 0.05 : 0.008
      let moved = base + Double(index) * 0.012
      let share = 0.011 + Double(index) * 0.01
      return [
        DriftRow(
          window: month, profile: "score", result: .compared(try compared(moved, noise: 0.021)),
          missing: nil, outside: nil, outsideLimit: nil,
          priorShift: index == 0
            ? nil : PriorShift(explained: try decimal(0.031), remainder: try decimal(0.012 * Double(index))),
          unlabelledPrevalence: try decimal(0.071, 8)),
        DriftRow(
          window: month, profile: "sex", result: .compared(try compared(0.006, noise: 0.018)),
          missing: try shift(share, 0.007), outside: site == "cedar" ? try shift(0.004, 0.001) : nil,
          outsideLimit: site == "cedar" ? try decimal(0.009) : nil,
          priorShift: nil, unlabelledPrevalence: nil),
      ]
    }
  }

  private func compared(_ index: Double, noise: Double) throws -> DriftNumbers {
    let spread = index * 0.3 + 0.02
    return DriftNumbers(
      rows: 940, cells: 4, stabilityIndex: try decimal(index), noise: try decimal(noise, 8),
      assessment: .init(
        pValue: try decimal(index > 0.1 ? 0 : 0.02), upperLimit: try decimal(index + spread, 8),
        verdict: index >= 0.2 ? .drift : index + spread < 0.2 ? .stable : .underpowered),
      klDivergence: try decimal(index / 2),
      jsDivergence: try decimal(index / 8),
      chiSquared: index < 0.007
        ? nil
        : .init(
          statistic: try decimal(index * 940), degreesOfFreedom: 3,
          pValue: try decimal(index > 0.1 ? 0 : 0.02),
          g: try decimal(index * 930), cramersV: try decimal(index / 3)),
      ks: try bounds(index / 2, index / 2 + 0.11), wasserstein: try bounds(index / 9, index / 9 + 0.07))
  }

  private func shift(_ share: Double, _ reference: Double) throws -> DriftRow.ShareShift {
    DriftRow.ShareShift(
      share: try decimal(share), reference: try decimal(reference),
      difference: try decimal(share - reference),
      lower: try decimal(share - reference - 0.007), upper: try decimal(share - reference + 0.009))
  }
}
