import CanonicalJSON
import EvaluationProtocols
import Gates
import Synthesis

extension ReportPage {
  /// What changed since people last reviewed.
  mutating func reviewChanges(_ content: ReviewContent) {
    section(id: "changed", "What changed since the last review?") { html in
      html.paragraph(content.facts.basis.sentence)
      content.data.writeChanges(content.facts.changes, to: &html)
    }
  }

  /// Whether calibration or discrimination moved, together and hospital by hospital.
  mutating func reviewNumbers(_ content: ReviewContent) {
    section(id: "numbers", "Did calibration or discrimination change?") { html in
      guard !content.facts.numbers.isEmpty else {
        html.paragraph("There is no number to look at.")
        return
      }
      for breach in content.facts.calibrationBreaches {
        html.paragraph(
          "Calibration is beyond its limit: \(breach.sentence), which fails.", class: "caution strong")
      }
      if content.facts.calibrationBreaches.isEmpty { html.paragraph("No criterion on calibration fails.") }
      content.writeOverallShifts(to: &html)
      content.writeSiteShifts(to: &html)
    }
  }

  /// The verdicts, what is not decided and until when, and how often it was looked at.
  mutating func reviewVerdicts(_ content: ReviewContent) {
    section(id: "verdicts", "Is it enough, and when would it be?") { html in
      if content.hasResult {
        content.data.writeSummary(content.data.record.outcome, to: &html)
        content.writeUndecided(to: &html)
      } else {
        html.paragraph("No criterion was judged since the phase was entered.")
      }
      content.data.writeLooks(content.facts, to: &html)
    }
  }

  /// Files, results and consents that are missing.
  mutating func reviewMissing(_ content: ReviewContent) {
    section(id: "missing", "What is missing?") { html in
      // Approvals are not among them: the page shows none.
      let missing = content.facts.missing.filter { $0.kind != .approver }
      if missing.isEmpty { html.paragraph("No file, no result and no consent is missing.") }
      html.list(missing.prefix(60).map(\.sentence.asSentence))
      if missing.count > 60 { html.paragraph("And \(ReportNumbers.count(missing.count - 60)) more.") }
    }
  }

  /// What is withheld, and the subgroups as far as they are not.
  mutating func reviewWithheld(_ content: ReviewContent) {
    section(id: "withheld", "What is withheld, and how do subgroups do?") { html in
      guard content.hasResult else {
        html.paragraph("There is no result to look at.")
        return
      }
      html.list(content.facts.withheld?.sentences ?? [])
      content.writeSubgroups(to: &html)
    }
  }
}

extension ReviewContent {
  fileprivate func writeOverallShifts(to html: inout HTMLWriter) {
    html.table(
      "All validation hospitals", class: "told",
      columns: ["Measure", "Now (95 % interval)", "At the last review", "Change"]
    ) { body in
      for shift in facts.overallShifts {
        body.element("tr") { row in
          row.element(
            "th", ["scope": "row"], "\(shift.now.metric.words.capitalisedFirst), \(shift.now.place)")
          row.element("td", ReviewContent.number(shift.now))
          row.element("td", shift.then.map(ReviewContent.number) ?? "none")
          row.element("td", ["class": shift.isApart == true ? "beyond" : ""], ReviewContent.move(shift))
        }
      }
    }
  }

  private static let siteMetrics: [(metric: Metric, title: String)] = [
    (.auroc, "AUROC"), (.observedExpectedRatio, "Observed / expected"),
    (.calibrationSlope, "Calibration slope"),
  ]

  /// Most hospitals of the table, those that moved most first.
  private static let siteLimit = 30

