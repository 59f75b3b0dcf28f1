import CanonicalJSON
import EvaluationProtocols

extension ReportPage {
  /// The validation matrix: hospitals, slices, windows.
  mutating func matrixSection() {
    let data = data
    section(id: "matrix", "The validation matrix") { html in
      html.paragraph(
        "Numbers in small type are 95 % intervals. Three ways of taking hospitals together are kept apart: pooled "
          + "rows treat all rows as one hospital's; within hospitals compares patients only with patients of the same "
          + "hospital; the mean over hospitals is that of the random-effects model. A hatched cell is withheld by the "
          + "hospital's disclosure control, because too few patients stand behind it or behind its neighbour."
      )
      html.element("h3", "All rows")
      data.writeOverallTables(to: &html)
      if !data.evaluationProtocol.attributes.isEmpty {
        html.element("h3", "Groups of patients")
        let silent = data.sites.filter { $0.matrix == nil }.map(\.name)
        html.paragraph(
          "For the hospitals together, AUROC is within hospitals and everything else from pooled rows."
            + (silent.isEmpty ? "" : " Without any group: \(silent.joined(separator: ", ")) (sent nothing)."))
        data.writeSliceTables(to: &html)
      }
    }
  }
}
