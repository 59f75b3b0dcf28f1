import CanonicalJSON
import EvaluationProtocols
import Synthesis

extension ReportPage {
  /// Whether inputs and scores look like the reference of the protocol.
  mutating func driftSection() {
    let data = data
    section(id: "drift", "Drift: do inputs and scores look like the reference?") { html in
      guard !data.evaluationProtocol.drift.profiles.isEmpty else {
        html.paragraph("The protocol gives no reference profile, so nothing is compared.")
        return
      }
      html.paragraph(
        "Reference: \(data.evaluationProtocol.drift.reference.asSentence) The population stability index is 0 when a column's "
          + "values divide as in the reference, and grows with the difference. Even without any change it reaches the "
          + "noise value in 1 of 100 samples of the same size, so only what exceeds the noise is a change.")
      let lines = data.comparedLines
      data.writeStability(lines, to: &html)
      data.writeDistances(lines.prefix(ReportData.driftLimit), to: &html)
      data.writeShifts("Missing values", "missing", \.missing, to: &html)
      data.writeShifts("Values outside what is listed, or no number", "outside", \.outside, to: &html)
      data.writePrevalence(to: &html)
    }
  }
}

/// One comparison with the reference.
struct DriftLine {
  let site: String
  let row: DriftRow
  let numbers: DriftNumbers
}

extension ReportData {
  /// Most lines of a drift table, the largest first; the others are counted.
  fileprivate static let driftLimit = 20
  /// Most lines of the table of missing values.
  private static let missingLimit = 10

  private var driftRows: [(site: String, row: DriftRow)] {
    sites.flatMap { site in (site.matrix?.drift ?? []).map { (site.name, $0) } }
  }

  /// What is compared: drift first, then what cannot be told, then the rest; the largest index first.
  fileprivate var comparedLines: [DriftLine] {
    let found = driftRows.compactMap { entry -> DriftLine? in
      guard case .compared(let numbers) = entry.row.result else { return nil }
      return DriftLine(site: entry.site, row: entry.row, numbers: numbers)
    }
    // A stable order: equals as they come in the matrix.
    return found.enumerated().sorted { left, right in
      let one = left.element.numbers
      let other = right.element.numbers
      if one.rank != other.rank { return one.rank < other.rank }
      if one.stabilityIndex != other.stabilityIndex { return other.stabilityIndex < one.stabilityIndex }
      return left.offset < right.offset
    }.map(\.element)
  }

  fileprivate func writeStability(_ lines: [DriftLine], to html: inout HTMLWriter) {
    let limit = evaluationProtocol.drift.stabilityLimit
    html.paragraph(verdictSentence(lines), class: "strong")
    html.table(
      "Population stability index", class: "numbers drift verdicts",
      columns: ["Hospital", "Window", "Column", "Rows", "Index", "Upper limit", "Noise", "Limit", "Verdict"]
    ) { body in
      for line in lines.prefix(ReportData.driftLimit) {
        body.element("tr") { row in
          row.element("th", ["scope": "row"], line.site)
          row.element("td", ["class": "words"], line.row.window)
          row.element("td", ["class": "words"], line.row.profile)
          row.element("td", ReportNumbers.count(line.numbers.rows))
          row.element("td", ReportNumbers.text(line.numbers.stabilityIndex))
          row.element("td", line.numbers.assessment.map { ReportNumbers.text($0.upperLimit) } ?? "–")
          row.element("td", ReportNumbers.text(line.numbers.noise))
          row.element("td", limit?.text ?? "none set")
          row.element("td", ["class": "words"], line.numbers.reading)
        }
      }
    }
    let withheld = driftRows.count { $0.row.result == .withheld }
    let notEvaluable = driftRows.count { $0.row.result == .notEvaluable }
    let hidden = max(0, lines.count - ReportData.driftLimit)
    html.paragraph(
      "\(ReportNumbers.count(hidden, "further comparison")) with a smaller index not shown; "
        + "\(ReportNumbers.count(withheld)) withheld; \(ReportNumbers.count(notEvaluable)) not evaluable.")
  }

  private func verdictSentence(_ lines: [DriftLine]) -> String {
    guard let limit = evaluationProtocol.drift.stabilityLimit else {
      return "The protocol sets no limit for drift, so no comparison has a verdict."
    }
    func count(_ verdict: DriftVerdictWord) -> Int {
      lines.count { $0.numbers.assessment?.verdict == verdict }
    }
    return "Of \(ReportNumbers.count(lines.count, "comparison")) with the limit of \(limit.text): "
      + "\(ReportNumbers.count(count(.drift))) drift (at or above the limit, and more than chance), "
      + "\(ReportNumbers.count(count(.stable))) stable (below it even at the upper limit), "
      + "\(ReportNumbers.count(count(.underpowered))) cannot be told (too few rows)."
  }