  fileprivate func writeSiteShifts(to html: inout HTMLWriter) {
    let order = orderedSites
    guard !order.isEmpty else { return }
    html.table(
      "Hospital by hospital, the one that moved most first", class: "told",
      columns: ["Hospital"] + ReviewContent.siteMetrics.map { "\($0.title), now and change" }
    ) { body in
      for site in order.prefix(ReviewContent.siteLimit) {
        body.element("tr") { row in
          row.element("th", ["scope": "row"]) { head in
            head.text(data.name(ofSite: site))
            head.element("span", ["class": "ci"], site)
          }
          for entry in ReviewContent.siteMetrics {
            let shift = facts.numbers.first { $0.now.metric == entry.metric && $0.now.site == site }
            row.element("td") { cell in
              guard let shift else {
                cell.text("not given")
                return
              }
              cell.text(ReviewContent.number(shift.now))
              cell.element(
                "span", ["class": shift.isApart == true ? "ci beyond" : "ci"], ReviewContent.move(shift))
            }
          }
        }
      }
    }
    if order.count > ReviewContent.siteLimit {
      html.paragraph(
        "\(ReportNumbers.count(order.count - ReviewContent.siteLimit, "further hospital")) moved less; the report has them."
      )
    }
  }

  // By the largest move of any measure.
  private var orderedSites: [String] {
    var largest: [String: Double] = [:]
    for shift in facts.numbers {
      guard let site = shift.now.site else { continue }
      largest[site] = max(largest[site] ?? 0, shift.distance.magnitude)
    }
    return largest.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
  }

  private static func number(_ headline: EvidenceHeadline) -> String {
    guard let lower = headline.lower, let upper = headline.upper else {
      return ReportNumbers.text(headline.value)
    }
    return "\(ReportNumbers.text(headline.value)) (\(ReportNumbers.interval(lower, upper)))"
  }

  private static func move(_ shift: NumberShift) -> String {
    guard shift.then != nil else { return "nothing to compare with" }
    guard shift.distance != 0, let moved = try? FixedDecimal(shift.distance.magnitude, scale: 3) else {
      return "unchanged"
    }
    let direction = shift.distance > 0 ? "up \(moved.text)" : "down \(moved.text)"
    switch shift.isApart {
    case true?: return "\(direction), beyond chance: the intervals do not meet"
    case false?: return "\(direction), the intervals overlap"
    case nil: return direction
    }
  }

  fileprivate func writeUndecided(to html: inout HTMLWriter) {
    guard !facts.undecided.isEmpty else {
      html.paragraph("Every criterion passes or fails.")
      return
    }
    html.paragraph(
      "What is inconclusive or not evaluable, and with data of which day it would not be, if events come as they did:"
    )
    html.table(
      "Not decided yet", class: "told", columns: ["Criterion", "Verdict", "What it waits for"]
    ) { body in
      for undecided in facts.undecided {
        body.element("tr") { row in
          row.element("th", ["scope": "row"], undecided.name)
          row.element("td") { $0.verdict(undecided.outcome.verdict) }
          row.element("td", undecided.wait.asSentence.capitalisedFirst)
        }
      }
    }
  }

  fileprivate func writeSubgroups(to html: inout HTMLWriter) {
    html.table(
      "Subgroups, over the validation hospitals that release them",
      columns: [
        "Group", "Rows", "Events", "AUROC within hospitals", "Observed / expected", "Hospitals that withhold",
      ]
    ) { body in
      for slice in evaluationProtocol.slices where slice.level != SliceAttribute.missingLevel {
        guard let found = data.pooled(slice), found.status != .empty else { continue }
        body.element("tr", ["class": slice == .overall ? "together" : ""]) { row in
          row.element("th", ["scope": "row"], evaluationProtocol.label(of: slice).capitalisedFirst)
          if found.status == .released {
            row.countCell(found.labelled)
            row.countCell(found.events)
            row.cell(found.measure(.auroc, at: nil, .withinSite), nameOf: { _ in "" })
            row.cell(found.measure(.observedExpectedRatio, at: nil, .pooledRows), nameOf: { _ in "" })
          } else {
            row.withheldCell(columns: 4)
          }
          row.element("td", "\(found.withheld.count)")
        }
      }
    }
  }
}
