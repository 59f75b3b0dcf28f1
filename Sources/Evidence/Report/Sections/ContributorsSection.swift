import CanonicalJSON
import Cryptography
import EvaluationProtocols
import Submissions
import Synthesis

extension ReportPage {
  /// Whose rows these are, where they come from and with which key they are signed.
  mutating func contributorsSection() {
    let data = data
    section(id: "contributors", "Who contributed") { html in
      html.paragraph(
        "Compare each fingerprint with what the hospital itself tells you, by telephone or on its own pages. Whoever "
          + "made this file could have put any fingerprint into it.")
      for site in data.sites {
        html.newline()
        html.element("article", ["class": "contributor"]) { card in
          card.element("h3") { heading in
            heading.text(site.name)
            heading.element("span", ["class": "id"], site.id)
          }
          guard let evidence = site.evidence else {
            card.paragraph(
              "Role: \(site.role.rawValue). Sent nothing; its absence is part of the result.", class: "absent"
            )
            return
          }
          card.element("div", ["class": "beside"]) { columns in
            columns.definitions(data.facts(site, evidence))
            columns.element("div") { data.writeFlow(site, evidence, to: &$0) }
          }
          card.newline()
          card.element("p", ["class": "fingerprint"]) { line in
            line.element("span", "Fingerprint of the signing root")
            line.text(" ")
            line.element("code", evidence.rootFingerprint.hex.inGroupsOfFour)
          }
        }
      }
    }
  }
}

extension ReportData {
  fileprivate func facts(
    _ site: ReportSite, _ evidence: EvidenceRecord.SiteEvidence
  ) -> [(term: String, text: String)] {
    let context = evidence.context
    return [
      (
        term: "Role",
        text: site.role == .development ? "development: shown apart, never pooled" : "validation"
      ),
      (term: "Data", text: site.dataClass ?? context.dataClass),
      (term: "Source", text: "\(context.source), \(context.sourceVersion)"),
      (
        term: "Dataset release",
        text: "\(context.dataset), extracted \(ReportNumbers.time(context.extractedAt))"
      ),
      (term: "De-identification", text: context.deidentification),
      (term: "Licence", text: context.license ?? "not stated"),
      (term: "Deviations from the protocol", text: context.deviations ?? "none stated"),
      (
        term: "How doubtful labels were settled",
        text: context.adjudication.isEmpty ? "not stated" : context.adjudication.joined(separator: " ")
      ),
      (
        term: "In the place of an earlier dataset",
        text: context.replaces.map { "\($0.release.text.prefix(19))…: \($0.reason)" } ?? "no"
      ),
      (
        term: "Minimum cell",
        text: site.matrix.map { "\($0.minimumCell) patients behind every released count" } ?? "not known"
      ),
      (
        term: "Signed",
        text: "\(ReportNumbers.time(evidence.predicate.signedAt)) by the site's own clock, "
          + "submission \(evidence.predicate.sequence) of the \(evidence.predicate.phase.rawValue) phase"
      ),
      (term: "Evaluated with", text: evidence.predicate.evaluator),
    ]
  }

  fileprivate func writeFlow(
    _ site: ReportSite, _ evidence: EvidenceRecord.SiteEvidence, to html: inout HTMLWriter
  ) {
    html.table("Flow of rows", class: "flow", columns: ["", "Rows"]) { body in
      func row(_ what: String, _ rows: Int?) {
        body.element("tr") { row in
          row.element("th", ["scope": "row"], what)
          row.countCell(rows)
        }
      }
      if let flow = evidence.flow {
        for entry in flow { row(flowWords(entry.what), entry.rows) }
      } else {
        row("Read and excluded", nil)
      }
      switch site.standing(in: .overall) {
      case .released(let found):
        let evaluated = found.withheld.isEmpty ? "Evaluated" : "Evaluated in windows not withheld"
        row("\(evaluated), outcome known", found.labelled)
        row("\(evaluated), outcome not known", found.unlabelled)
      case .empty: row("Evaluated", 0)
      case .withheld, .notRun: row("Evaluated", nil)
      }
    }
  }

  // The names of reasons as `protocols/aggregate.md` lists them; any other stands as it is.
  private func flowWords(_ what: String) -> String {
    switch what {
    case "read": return "Read"
    case "unreadable": return "Left out: unreadable"
    case "patientMissing": return "Left out: no patient"
    case "timeInvalid": return "Left out: no readable time"
    case "outsideWindows": return "Left out: outside every window"
    case "scoreMissing": return "Left out: no score"
    case "scoreInvalid": return "Left out: score not usable"
    default:
      let rules = evaluationProtocol.cohort.rules
      guard what.hasPrefix("cohortRule"), let number = Int(what.dropFirst(10)),
        rules.indices.contains(number - 1)
      else { return what.capitalisedFirst }
      return "Left out, unless \(rules[number - 1].sentence)"
    }
  }
}

extension String {
  /// Hexadecimal digits in groups that two people can read to each other.
  fileprivate var inGroupsOfFour: String {
    var text = ""
    for (index, digit) in self.enumerated() {
      if index > 0, index % 4 == 0 { text += " " }
      text.append(digit)
    }
    return text
  }
}
