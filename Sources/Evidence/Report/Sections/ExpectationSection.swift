import CanonicalJSON
import EvaluationProtocols
import Gates
import Synthesis

extension ReportPage {
  /// What the random-effects model says about a hospital that was not studied, in words.
  mutating func expectationSection() {
    let data = data
    section(id: "expect", "What a hospital like yours should expect") { html in
      guard let row = data.pooled(.overall), row.status == .released else {
        html.paragraph("Nothing can be said: no validation hospital released a result.")
        return
      }
      var smallest: Int?
      data.writeExpectations(
        [.auroc, .observedExpectedRatio, .calibrationSlope], at: nil, row, &smallest, to: &html)
      for threshold in data.evaluationProtocol.model.thresholds.prefix(ReportData.thresholdFigureLimit) {
        html.element("h3", "At threshold \(threshold.value.text): \(threshold.action.asSentence)")
        data.writeExpectations(ReportData.decisionMetrics, at: threshold.value, row, &smallest, to: &html)
      }
      if let smallest { html.paragraph(Expectation.caution(sites: smallest), class: "caution") }
      let silent = data.silentSites(.overall)
      if !silent.isEmpty {
        html.paragraph(
          "Not in these numbers: \(silent.joined(separator: ", ")). A site withholds where its counts are "
            + "small, so what is missing is not missing at random.", class: "caution")
      }
    }
  }
}

extension ReportData {
  /// A card for each measure.
  fileprivate func writeExpectations(
    _ metrics: [Metric], at threshold: ExactDecimal?, _ row: MatrixRow, _ smallest: inout Int?,
    to html: inout HTMLWriter
  ) {
    html.newline()
    html.element("div", ["class": "expectations"]) { list in
      for metric in metrics {
        let measure = row.measure(metric, at: threshold, .randomEffects)
        list.element("article", ["class": "expectation"]) { card in
          card.element("h4", Expectation.title(metric))
          if case .estimated(let numbers)? = measure?.result, let spread = numbers.randomEffects {
            smallest = min(smallest ?? .max, spread.sites)
            for text in Expectation.sentences(metric, numbers, spread) { card.paragraph(text) }
            if Expectation.isUseless(metric, spread) {
              card.paragraph(
                "That is too wide to promise anything: these hospitals differ too much, or are too few.",
                class: "strong")
            }
          } else {
            card.paragraph(Expectation.absence(measure?.result))
            if let two = measure?.twoSites {
              card.paragraph(
                Expectation.difference(
                  metric, two, first: name(ofSite: two.first), second: name(ofSite: two.second)))
            }
          }
          if let range = range(metric, at: threshold) { card.paragraph(range, class: "range") }
        }
      }
    }
  }
}

/// Sentences for one measure.
private enum Expectation {
  static func title(_ metric: Metric) -> String {
    switch metric {
    case .auroc: "Ranking patients (AUROC)"
    case .observedExpectedRatio: "Level of risk (observed / expected)"
    case .sensitivity: "Finding the event (sensitivity)"
    case .specificity: "Leaving others alone (specificity)"
    case .positivePredictiveValue: "A flag being right (PPV)"
    default: "Spread of risk (calibration slope)"
    }
  }

