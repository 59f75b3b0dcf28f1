import CanonicalJSON
import EvaluationProtocols
import Synthesis

extension ReportData {
  /// Most hospitals in a table of what each does to the mean.
  private static let influenceLimit = 60

  /// Which hospital does worst, and how much hospitals differ.
  func writeSpread(_ metric: Metric, to html: inout HTMLWriter) {
    if let text = spreadSentence(metric, at: nil) { html.paragraph(text, class: "range") }
  }

  /// Which hospital does worst, how far one hospital moves the mean and, over all scores, how much they differ.
  func spreadSentence(_ metric: Metric, at threshold: ExactDecimal?) -> String? {
    var sentences: [String] = []
    let name = metric.words(at: threshold).capitalisedFirst
    if let worst = worstSite(metric, at: threshold) {
      sentences.append("\(name): least favourable at \(worst.site.name), \(worst.numbers.text).")
    }
    if let spread = overSites(metric, at: threshold).mean?.randomEffects {
      if let text = withoutEach(spread) { sentences.append(text) }
      if threshold == nil { sentences.append(differences(spread)) }
    }
    return sentences.isEmpty ? nil : sentences.joined(separator: " ")
  }

  /// The validation site whose own estimate is the worst.
  private func worstSite(
    _ metric: Metric, at threshold: ExactDecimal?
  ) -> (site: ReportSite, numbers: MeasureNumbers)? {
    var worst: (site: ReportSite, numbers: MeasureNumbers)?
    var found = 0
    for site in validationSites {
      guard let numbers = site.summaryRows[.overall]?.numbers(metric, at: threshold, .site) else { continue }
      found += 1
      let distance = metric.distance(numbers.value.value)
      if worst.map({ distance > metric.distance($0.numbers.value.value) }) ?? true { worst = (site, numbers) }
    }
    return found > 1 ? worst : nil
  }

  // "Without one hospital at a time the mean lies between …"
  private func withoutEach(_ spread: RandomEffectsNumbers) -> String? {
    let means = spread.contributions.compactMap { entry in
      entry.without.map { (site: entry.site, value: $0.value) }
    }
    guard let lowest = means.min(by: { $0.value < $1.value }),
      let highest = means.max(by: { $0.value < $1.value })
    else { return nil }
    return "Leaving out one hospital at a time, the mean lies between \(ReportNumbers.text(lowest.value)) "
      + "(without \(self.name(ofSite: lowest.site))) and \(ReportNumbers.text(highest.value)) "
      + "(without \(self.name(ofSite: highest.site)))."
  }

  private func differences(_ spread: RandomEffectsNumbers) -> String {
    let bounds = spread.tauSquaredBounds.map { " (Q-profile 95 % interval \($0.text))" } ?? ""
    return "Between hospitals: variance τ² \(ReportNumbers.text(spread.tauSquared))\(bounds); "
      + "I² = τ² / (τ² + typical variance) \(ReportNumbers.percent(spread.iSquared)); "
      + "Cochran's Q \(ReportNumbers.text(spread.q)), \(ReportNumbers.pValue(spread.qPValue))."
  }

  /// Every hospital's number, its weight, and the mean without it; then the other ways to the same mean.
  func writeInfluence(_ metric: Metric, at threshold: ExactDecimal?, to html: inout HTMLWriter) {
    let mean = overSites(metric, at: threshold).mean
    let spread = mean?.randomEffects
    var contributions: [String: RandomEffectsNumbers.SiteContribution] = [:]
    for entry in spread?.contributions ?? [] { contributions[entry.site] = entry }
    html.table(
      metric.words(at: threshold).capitalisedFirst,
      columns: ["Hospital", "Own estimate (95 % interval)", "Weight", "Mean without it", "τ² without it"]
    ) { body in
      for site in validationSites.prefix(ReportData.influenceLimit) {
        let own = site.summaryRows[.overall]?.numbers(metric, at: threshold, .site)
        guard let own else {
          body.element("tr") { row in
            row.element("th", ["scope": "row"], site.name)
            row.absentCell(absence(site, metric, at: threshold) ?? "withheld", columns: 4)
          }
          continue
        }
        let entry = contributions[site.id]
        body.line(
          site.name,
          [
            own.text, entry.map { ReportNumbers.percent($0.weight) } ?? "none",
            entry?.without.map {
              "\(ReportNumbers.text($0.value)) (\(ReportNumbers.interval($0.lower, $0.upper)))"
            } ?? "too few hospitals left", entry?.without.map { ReportNumbers.text($0.tauSquared) } ?? "–",
          ])
      }
      if let mean { body.line("Mean over hospitals", [mean.text, "", "", ""], class: "together") }
      if let spread {
        body.line(
          "A new hospital (prediction interval)",
          [ReportNumbers.interval(spread.predictionLower, spread.predictionUpper), "", "", ""],
          class: "together")
      }
    }
    let hidden = validationSites.count - ReportData.influenceLimit
    if hidden > 0 {
      html.paragraph(
        "\(ReportNumbers.count(hidden, "further hospital")) not in this table; matrix/pooled.json has them.")
    }
    if let spread {
      let between = threshold == nil ? "" : differences(spread) + " "
      html.paragraph(between + ReportData.otherWays(spread), class: "range")
    }
  }

  private static func otherWays(_ spread: RandomEffectsNumbers) -> String {
    var text =
      "The interval of the mean is the wider of Hartung and Knapp's (\(spread.hartungKnapp.text)) and the same with "
      + "a variance factor of at least 1 (\(spread.modified.text)). I² by (Q − (K − 1)) / Q: "
      + "\(ReportNumbers.percent(spread.iSquaredFromQ))."
    if let other = spread.derSimonianLaird {
      text +=
        " For comparison, DerSimonian and Laird's mean with a normal interval: \(ReportNumbers.text(other.value)) "
        + "(\(ReportNumbers.interval(other.lower, other.upper))), τ² \(ReportNumbers.text(other.tauSquared))."
    }
    return text
  }
}
