import CanonicalJSON
import EvaluationProtocols
import Synthesis

extension ReportPage {
  /// What missing outcomes and withheld counts could make of the numbers.
  mutating func unknownSection() {
    let data = data
    section(id: "unknown", "What is not known, and how much could it matter?") { html in
      guard let row = data.pooled(.overall), row.status == .released else {
        html.paragraph("Nothing can be said: no validation hospital released a result.")
        return
      }
      data.writeMissingLabels(row, to: &html)
      data.writeWithheldBounds(row, to: &html)
      data.writeSmallSamples(row, to: &html)
    }
  }
}

extension ReportData {
  /// Most lines of a table of bounds.
  private static let boundLimit = 40

  private struct Bounded {
    let metric: Metric
    let name: String
    let numbers: MeasureNumbers
  }

  private func named(_ row: MatrixRow) -> [Bounded] {
    row.measures.compactMap { measure in
      guard measure.estimand != .randomEffects, case .estimated(let numbers) = measure.result else {
        return nil
      }
      return Bounded(
        metric: measure.metric, name: measure.metric.words(at: measure.threshold).capitalisedFirst,
        numbers: numbers)
    }
  }

  fileprivate func writeMissingLabels(_ row: MatrixRow, to html: inout HTMLWriter) {
    html.element("h3", "Outcomes that nobody knows")
    if let unlabelled = row.unlabelled {
      html.paragraph(
        unlabelled == 0
          ? "Every row of the released hospitals has a known outcome."
          : "\(ReportNumbers.count(unlabelled, "row")) beside the \(ReportNumbers.count(row.labelled)) with a known outcome "
            + "have none.")
    } else {
      html.paragraph("How many rows have no known outcome is withheld by at least one hospital.")
    }
    let found = named(row).filter { $0.numbers.details.missingLabels != nil }
    guard !found.isEmpty else {
      if row.unlabelled != 0 { html.paragraph("No limits can be given for them.") }
      return
    }
    if let first = found.first(where: \.metric.needsThreshold),
      let labels = first.numbers.details.missingLabels
    {
      html.paragraph(
        "If all of these patients had turned out in the way that is worst for the model, \(first.name.lowercasedFirst) "
          + "would be \(ReportNumbers.text(labels.lowest.value)); if all in the best way, "
          + "\(ReportNumbers.text(labels.highest.value)). No assumption is behind these two limits."
      )
    }
    html.table(
      "Limits that hold whatever the missing outcomes are; pooled rows", class: "numbers bounds",
      columns: [
        "Measure", "Known outcomes only (95 % interval)", "Lowest possible", "Highest possible",
        "If the missing are like the known",
      ]
    ) { body in
      for entry in found.prefix(ReportData.boundLimit) {
        guard let labels = entry.numbers.details.missingLabels else { continue }
        body.element("tr") { row in
          row.element("th", ["scope": "row"], entry.name)
          row.element("td", entry.numbers.text)
          for extreme in [labels.lowest, labels.highest] {
            row.element("td") { cell in
              cell.text(ReportNumbers.text(extreme.value))
              cell.interval(extreme.lower, extreme.upper)
            }
          }
          row.element("td", labels.ignorable.map { ReportNumbers.text($0) } ?? "–")
        }
      }
    }
    html.paragraph(
      "The last column holds if, among flagged patients and among the others, the missing outcomes divide as the known "
        + "ones do. Nothing in the data can show whether they do. A criterion that would pass at one limit and not at the "
        + "other is at most inconclusive.", class: "range")
  }

  fileprivate func writeWithheldBounds(_ row: MatrixRow, to html: inout HTMLWriter) {
    html.element("h3", "Counts that hospitals withhold")
    let withheld = silentSites(.overall)
    var found: [(place: String, entry: Bounded)] = named(row).map { ("all rows", $0) }
    for slice in evaluationProtocol.slices where slice != .overall {
      guard let row = pooled(slice), row.status == .released else { continue }
      found += named(row).map { (label(of: slice), $0) }
    }
    found = found.filter { $0.entry.numbers.details.withheldBounds != nil }
    let decisive = found.first { $0.entry.metric.needsThreshold } ?? found.first
    guard let first = decisive, let bounds = first.entry.numbers.details.withheldBounds else {
      html.paragraph(
        withheld.isEmpty
          ? "No released number of the validation hospitals is without counts that somebody withholds."
          : "Not in the pooled numbers: \(withheld.joined(separator: ", ")). No limits can be given for what they hold."
      )
      return
    }
    let without = withheld.isEmpty ? "" : " It is without \(withheld.joined(separator: ", "))."
    html.paragraph(
      "A pooled number is made from what is released.\(without) Whatever the withheld counts are, "
        + "\(first.entry.name.lowercasedFirst)\(first.place == "all rows" ? "" : " of \(first.place)") with them lies between \(ReportNumbers.text(bounds.lower)) and "
        + "\(ReportNumbers.text(bounds.upper)), sampling error aside.")
    let all = found.filter { $0.place == "all rows" }
    if !all.isEmpty { writeBounds(all, "All rows", to: &html) }
    let groups = found.filter { $0.place != "all rows" }
    guard !groups.isEmpty else { return }
    html.folded("The same for groups of patients") { block in
      writeBounds(Array(groups.prefix(ReportData.boundLimit)), "Groups of patients", to: &block)
      let hidden = groups.count - ReportData.boundLimit
      if hidden > 0 {
        block.paragraph("\(ReportNumbers.count(hidden, "further number")) in matrix/pooled.json.")
      }
    }
  }

