import CanonicalJSON
import EvaluationProtocols
import Synthesis

extension ReportData {
  /// Most sites under one level; further ones are counted.
  private static let sitesPerLevel = 12
  /// Most thresholds with columns of their own.
  private static let thresholdLimit = 2

  /// Slices × measures: for each level the validation sites together, then each site.
  func writeSliceTables(to html: inout HTMLWriter) {
    for attribute in evaluationProtocol.attributes { writeTable(attribute, to: &html) }
    let hidden = evaluationProtocol.model.thresholds.count - ReportData.thresholdLimit
    if hidden > 0 {
      html.paragraph(
        "\(ReportNumbers.count(hidden, "further threshold")) without columns here; matrix/ has the numbers.")
    }
  }

  /// A column with the estimand that stands in it for the validation sites together.
  private struct SliceColumn {
    let column: MeasureColumn
    let together: Estimand
  }

  private var sliceColumns: [SliceColumn] {
    let score = [
      SliceColumn(column: MeasureColumn(title: "Prevalence", metric: .prevalence), together: .pooledRows),
      SliceColumn(column: MeasureColumn(title: "AUROC", metric: .auroc), together: .withinSite),
      SliceColumn(
        column: MeasureColumn(title: "Observed / expected", metric: .observedExpectedRatio),
        together: .pooledRows),
    ]
    let thresholds = evaluationProtocol.model.thresholds.prefix(ReportData.thresholdLimit)
    return score
      + thresholds.flatMap { threshold in
        [(Metric.sensitivity, "Sensitivity"), (.specificity, "Specificity")].map { metric, title in
          SliceColumn(
            column: MeasureColumn(
              title: "\(title) at \(threshold.value.text)", metric: metric, threshold: threshold.value),
            together: .pooledRows)
        }
      }
  }

  private func writeTable(_ attribute: SliceAttribute, to html: inout HTMLWriter) {
    let columns = sliceColumns
    html.table(
      "By \(attribute.id)", columns: ["Hospital", "Rows", "Events"] + columns.map(\.column.title)
    ) { body in
      for level in attribute.levelIDs {
        let slice = SliceID(attribute: attribute.id, level: level)
        body.element("tr", ["class": "level"]) { row in
          row.element(
            "th", ["scope": "rowgroup", "colspan": "\(columns.count + 3)"], attribute.label(ofLevel: level))
        }
        guard !isEmpty(slice) else {
          body.element("tr") { $0.absentCell("no rows at any hospital", columns: columns.count + 3) }
          continue
        }
        writeTogether(slice, columns, to: &body)
        let shown = answering.prefix(ReportData.sitesPerLevel)
        for site in shown { writeSite(site, slice, columns, to: &body) }
        writeRemainder(slice, columns: columns.count + 3, to: &body)
      }
    }
  }

  // A site that sent nothing is the same in every level; the section says so once.
  private var answering: [ReportSite] { sites.filter { $0.matrix != nil } }

  // Most studies have nobody without a recorded level: one line says that.
  private func isEmpty(_ slice: SliceID) -> Bool {
    answering.allSatisfy { site in
      if case .empty = site.standing(in: slice) { return true }
      return false
    }
  }

  private func writeTogether(_ slice: SliceID, _ columns: [SliceColumn], to html: inout HTMLWriter) {
    html.element("tr", ["class": "together"]) { row in
      row.element("th", ["scope": "row"], "Validation hospitals together")
      guard let found = pooled(slice), found.status != .empty else {
        row.absentCell("no rows", columns: columns.count + 2)
        return
      }
      guard found.status == .released else {
        row.withheldCell(columns: columns.count + 2)
        return
      }
      row.countCell(found.labelled)
      row.countCell(found.events)
      for entry in columns {
        row.cell(
          found.measure(entry.column.metric, at: entry.column.threshold, entry.together),
          nameOf: name(ofSite:))
      }
    }
  }

  private func writeSite(
    _ site: ReportSite, _ slice: SliceID, _ columns: [SliceColumn], to html: inout HTMLWriter
  ) {
    html.element("tr", ["class": site.role == .development ? "development" : "site"]) { row in
      row.element("th", ["scope": "row"]) { head in
        head.text(site.name)
        if site.role == .development { head.element("span", ["class": "ci"], "development") }
      }
      switch site.standing(in: slice) {
      case .released(let found):
        row.countCell(found.labelled)
        row.countCell(found.events)
        for entry in columns {
          row.cell(
            found.measure(entry.column.metric, at: entry.column.threshold, .site), nameOf: name(ofSite:))
        }
      case let other: row.absentCell(other.words ?? "withheld", columns: columns.count + 2)
      }
    }
  }

  private func writeRemainder(_ slice: SliceID, columns: Int, to html: inout HTMLWriter) {
    let hidden = answering.dropFirst(ReportData.sitesPerLevel)
    guard !hidden.isEmpty else { return }
    let withheld = hidden.filter { site in
      if case .withheld = site.standing(in: slice) { return true }
      return false
    }
    html.element("tr", ["class": "site"]) { row in
      row.element(
        "td", ["class": "none", "colspan": "\(columns)"],
        "\(ReportNumbers.count(hidden.count, "further hospital")) not shown, \(withheld.count) of them withheld; "
          + "matrix/sites/ has their numbers")
    }
  }
}
