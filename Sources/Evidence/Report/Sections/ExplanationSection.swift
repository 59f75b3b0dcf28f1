import CanonicalJSON
import EvaluationProtocols
import Synthesis

extension ReportPage {
  /// How far the score leans on each input; nothing, where the protocol does not ask for it.
  mutating func explanationSection() {
    let data = data
    guard let plan = data.evaluationProtocol.analysis.explanation else { return }
    section(id: "explanation", "What does the score lean on?") { html in
      html.paragraph(
        "For a sample of patients, what each input adds to the score's log odds or takes from them (its Shapley value), "
          + "whatever the sign: the mean, as a share of all inputs. It says what the score is made of, not what causes "
          + "the event; between inputs that go together the credit is divided as the model happens to divide it."
      )
      guard let row = data.explanation(.overall), !row.contributors.isEmpty else {
        html.paragraph("Nothing can be said: no validation hospital released it.")
        return
      }
      let lead = row.featuresByShare.prefix(ReportData.leadLimit)
      html.paragraph(
        "\(ReportNumbers.count(row.rows, "patient")) of \(ReportNumbers.count(row.contributors.count, "hospital")), "
          + "at most half of those that a hospital has and \(ReportNumbers.count(plan.rows)) a window, one row each."
      )
      ExplanationPlot(features: row.featuresByShare).write(id: "explanation-pooled", to: &html)
      data.writeHospitals(Array(lead), to: &html)
      data.writeGroups(to: &html)
      data.writeWindows(to: &html)
      html.paragraph(
        "Ranges are what rounding for confidentiality leaves open: they hold whatever the sums are, and say nothing of "
          + "chance. Shares add up to 100 %, so where one input gains the others lose.", class: "range")
    }
  }
}

extension ReportData {
  /// Inputs that have a column in the table of hospitals.
  fileprivate static let leadLimit = 5
  /// Most hospitals of the table.
  private static let hospitalLimit = 60
  /// Most groups, and most windows, in words.
  private static let shiftLimit = 8

  /// The validation sites together, in the summary window.
  fileprivate func explanation(_ slice: SliceID) -> ExplanationRow? {
    record.matrix.pooled.explanation.first { $0.window == summaryWindow && $0.slice == slice }
  }

  fileprivate func writeHospitals(_ lead: [ExplanationRow.Feature], to html: inout HTMLWriter) {
    html.table(
      "Shares, hospital by hospital", columns: ["Hospital", "Patients"] + lead.map(\.name)
    ) { body in
      for site in sites.prefix(ReportData.hospitalLimit) {
        body.element("tr", ["class": site.role == .development ? "development" : "site"]) { row in
          row.element("th", ["scope": "row"]) { head in
            head.text(site.name)
            if site.role == .development { head.element("span", ["class": "ci"], "development, not pooled") }
          }
          writeShares(of: site, lead, to: &row)
        }
      }
    }
    let hidden = sites.count - ReportData.hospitalLimit
    if hidden > 0 { html.paragraph("\(ReportNumbers.count(hidden, "further hospital")) not in this table.") }
  }

  private func writeShares(
    of site: ReportSite, _ lead: [ExplanationRow.Feature], to row: inout HTMLWriter
  ) {
    let found = site.matrix?.explanation.first { $0.window == summaryWindow && $0.slice == .overall }
    guard let found, !found.contributors.isEmpty else {
      let isEmpty = found?.withheld.isEmpty ?? false
      row.absentCell(
        site.matrix == nil ? "sent nothing" : isEmpty ? "no rows" : "withheld", columns: lead.count + 1)
      return
    }
    row.element("td", ReportNumbers.count(found.rows))
    for feature in lead {
      let share = found.features.first { $0.name.hasSameBytes(as: feature.name) }?.share
      row.element("td") { cell in
        guard let share else { return }
        cell.text(ReportNumbers.percent(share.value))
        cell.element("span", ["class": "ci"], share.range)
      }
    }
  }

  fileprivate func writeGroups(to html: inout HTMLWriter) {
    let levels = record.matrix.pooled.explanation.filter {
      $0.window == summaryWindow && $0.slice != .overall
    }
    guard !levels.isEmpty else { return }
    let shifts = record.matrix.explanationByGroup(in: summaryWindow)
    html.newline()
    html.element("h3", "Groups")
    let compared = levels.count { $0.fromOverall != nil }
    guard compared > 0 else {
      html.paragraph("No group can be compared: every hospital withholds them.")
      return
    }
    html.paragraph(
      "Of \(ReportNumbers.count(compared, "group")) compared with all sampled patients of the same hospitals, "
        + "\(ReportNumbers.count(shifts.count)) differ by more than rounding could: the distance is the share of the "
        + "whole that would have to move from one input to another.")
    html.list(
      shifts.prefix(ReportData.shiftLimit).map { shift in
        "\(evaluationProtocol.label(of: shift.row.slice)): distance \(shift.words), most by \(shift.apart)."
      })
    writeHidden(shifts, to: &html)
  }

  fileprivate func writeWindows(to html: inout HTMLWriter) {
    let compared = sites.flatMap { $0.matrix?.explanation ?? [] }
      .count { $0.slice == .overall && $0.fromFirst != nil }
    guard compared > 0 else { return }
    let shifts = record.matrix.explanationOverTime
    html.newline()
    html.element("h3", "Over time")
    html.paragraph(
      "Of \(ReportNumbers.count(compared, "later window")) compared with the first one of its hospital, "
        + "\(ReportNumbers.count(shifts.count)) differ by more than rounding could.")
    html.list(
      shifts.prefix(ReportData.shiftLimit).map { shift in
        "\(name(ofSite: shift.site ?? "")), \(shift.row.window) against \(shift.against): distance "
          + "\(shift.words), most by \(shift.apart)."
      })
    writeHidden(shifts, to: &html)
  }

  private func writeHidden(_ shifts: [ExplanationShift], to html: inout HTMLWriter) {
    let hidden = shifts.count - ReportData.shiftLimit
    if hidden > 0 { html.paragraph("\(ReportNumbers.count(hidden)) more with a smaller distance.") }
  }
}

extension ExplanationShift {
  /// `0.268 (0.220 to 0.315)`
  fileprivate var words: String {
    "\(ReportNumbers.text(distance.value)) (\(ReportNumbers.interval(distance.lower, distance.upper)))"
  }

  /// `lactate, 57.2 % against 30.4 %`
  fileprivate var apart: String {
    "\(feature), \(ReportNumbers.percent(share.value)) against \(ReportNumbers.percent(other.value))"
  }
}

extension ExplanationRow.Bounded {
  /// `12.3–14.0 %`, of a share.
  var range: String { "\(ReportNumbers.points(lower))–\(ReportNumbers.points(upper))\u{A0}%" }
}