  private func writeBounds(
    _ lines: [(place: String, entry: Bounded)], _ caption: String, to html: inout HTMLWriter
  ) {
    html.table(
      "\(caption): limits that hold whatever the withheld counts are, pooled rows",
      class: "numbers withheld-bounds",
      columns: ["Measure", "Rows", "As released (95 % interval)", "Whatever is withheld"]
    ) { body in
      for (place, entry) in lines {
        guard let bounds = entry.numbers.details.withheldBounds else { continue }
        body.line(entry.name, [place, entry.numbers.text, bounds.text])
      }
    }
  }

  // Exact intervals and design effects: what is behind an interval that looks too wide.
  fileprivate func writeSmallSamples(_ row: MatrixRow, to html: inout HTMLWriter) {
    let clustered = named(row).filter { $0.numbers.details.designEffect != nil }
    var exact: [(place: String, entry: Bounded)] = []
    func collect(_ place: String, _ row: MatrixRow) {
      guard row.status == .released, exact.count <= ReportData.boundLimit else { return }
      exact += named(row).filter { $0.numbers.details.exact != nil }.map { (place, $0) }
    }
    collect("all hospitals", row)
    for site in sites {
      if let own = site.summaryRows[.overall] { collect(site.name, own) }
    }
    for slice in evaluationProtocol.slices where slice != .overall {
      if let together = pooled(slice) { collect(label(of: slice), together) }
    }
    guard !clustered.isEmpty || !exact.isEmpty else { return }
    html.element("h3", "Few rows, and rows of the same patient")
    if row.patients > 0 {
      html.paragraph(
        row.patients == row.labelled
          ? "Every row is of another patient, as far as one hospital can tell."
          : "The \(ReportNumbers.count(row.labelled)) rows are of \(ReportNumbers.count(row.patients, "patient")); one who was at "
            + "two hospitals or in two windows counts as two. Rows of one patient are alike, so they count for less: an "
            + "interval is that of as many fewer rows as its design effect says.")
    }
    if !clustered.isEmpty {
      html.folded("Design effects, pooled rows") { block in
        block.table(
          "Design effects", columns: ["Measure", "Of", "Rows", "Design effect", "Value (95 % interval)"]
        ) { body in
          for entry in clustered.prefix(ReportData.boundLimit) {
            body.line(
              entry.name,
              [
                entry.numbers.successes.map { ReportNumbers.count($0) } ?? "–",
                entry.numbers.trials.map { ReportNumbers.count($0) } ?? "–",
                entry.numbers.details.designEffect.map { ReportNumbers.text($0) } ?? "–", entry.numbers.text,
              ])
          }
        }
      }
    }
    guard !exact.isEmpty else { return }
    html.folded("Exact intervals, for fewer than 40 rows") { block in
      block.paragraph(
        "With so few rows the Wilson interval may be too short; Clopper and Pearson's never is.")
      block.table(
        "Exact intervals", columns: ["Measure", "Where", "Wilson 95 % interval", "Exact 95 % interval"]
      ) { body in
        for (place, entry) in exact.prefix(ReportData.boundLimit) {
          body.line(entry.name, [place, entry.numbers.text, entry.numbers.details.exact?.text ?? "–"])
        }
      }
      if exact.count > ReportData.boundLimit { block.paragraph("More are in matrix/.") }
    }
  }
}

extension String {
  /// The text with its first letter small, unless it begins with an abbreviation.
  var lowercasedFirst: String {
    guard let first, first.isASCII, let second = dropFirst().first, !second.isUppercase else { return self }
    return first.lowercased() + dropFirst()
  }
}
