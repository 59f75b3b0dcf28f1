import CanonicalJSON
import EvaluationProtocols

@testable import Synthesis

/// The measures of a row.
extension ReportFixture {
  func measures(
    _ site: String, _ shape: Shape, rows: Double, shift: Double, slice: SliceID, isMonth: Bool
  ) throws -> [Measure] {
    let isPooled = site == "pooled"
    let own: Estimand = isPooled ? .pooledRows : .site
    let width = 2.2 / rows.squareRoot()
    var list = MeasureList(fixture: self)
    try list.add(.prevalence, shape.prevalence, width / 4, own)
    try list.add(.brierScore, 0.061, width / 6, own, method: "brier/v1")
    try list.add(.scaledBrierScore, 0.171, nil, own, method: "brier-scaled/v1")
    try list.add(
      .observedExpectedRatio, shape.ratio - 3 * shift, 3 * width, own, method: "observed-expected-log/v1")
    try list.add(.expectedCalibrationError, 0.0214, nil, own, method: "calibration-error/v1")
    try list.add(.debiasedSquaredCalibrationError, 0.00041, nil, own, method: "calibration-debiased/v1")
    try list.add(.spiegelhalterZ, 2.31, nil, own, method: "spiegelhalter/v1") {
      $0.pValue = try decimal(0.0209)
    }
    if isPooled {
      list.entries.append(
        Measure(
          metric: .auroc, threshold: nil, estimand: .pooledRows, omitted: [],
          result: .bounded(lower: try decimal(0.803), upper: try decimal(0.811))))
      try list.add(.auroc, shape.auroc + shift, width, .withinSite, method: "delong-within-logit-95/v1")
      for (metric, value, half, spread) in [
        (Metric.auroc, 0.792, 0.041, predictionHalfWidth), (.observedExpectedRatio, 1.149, 0.19, 0.36),
        (.calibrationInTheLarge, 0.11, 0.2, 0.41), (.calibrationSlope, 0.853, 0.12, 0.24),
      ] {
        try list.addRandomEffects(metric, value, half, spread, isOverall: slice == .overall)
      }
    } else {
      try list.add(.auroc, shape.auroc + shift, width, .site, method: "delong-logit-95/v1")
      try list.add(.averagePrecision, 0.31, 0.03, .site, method: "average-precision-logit-95/v1")
      let isSmall = rows * shape.prevalence < 100
      for (metric, value, half) in [
        (Metric.calibrationInTheLarge, shape.ratio - 1.02, 0.14),
        (.calibrationIntercept, shape.slope - 1.05, 0.21), (.calibrationSlope, shape.slope, 0.11),
      ] {
        if isSmall {
          list.entries.append(
            Measure(
              metric: metric, threshold: nil, estimand: .site, omitted: [],
              result: .notEvaluable(.tooFewEvents)))
        } else {
          try list.add(metric, value, half, .site, method: "site-fit/v1")
        }
      }
      if !isSmall {
        try list.add(.logisticCalibrationIndex, 0.014, nil, .site, method: "logistic-index/v1")
      }
    }
    for (threshold, loss) in [("0.1", 0.12), ("0.3", 0.42)] {
      // Groups differ a little, so that there is a lowest and a highest.
      let sensitivity = shape.auroc - loss + Double(slice.level.utf8.count % 5) * 0.011 + shift
      try addMeasures(
        at: threshold, sensitivity: sensitivity, shape, own, rows: rows, width: width, slice: slice, to: &list
      )
    }
    if hasExtras { try addExtras(own, isOverall: slice == .overall, isMonth: isMonth, to: &list) }
    return list.entries
  }

