import CanonicalJSON
import EvaluationProtocols
import Synthesis

extension ReportPage {
  /// The model against the comparator on the same rows; nothing, where the protocol has none.
  mutating func baselineSection() {
    let data = data
    guard let baseline = data.evaluationProtocol.baseline else { return }
    section(id: "baseline", "Is it better than \(baseline.name)?") { html in
      html.paragraph(
        "Both scores are looked at on the same rows. At its first threshold the comparator flags a row where the "
          + "model flags it at its own first, and so on. Differences are the model minus \(baseline.name).")
      guard let row = data.pooled(.overall), row.status == .released else {
        html.paragraph("Nothing can be said: no validation hospital released a result.")
        return
      }
      html.list(data.comparisonSentences(row, baseline))
      data.writeComparison(row, baseline, to: &html)
      data.writeSiteComparison(to: &html)
    }
  }
}

extension ReportData {
  private static let estimands: [Estimand] = [.pooledRows, .withinSite, .randomEffects]

  /// One sentence a threshold and measure: how many of 100 are gained or lost.
  fileprivate func comparisonSentences(_ row: MatrixRow, _ baseline: Baseline) -> [String] {
    zip(evaluationProtocol.model.thresholds, baseline.thresholds).flatMap { threshold, other -> [String] in
      let place = "At \(threshold.value.text) (\(baseline.name) at \(other.text))"
      return [
        (Metric.sensitivityDifference, "finds", "patients with the event"),
        (.specificityDifference, "rightly leaves alone", "patients without the event"),
      ].compactMap { metric, verb, who in
        guard let numbers = row.numbers(metric, at: threshold.value, .pooledRows) else { return nil }
        return sentence(numbers, "\(place) the model \(verb)", who, row, metric, threshold.value, baseline)
      }
    }
  }

  private func sentence(
    _ numbers: MeasureNumbers, _ start: String, _ who: String, _ row: MatrixRow, _ metric: Metric,
    _ threshold: ExactDecimal, _ baseline: Baseline
  ) -> String {
    let direction = numbers.value.units < 0 ? "fewer" : "more"
    var text = "\(start) \(ReportNumbers.pointsAside(numbers.value)) \(direction) of 100 \(who)"
    if let lower = numbers.lower, let upper = numbers.upper {
      text += " (95 % interval \(ReportNumbers.points(lower)) to \(ReportNumbers.points(upper)))"
    }
    if let paired = numbers.details.paired, let gained = paired.gained, let lost = paired.lost {
      text +=
        "; only the model is right for \(ReportNumbers.count(gained)), only \(baseline.name) for "
        + "\(ReportNumbers.count(lost))"
    }
    if !numbers.isApart(from: 0) { text += ". That may be chance" }
    if let mean = row.numbers(metric, at: threshold, .randomEffects),
      mean.value.units.signum() * numbers.value.units.signum() < 0
    {
      text +=
        ". The mean over hospitals points in the other direction, \(ReportNumbers.points(mean.value)) of 100"
        + "\(ReportData.pointsSpan(mean)): neither stands for all hospitals"
    }
    return text + "."
  }

  private static func pointsSpan(_ numbers: MeasureNumbers) -> String {
    guard let lower = numbers.lower, let upper = numbers.upper else { return "" }
    return " (\(ReportNumbers.points(lower)) to \(ReportNumbers.points(upper)))"
  }

  fileprivate func writeComparison(_ row: MatrixRow, _ baseline: Baseline, to html: inout HTMLWriter) {
    for threshold in evaluationProtocol.model.thresholds.map({ Optional($0.value) }) + [nil] {
      let entries = Metric.paired.flatMap { metric in
        ReportData.estimands.compactMap { row.measure(metric, at: threshold, $0) }
      }
      guard !entries.isEmpty else { continue }
      html.table(
        threshold.map { "The model minus \(baseline.name), at threshold \($0.text)" }
          ?? "The model minus \(baseline.name), over all scores", class: "numbers paired",
        columns: [
          "Measure", "Difference (95 % interval)", "Tango's interval", "Gained", "Lost",
          "p", "Exact p",
        ]
      ) { body in
        for measure in entries { writePaired(measure, to: &body) }
      }
    }
    html.paragraph(
      "Intervals of sensitivity and specificity are Newcombe's for paired shares; Tango's is the one for a claim of "
        + "not being worse. Gained and lost are rows that only the model, and only the comparator, gets right. p is "
        + "McNemar's mid-p for sensitivity and specificity and the weighted generalised score test's for predictive "
        + "values; all are two-sided and not corrected for how many there are.", class: "range")
  }

  private func writePaired(_ measure: Measure, to html: inout HTMLWriter) {
    html.element("tr") { row in
      row.element("th", ["scope": "row"]) { head in
        head.text(measure.metric.words.capitalisedFirst)
        head.element("span", ["class": "ci"], measure.estimand.words)
      }
      guard case .estimated(let numbers) = measure.result else {
        row.cell(measure, nameOf: name(ofSite:))
        row.absentCell("–", columns: 5)
        return
      }
      row.cell(measure, nameOf: name(ofSite:))
      let paired = numbers.details.paired
      for text in [
        paired?.tango.map { ReportNumbers.narrowInterval($0.lower, $0.upper) },
        paired?.gained.map { ReportNumbers.count($0) }, paired?.lost.map { ReportNumbers.count($0) },
        numbers.details.pValue.map(ReportNumbers.narrowPValue),
        paired?.exactPValue.map(ReportNumbers.narrowPValue),
      ] { row.element("td", text ?? "–") }
    }
  }

  fileprivate func writeSiteComparison(to html: inout HTMLWriter) {
    let columns =
      evaluationProtocol.model.thresholds.prefix(2).flatMap { threshold in
        [Metric.sensitivityDifference, .specificityDifference, .netBenefitDifference].map {
          MeasureColumn(
            title: "\($0.words.capitalisedFirst), at \(threshold.value.text)", metric: $0,
            threshold: threshold.value)
        }
      } + [MeasureColumn(title: "AUROC gained over the baseline", metric: .aurocDifference)]
    writeHospitals(
      "The differences at each hospital", caption: "Each hospital's own rows", columns: columns, to: &html)
  }
}
