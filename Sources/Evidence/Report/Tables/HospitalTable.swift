import EvaluationProtocols
import Synthesis

extension ReportData {
  /// Most hospitals in a folded table of single measures.
  private static let hospitalLimit = 60

  /// A folded table of measures of all rows: one line a hospital, cut with a sentence that says so.
  func writeHospitals(_ title: String, caption: String, columns: [MeasureColumn], to html: inout HTMLWriter) {
    html.folded(title) { block in
      block.table(caption, columns: ["Hospital"] + columns.map(\.title)) { body in
        for site in sites.prefix(ReportData.hospitalLimit) {
          body.element("tr", ["class": site.role == .development ? "development" : "site"]) { row in
            row.element("th", ["scope": "row"]) { head in
              head.text(site.name)
              if site.role == .development {
                head.element("span", ["class": "ci"], "development, not pooled")
              }
            }
            switch site.standing(in: .overall) {
            case .released(let found):
              for column in columns {
                row.cell(found.measure(column.metric, at: column.threshold, .site), nameOf: name(ofSite:))
              }
            case let other: row.absentCell(other.words ?? "withheld", columns: columns.count)
            }
          }
        }
      }
      let hidden = sites.count - ReportData.hospitalLimit
      if hidden > 0 {
        block.paragraph("\(ReportNumbers.count(hidden, "further hospital")) not in this table.")
      }
    }
  }
}