  private func addMeasures(
    at threshold: String, sensitivity: Double, _ shape: Shape, _ own: Estimand, rows: Double, width: Double,
    slice: SliceID,
    to list: inout MeasureList
  ) throws {
    let specificity = threshold == "0.1" ? 1.45 - sensitivity : 1.13 - sensitivity / 2
    try list.add(.sensitivity, sensitivity, width, own, threshold: threshold, trials: Int(rows * 0.08)) {
      $0.designEffect = try decimal(1.31)
      if rows < 1500 { $0.exact = try bounds(sensitivity - 1.2 * width, sensitivity + 1.2 * width) }
      $0.missingLabels = MeasureDetails.MissingLabels(
        lowest: try extreme(sensitivity - 0.09), highest: try extreme(sensitivity + 0.05),
        ignorable: try decimal(sensitivity - 0.012))
      if own == .pooledRows { $0.withheldBounds = try bounds(sensitivity - 0.11, sensitivity + 0.08) }
    }
    try list.add(.specificity, specificity, width, own, threshold: threshold)
    for (metric, value, half) in [
      (Metric.positivePredictiveValue, sensitivity / 3, width), (.negativePredictiveValue, 0.975, width / 4),
      (.flagRate, 0.21, width), (.standardisedPositivePredictiveValue, 0.26, width),
    ] { try list.add(metric, value, half, own, threshold: threshold) }
    let point = try curve(shape).first { $0.threshold.text == threshold }
    let benefit = point?.netBenefit.value ?? 0
    let gain = benefit - (point?.treatAll.value ?? 0)
    let weight = threshold == "0.1" ? 1.0 / 9 : 3.0 / 7
    try list.add(.f1Score, 0.36, nil, own, method: "descriptive/v1", threshold: threshold)
    for (metric, value, half) in [
      (Metric.netBenefit, benefit, 0.006), (.netBenefitGain, gain, 0.009),
      (.standardisedNetBenefit, benefit / 0.08, 0.075), (.interventionsAvoided, gain / weight * 100, 5.4),
    ] { try list.add(metric, value, half, own, method: "net-benefit/v1", threshold: threshold) }
    guard own == .pooledRows else { return }
    for (metric, value, half, spread) in [
      (Metric.sensitivity, sensitivity - 0.01, 0.06, 0.11), (.specificity, specificity - 0.02, 0.03, 0.045),
      (.positivePredictiveValue, sensitivity / 3 - 0.009, 0.04, 0.08),
    ] {
      try list.addRandomEffects(
        metric, value, half, spread, isOverall: slice == .overall, threshold: threshold)
    }
  }

  private func extreme(_ value: Double) throws -> MeasureDetails.MissingLabels.Extreme {
    .init(value: try decimal(value), lower: try decimal(value - 0.02), upper: try decimal(value + 0.02))
  }

  // The comparator and the alerts.
  private func addExtras(
    _ own: Estimand, isOverall: Bool, isMonth: Bool, to list: inout MeasureList
  ) throws {
    for (threshold, gain) in [("0.1", 0.062), ("0.3", -0.011)] {
      try list.add(
        .sensitivityDifference, gain, 0.024, own, method: "newcombe-paired-95/v1", threshold: threshold
      ) {
        $0.pValue = try decimal(gain > 0 ? 0.00031 : 0.41)
        $0.paired = PairedNumbers(
          gained: 71, lost: gain > 0 ? 20 : 80, exactPValue: try decimal(gain > 0 ? 0.00042 : 0.43),
          tango: try bounds(gain - 0.025, gain + 0.025))
      }
      try list.add(
        .specificityDifference, -0.009, 0.006, own, method: "newcombe-paired-95/v1", threshold: threshold
      ) {
        $0.pValue = try decimal(0.0042)
        $0.paired = PairedNumbers(
          gained: 310, lost: 394, exactPValue: try decimal(0.0047), tango: try bounds(-0.0155, -0.0025))
      }
      try list.add(
        .netBenefitDifference, 0.004, 0.003, own, method: "net-benefit-paired/v1", threshold: threshold)
      if own == .pooledRows {
        try list.addRandomEffects(
          .sensitivityDifference, 0.051, 0.04, 0.09, isOverall: isOverall, threshold: threshold)
        try list.addRandomEffects(
          .specificityDifference, -0.008, 0.007, 0.015, isOverall: isOverall, threshold: threshold)
      }
    }
    try list.add(
      .aurocDifference, 0.043, 0.017, own == .site ? .site : .withinSite, method: "delong-paired-95/v1"
    ) { $0.pValue = try decimal(0.00001) }
    guard isOverall else { return }
    try list.add(.alertRate, 21.4, 0.9, own, method: "garwood-95/v1")
    try list.add(.overrideRate, 0.381, 0.021, own)
    try list.add(.acknowledgedInTarget, 0.613, 0.022, own)
  }
}

