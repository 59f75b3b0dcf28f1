import CanonicalJSON
import EvaluationProtocols
import Synthesis

extension ReportData {
  /// Whether scores can be taken at their word, over the validation hospitals: number and meaning.
  func writeCalibrationFacts(to html: inout HTMLWriter) {
    guard let row = pooled(.overall), row.status == .released else { return }
    let facts = CalibrationFact.all(row)
    guard !facts.isEmpty else { return }
    html.table(
      "Calibration over the validation hospitals", class: "told facts-table",
      columns: ["", "Number (95 % interval)", "Of what", "What it says"]
    ) { body in
      for fact in facts { body.line(fact.name, [fact.number, fact.estimand, fact.meaning]) }
    }
    if let terms = row.decomposition { writeBrier(terms, row.numbers(.brierScore, .pooledRows), to: &html) }
  }

  private func writeBrier(
    _ terms: BrierDecomposition, _ score: MeasureNumbers?, to html: inout HTMLWriter
  ) {
    html.folded("What the Brier score is made of") { block in
      block.paragraph(
        "Brier score = reliability − resolution + uncertainty + spread within bins − covariance within bins "
          + "(Murphy 1973; Stephenson et al. 2008). Pooled rows, in the bins of the plot.")
      block.table("Terms of the Brier score", class: "told", columns: ["Term", "Value", "Meaning"]) { body in
        func line(_ name: String, _ number: FixedDecimal, _ meaning: String) {
          body.line(name, [ReportNumbers.text(number, decimals: 5), meaning])
        }
        line("Reliability", terms.reliability, "mean squared distance of score and observed share: 0 is best")
        line("Resolution", terms.resolution, "how far bins differ from the prevalence: more is better")
        line("Uncertainty", terms.uncertainty, "what the prevalence alone costs; no model changes it")
        line("Spread within bins", terms.varianceWithinBins, "scores that differ inside a bin")
        line("Covariance within bins", terms.covarianceWithinBins, "how far those differences were right")
        if let score { line("Brier score", score.value, "0 is perfect") }
        line(
          "Brier score if the scores were right", terms.expectedScore, "what a calibrated model would have")
      }
    }
  }

  /// The calibration of each hospital.
  func writeSiteCalibration(to html: inout HTMLWriter) {
    let metrics: [(title: String, metric: Metric)] = [
      ("Observed / expected", .observedExpectedRatio), ("In the large", .calibrationInTheLarge),
      ("Slope", .calibrationSlope), ("Intercept", .calibrationIntercept),
      ("Logistic calibration index", .logisticCalibrationIndex), ("ECE", .expectedCalibrationError),
      ("Squared error, debiased", .debiasedSquaredCalibrationError), ("Spiegelhalter z", .spiegelhalterZ),
      ("Brier score", .brierScore), ("Scaled Brier", .scaledBrierScore),
      ("Average precision", .averagePrecision),
    ]
    let shown = metrics.filter { entry in
      sites.contains { $0.summaryRows[.overall]?.measure(entry.metric, at: nil, .site) != nil }
    }
    guard !shown.isEmpty else { return }
    writeHospitals(
      "Calibration numbers of each hospital", caption: "Calibration, hospital by hospital",
      columns: shown.map { MeasureColumn(title: $0.title, metric: $0.metric) }, to: &html)
  }

  /// The bins behind the plots.
  func writeBins(to html: inout HTMLWriter) {
    let shown = ([pooledPanel] + sitePanels.prefix(ReportData.panelLimit)).filter {
      !($0.row?.reliability.isEmpty ?? true)
    }
    guard !shown.isEmpty else { return }
    html.folded("The bins of the plots as tables") { block in
      for panel in shown {
        block.table(
          panel.name,
          columns: ["Scores", "Rows", "Events", "Mean score", "Observed (Wilson 95 % interval)"]
        ) { body in
          for bin in panel.row?.reliability ?? [] {
            body.line(
              "\(bin.lower.text) to \(bin.upper.text)",
              [
                ReportNumbers.count(bin.rows), ReportNumbers.count(bin.events),
                ReportNumbers.text(bin.meanScore),
                "\(ReportNumbers.text(bin.observed)) (\(ReportNumbers.interval(bin.observedLower, bin.observedUpper)))",
              ])
          }
        }
      }
      writeSpreadTable(to: &block)
    }
  }