  /// Other distances of the same comparisons.
  fileprivate func writeDistances(_ lines: ArraySlice<DriftLine>, to html: inout HTMLWriter) {
    guard !lines.isEmpty else { return }
    html.folded("Other measures of the same differences") { block in
      block.paragraph(
        "Kolmogorov–Smirnov and Wasserstein distances are known from the cells only as the least and the most that they can "
          + "be. Divergences are in nats. χ² is Pearson's on cells that expect 5 rows or more.")
      block.table(
        "Distances from the reference", class: "numbers drift",
        columns: [
          "Hospital", "Window", "Column", "Kolmogorov–Smirnov", "Wasserstein", "χ² (degrees)", "p",
          "Cramér's V",
          "Kullback–Leibler", "Jensen–Shannon",
        ]
      ) { body in
        for line in lines {
          let numbers = line.numbers
          let test = numbers.chiSquared
          body.element("tr") { row in
            row.element("th", ["scope": "row"], line.site)
            row.element("td", ["class": "words"], line.row.window)
            row.element("td", ["class": "words"], line.row.profile)
            for text in [
              numbers.ks.map { ReportNumbers.narrowInterval($0.lower, $0.upper) },
              numbers.wasserstein.map { ReportNumbers.narrowInterval($0.lower, $0.upper) },
              test.map { "\(ReportNumbers.text($0.statistic)) (\($0.degreesOfFreedom))" },
              test.map { ReportNumbers.narrowPValue($0.pValue) },
              test.map { ReportNumbers.text($0.cramersV) },
              ReportNumbers.text(numbers.klDivergence), ReportNumbers.text(numbers.jsDivergence),
            ] { row.element("td", text ?? "–") }
          }
        }
      }
    }
  }

  fileprivate func writeShifts(
    _ title: String, _ word: String, _ part: KeyPath<DriftRow, DriftRow.ShareShift?>,
    to html: inout HTMLWriter
  ) {
    let found = driftRows.compactMap { line in line.row[keyPath: part].map { (line: line, shift: $0) } }
    guard !found.isEmpty else {
      if word == "missing" {
        html.paragraph("Shares of missing values cannot be told from the released counts.")
      }
      return
    }
    let sorted = found.enumerated()
      .sorted { left, right in
        let one = left.element.shift.difference.units.magnitude
        let other = right.element.shift.difference.units.magnitude
        return (other, left.offset) < (one, right.offset)
      }.map(\.element)
    html.table(
      "\(title), largest change first", class: "numbers drift",
      columns: [
        "Hospital", "Window", "Column", "\(word.capitalisedFirst) now", "In the reference",
        "Change in points (95 % interval)",
      ]
    ) { body in
      for (line, shift) in sorted.prefix(ReportData.missingLimit) {
        body.element("tr") { row in
          row.element("th", ["scope": "row"], line.site)
          row.element("td", ["class": "words"], line.row.window)
          row.element("td", ["class": "words"], line.row.profile)
          row.element("td", ReportNumbers.percent(shift.share) + atMost(line.row, part))
          row.element("td", ReportNumbers.percent(shift.reference))
          row.element(
            "td",
            "\(ReportNumbers.points(shift.difference)) (\(ReportNumbers.points(shift.lower)) to "
              + "\(ReportNumbers.points(shift.upper)))")
        }
      }
    }
    let hidden = sorted.count - ReportData.missingLimit
    if hidden > 0 {
      html.paragraph("\(ReportNumbers.count(hidden, "further line")) with a smaller change not shown.")
    }
  }

  // Whether more events than expected come from another prevalence or from the model.
  // How many values outside may hide behind those that were seen, or behind none.
  private func atMost(_ row: DriftRow, _ part: KeyPath<DriftRow, DriftRow.ShareShift?>) -> String {
    guard part == \.outside, let limit = row.outsideLimit else { return "" }
    return " (95 % at most \(ReportNumbers.percent(limit)))"
  }

  fileprivate func writePrevalence(to html: inout HTMLWriter) {
    let found = driftRows.filter { $0.row.priorShift != nil || $0.row.unlabelledPrevalence != nil }
    guard !found.isEmpty else { return }
    html.folded("Another prevalence, or a model that decays?") { block in
      block.paragraph(
        "The logarithm of observed / expected events of a window in two parts: what moving the scores from the prevalence of "
          + "the hospital's first window to that of this one explains, and the rest. The last column is the prevalence "
          + "that the scores of rows without a known outcome speak for.")
      block.table(
        "Shift of the prevalence", class: "numbers drift",
        columns: [
          "Hospital", "Window", "Explained by prevalence", "The rest", "Prevalence without known outcome",
        ]
      ) { body in
        for (site, row) in found.prefix(ReportData.driftLimit) {
          body.line(
            site,
            [
              row.window, row.priorShift.map { ReportNumbers.text($0.explained) } ?? "–",
              row.priorShift.map { ReportNumbers.text($0.remainder) } ?? "–",
              row.unlabelledPrevalence.map { ReportNumbers.percent($0) } ?? "–",
            ])
        }
      }
      let hidden = found.count - ReportData.driftLimit
      if hidden > 0 { block.paragraph("\(ReportNumbers.count(hidden, "further line")) not shown.") }
    }
  }
}

extension DriftNumbers {
  /// Drift first, then what cannot be told, then the rest.
  fileprivate var rank: Int {
    switch assessment?.verdict {
    case .drift?: 0
    case .underpowered?: 1
    case .stable?: 2
    case nil: 3
    }
  }

  /// The verdict in words, or how the index lies to its noise where there is none.
  fileprivate var reading: String {
    switch assessment?.verdict {
    case .drift?: "drift"
    case .stable?: "stable"
    case .underpowered?: "cannot be told: underpowered"
    case nil: stabilityIndex > noise ? "changed" : "within noise"
    }
  }
}
