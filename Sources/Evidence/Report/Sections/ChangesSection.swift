import CanonicalJSON
import EvaluationProtocols
import Gates

extension ReportPage {
  /// What changed around the model, beside what drifted; nothing in a bundle without a history.
  mutating func changesSection() {
    guard let study = data.record.study else { return }
    let data = data
    let facts = data.facts(of: study)
    section(id: "changes", "Changes") { html in
      html.paragraph(facts.basis.sentence)
      data.writeChanges(facts.changes, to: &html)
      data.writeChangeLog(study, to: &html)
      // Limits and windows are those of the protocol under which the rows were counted.
      if study.state.inForce?.protocolDigest == data.evaluationProtocol.digest {
        data.writeDrifts(facts.drifts, to: &html)
      } else {
        html.paragraph(
          "The study is under another version of the protocol now; drift stands in its own section.")
      }
    }
  }
}

extension ReportData {
  /// What differs from the last review: the study, then hospital by hospital.
  func writeChanges(_ changes: [ReviewChange], to html: inout HTMLWriter) {
    guard !changes.isEmpty else {
      html.paragraph("Nothing changed since.", class: "strong")
      return
    }
    html.table("Since the last review", class: "told", columns: ["Where", "What changed"]) { body in
      for change in changes.prefix(ReportData.changeLimit) {
        body.element("tr") { row in
          row.element("th", ["scope": "row"], change.site.map(name(ofSite:)) ?? "The study")
          row.element("td", change.detail.capitalisedFirst.asSentence)
        }
      }
    }
    more(changes.count, than: ReportData.changeLimit, "change", to: &html)
  }

  /// Most lines of a table of changes or of drift.
  private static let changeLimit = 60

  private func more(_ count: Int, than limit: Int, _ noun: String, to html: inout HTMLWriter) {
    guard count > limit else { return }
    html.paragraph("\(ReportNumbers.count(count - limit, "further \(noun)")) not shown here.")
  }

  fileprivate func writeChangeLog(_ study: StudyRecord, to html: inout HTMLWriter) {
    let log = study.state.changes
    guard !log.isEmpty else {
      html.paragraph("Nobody wrote down a change during the study.")
      return
    }
    html.table(
      "The change log of the whole study", class: "told",
      columns: ["In effect", "Where", "Kind", "What", "Told by"]
    ) { body in
      for entry in log.suffix(ReportData.changeLimit) {
        body.element("tr") { row in
          row.element("td", ["class": "time"], ReportNumbers.time(entry.fact.at))
          row.element("th", ["scope": "row"], entry.fact.site.map(name(ofSite:)) ?? "The study")
          row.element("td", entry.fact.change.words)
          row.element("td", entry.fact.text)
          row.element("td", entry.fact.automatic ? "seen by the coordinator" : "people")
        }
      }
    }
    more(log.count, than: ReportData.changeLimit, "older change", to: &html)
  }

  /// What drifted beyond the limit, with the changes at that time.
  func writeDrifts(_ drifts: [DriftFact], to html: inout HTMLWriter) {
    guard let limit = evaluationProtocol.drift.stabilityLimit else {
      html.paragraph("The protocol sets no limit for drift.")
      return
    }
    guard !drifts.isEmpty else {
      html.paragraph("No column drifted beyond the limit of \(limit.text).")
      return
    }
    html.table(
      "Drift beyond the limit of \(limit.text), with the changes inside its window", class: "told",
      columns: ["Hospital", "Window", "Columns, with their index", "Changes in that window"]
    ) { body in
      for drift in drifts.prefix(ReportData.changeLimit) {
        body.element("tr") { row in
          row.element("th", ["scope": "row"], name(ofSite: drift.site))
          row.element("td", ["class": "time"], drift.window)
          row.element(
            "td",
            shortList(
              drift.profiles.map { "\($0.profile)\u{A0}\(ReportNumbers.text($0.index))" }, most: 6))
          row.element("td") { cell in
            if drift.changes.isEmpty { cell.text("none recorded") }
            for change in drift.changes.prefix(6) {
              cell.element("span", ["class": "line"], change.detail.capitalisedFirst.asSentence)
            }
            if drift.changes.count > 6 { cell.text("and \(drift.changes.count - 6) more") }
          }
        }
      }
    }
    more(drifts.count, than: ReportData.changeLimit, "window", to: &html)
  }
}