  private func writeSpreadTable(to html: inout HTMLWriter) {
    guard let row = pooledPanel.row, !row.distribution.isEmpty else { return }
    html.table(
      "Scores of both classes, pooled rows", columns: ["Scores", "With the event", "Without the event"]
    ) { body in
      for bar in ScoreSpread(row.distribution).bars {
        body.line(
          "\(bar.lowerText) to \(bar.upperText)",
          [ReportNumbers.count(bar.events), ReportNumbers.count(bar.nonEvents)])
      }
    }
  }
}

/// One number of calibration with its meaning.
private struct CalibrationFact {
  let name: String
  let number: String
  let estimand: String
  let meaning: String

  static func all(_ row: MatrixRow) -> [CalibrationFact] {
    let wanted: [(metric: Metric, estimands: [Estimand])] = [
      (.observedExpectedRatio, [.randomEffects, .pooledRows]),
      (.calibrationInTheLarge, [.randomEffects, .pooledRows]),
      (.calibrationSlope, [.randomEffects, .pooledRows]), (.calibrationIntercept, [.pooledRows]),
      (.logisticCalibrationIndex, [.pooledRows]), (.expectedCalibrationError, [.pooledRows]),
      (.debiasedSquaredCalibrationError, [.pooledRows]), (.spiegelhalterZ, [.pooledRows]),
      (.brierScore, [.pooledRows]), (.scaledBrierScore, [.pooledRows]),
    ]
    return wanted.flatMap { entry in
      entry.estimands.compactMap { estimand -> CalibrationFact? in
        guard let measure = row.measure(entry.metric, at: nil, estimand) else { return nil }
        let isApproximate = estimand == .pooledRows && !entry.metric.hasPooledRows
        guard case .estimated(let numbers) = measure.result else {
          return CalibrationFact(
            name: entry.metric.words.capitalisedFirst, number: measure.text, estimand: estimand.words,
            meaning: "")
        }
        return CalibrationFact(
          name: entry.metric.words.capitalisedFirst, number: measure.text,
          estimand: isApproximate ? "pooled rows, approximate" : estimand.words,
          meaning: meaning(entry.metric, numbers, row.decomposition))
      }
    }
  }

  private static func meaning(
    _ metric: Metric, _ numbers: MeasureNumbers, _ terms: BrierDecomposition?
  ) -> String {
    let value = numbers.value.value
    func side(of ideal: Double, above: String, below: String) -> String {
      guard numbers.lower != nil else { return "" }
      guard numbers.isApart(from: ideal) else { return "; no departure beyond chance" }
      return "; \(value > ideal ? above : below)"
    }
    switch metric {
    case .observedExpectedRatio:
      return
        "for every 100 events that the scores expect, \(ReportNumbers.outOfHundred(numbers.value)) happened"
        + side(
          of: 1, above: "the scores are too low on the whole", below: "the scores are too high on the whole")
    case .calibrationInTheLarge:
      return "0 is right" + side(of: 0, above: "risks are underestimated", below: "risks are overestimated")
    case .calibrationSlope:
      return "1 is right"
        + side(of: 1, above: "the scores are too timid", below: "the scores are too extreme")
    case .calibrationIntercept: return "0 is right, together with a slope of 1"
    case .logisticCalibrationIndex:
      return
        "mean distance of the scores from a logistic curve fitted to them; of a logistic curve, not loess"
    case .expectedCalibrationError:
      let chance = terms.map {
        "; chance alone adds about \(ReportNumbers.text($0.calibrationErrorByChance)) to a calibrated model's"
      }
      return "mean distance of score and observed share over the bins, biased upwards\(chance ?? "")"
    case .debiasedSquaredCalibrationError:
      return "mean squared distance with what chance adds taken out; below 0 means nothing beyond chance"
    case .spiegelhalterZ:
      let test = numbers.details.pValue.map { ", \(ReportNumbers.pValue($0))" } ?? ""
      return "a calibrated model lies between −1.96 and 1.96 in 95 of 100 samples\(test)"
    case .brierScore:
      return "0 is perfect"
        + (terms.map {
          "; a calibrated model with these scores would have \(ReportNumbers.text($0.expectedScore))"
        } ?? "")
    case .scaledBrierScore: return "1 is perfect, 0 is no better than the prevalence for everybody"
    default: return ""
    }
  }
}