  static func sentences(
    _ metric: Metric, _ numbers: MeasureNumbers, _ spread: RandomEffectsNumbers
  ) -> [String] {
    let sites = ReportNumbers.count(spread.sites, "hospital")
    let interval =
      numbers.lower.flatMap { lower in
        numbers.upper.map { "; 95 % interval \(ReportNumbers.interval(lower, $0))" }
      } ?? ""
    let value = ReportNumbers.text(numbers.value)
    let prediction =
      "95 % prediction interval "
      + ReportNumbers.interval(spread.predictionLower, spread.predictionUpper)
    func hundred(_ number: FixedDecimal) -> String { ReportNumbers.outOfHundred(number) }
    switch metric {
    case .auroc:
      return [
        "Of 100 pairs of one patient with the event and one without, the model gives the higher score to the "
          + "patient with the event in about \(hundred(numbers.value)), on average over \(sites) "
          + "(AUROC \(value)\(interval)). 50 would be a coin toss.",
        "At a hospital that was not studied, expect between \(hundred(spread.predictionLower)) and "
          + "\(hundred(spread.predictionUpper)) of 100 (\(prediction)).",
      ]
    case .observedExpectedRatio:
      return [
        "For every 100 events that the model expects, about \(hundred(numbers.value)) happened, on average "
          + "over \(sites) (ratio \(value)\(interval)). 100 would be right on average.",
        "At a hospital that was not studied, expect between \(hundred(spread.predictionLower)) and "
          + "\(hundred(spread.predictionUpper)) for every 100 (\(prediction)).",
      ]
    case .sensitivity, .specificity, .positivePredictiveValue:
      let (who, what) =
        switch metric {
        case .sensitivity: ("patients with the event", "flagged")
        case .specificity: ("patients without the event", "left alone")
        default: ("flagged patients", "found to have the event")
        }
      return [
        "Of 100 \(who), about \(hundred(numbers.value)) are \(what), on average over \(sites) (\(value)\(interval)).",
        "At a hospital that was not studied, expect between \(hundred(spread.predictionLower)) and "
          + "\(hundred(spread.predictionUpper)) of 100 (\(prediction))."
          + (metric == .positivePredictiveValue ? " It depends on how common the event is there." : ""),
      ]
    default:
      return [
        "The slope is \(value) on average over \(sites)\(interval). 1 is right; below 1 the model's high risks "
          + "are too high and its low risks too low; above 1 it is too timid.",
        "At a hospital that was not studied, expect between \(ReportNumbers.text(spread.predictionLower)) and "
          + "\(ReportNumbers.text(spread.predictionUpper)) (95 % prediction interval).",
      ]
    }
  }

  /// Whether the prediction interval holds a model that is no better than none, or levels of risk that
  /// differ more than fourfold.
  static func isUseless(_ metric: Metric, _ spread: RandomEffectsNumbers) -> Bool {
    let lower = spread.predictionLower.value
    let upper = spread.predictionUpper.value
    return switch metric {
    case .auroc: lower <= 0.5
    case .observedExpectedRatio: lower <= 0 || upper / lower > 4
    case .sensitivity, .specificity, .positivePredictiveValue: upper - lower > 0.5
    default: lower <= 0
    }
  }

  static func absence(_ result: MeasureResult?) -> String {
    switch result {
    case .notEvaluable(.tooFewSites)?, nil:
      "No expectation can be given: fewer than three validation hospitals have a usable result, and from one or "
        + "two nobody can tell how hospitals differ."
    case .notEvaluable(let reason)?: "No expectation can be given: \(reason.words)."
    case .withheld?, .bounded?, .estimated?: "No expectation can be given: withheld."
    }
  }

  /// What two hospitals say: how far apart they are.
  static func difference(_ metric: Metric, _ two: TwoSites, first: String, second: String) -> String {
    let scale =
      switch metric {
      case .observedExpectedRatio: ", in logarithms"
      case .calibrationSlope, .netBenefit, .calibrationInTheLarge: ""
      default: ", in log odds"
      }
    return "\(first) less \(second)\(scale): \(ReportNumbers.text(two.difference)) (95 % interval "
      + "\(ReportNumbers.interval(two.bounds.lower, two.bounds.upper)))."
  }

  // Source of the two shares: statistics.md §7, simulated with the t quantile of K − 2.
  static func caution(sites: Int) -> String {
    "These prediction intervals rest on \(ReportNumbers.count(sites, "hospital")) and are too short: in simulations "
      + "a 95 % prediction interval from 5 hospitals held the value of a new one in 89 of 100 runs, from 10 "
      + "hospitals in 86. They are about hospitals of the kind that took part; no number here shows that yours is one."
  }
}

extension ReportData {
  // The least and the most favourable hospital stand beside any mean.
  fileprivate func range(_ metric: Metric, at threshold: ExactDecimal?) -> String? {
    let found = validationSites.compactMap { site -> (name: String, value: FixedDecimal)? in
      guard let numbers = site.summaryRows[.overall]?.numbers(metric, at: threshold, .site) else {
        return nil
      }
      return (site.name, numbers.value)
    }
    guard found.count > 1, let lowest = found.min(by: { $0.value < $1.value }),
      let highest = found.max(by: { $0.value < $1.value }), lowest.value < highest.value
    else { return nil }
    return "Of the hospitals studied, lowest \(ReportNumbers.text(lowest.value)) (\(lowest.name)), "
      + "highest \(ReportNumbers.text(highest.value)) (\(highest.name))."
  }
}