/// Measures in the order in which they are added.
struct MeasureList {
  let fixture: ReportFixture
  var entries: [Measure] = []

  mutating func add(
    _ metric: Metric, _ value: Double, _ half: Double?, _ estimand: Estimand, method: String = "wilson-95/v1",
    threshold: String? = nil, trials: Int? = nil, _ detail: (inout MeasureDetails) throws -> Void = { _ in }
  ) throws {
    let scale = method.hasPrefix("reml-") || method.hasPrefix("site-fit") ? 8 : 12
    var details = MeasureDetails()
    try detail(&details)
    entries.append(
      Measure(
        metric: metric, threshold: try threshold.map(fixture.exact), estimand: estimand, omitted: [],
        result: .estimated(
          MeasureNumbers(
            value: try fixture.decimal(value, scale),
            lower: try half.map { try fixture.decimal(value - $0, scale) },
            upper: try half.map { try fixture.decimal(value + $0, scale) },
            successes: trials.map { Int(Double($0) * value) }, trials: trials, method: method,
            randomEffects: nil, details: details))))
  }

  mutating func addRandomEffects(
    _ metric: Metric, _ value: Double, _ half: Double, _ spread: Double, isOverall: Bool,
    threshold: String? = nil
  ) throws {
    func written(_ number: Double) throws -> FixedDecimal { try fixture.decimal(number, 8) }
    var result = MeasureResult.notEvaluable(.tooFewSites)
    if fixture.released.count >= 3 {
      let sites = [("alder", 0.42), ("birch", 0.34), ("cedar", 0.24)]
      let numbers = RandomEffectsNumbers(
        sites: 3,
        contributions: isOverall
          ? try sites.map { site, weight in
            // Of three hospitals none can be left out; the page has to show it all the same.
            .init(
              site: site, weight: try written(weight),
              without: metric == .auroc
                ? .init(
                  value: try written(value + 0.017 - weight * 0.05), lower: try written(value - half * 1.3),
                  upper: try written(value + half * 1.3), tauSquared: try written(0.04)) : nil)
          } : [],
        tauSquared: try written(0.031), tauSquaredBounds: try fixture.bounds(0.002, 0.41, 8),
        iSquared: try written(0.62), iSquaredFromQ: try written(0.661), q: try written(5.9),
        qPValue: try written(0.0523), predictionLower: try written(value - spread),
        predictionUpper: try written(value + spread),
        hartungKnapp: try fixture.bounds(value - half * 0.9, value + half * 0.9, 8),
        modified: try fixture.bounds(value - half, value + half, 8),
        derSimonianLaird: .init(
          tauSquared: try written(0.028), value: try written(value + 0.002),
          lower: try written(value - half * 0.6), upper: try written(value + half * 0.64)))
      result = .estimated(
        MeasureNumbers(
          value: try written(value), lower: try written(value - half), upper: try written(value + half),
          successes: nil, trials: nil, method: "reml-hksj/v1", randomEffects: numbers,
          details: MeasureDetails()))
    }
    entries.append(
      Measure(
        metric: metric, threshold: try threshold.map(fixture.exact), estimand: .randomEffects, omitted: [],
        result: result))
  }
}
