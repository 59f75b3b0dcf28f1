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
          card.element("h3", site.name)
          guard let evidence = site.evidence else {
            card.paragraph(
              "Role: \(site.role.rawValue). Sent nothing; its absence is part of the result.", class: "absent"
            )
            return
          }
          card.definitions(data.facts(site, evidence))
          card.newline()
          card.element("p", ["class": "fingerprint"]) { line in
            line.element("span", "Fingerprint of the signing root")
            line.text(" ")
            line.element("code", evidence.rootFingerprint.hex.inGroupsOfFour)
          }
          ReportData.writeFlow(evidence.flow, to: &card)
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
      (term: "Dataset release", text: "\(context.dataset), extracted \(context.extractedAt.text)"),
      (term: "De-identification", text: context.deidentification),
      (term: "Licence", text: context.license ?? "not stated"),
      (term: "Deviations from the protocol", text: context.deviations ?? "none stated"),
      (
        term: "Minimum cell",
        text: site.matrix.map { "\($0.minimumCell) patients behind every released count" } ?? "not known"
      ),
      (
        term: "Signed",
        text: "\(evidence.predicate.signedAt.text) by the site's own clock, "
          + "submission \(evidence.predicate.sequence) of the \(evidence.predicate.phase.rawValue) phase"
      ),
      (term: "Evaluated with", text: evidence.predicate.evaluator),
    ]
  }

  fileprivate static func writeFlow(
    _ flow: [EvidenceRecord.SiteEvidence.FlowEntry]?, to html: inout HTMLWriter
  ) {
    guard let flow else {
      html.paragraph("Flow of rows: withheld.")
      return
    }
    html.table("Flow of rows", class: "flow", columns: ["", "Rows"]) { body in
      for entry in flow {
        body.element("tr") { row in
          row.element("th", ["scope": "row"], entry.what.capitalisedFirst)
          row.countCell(entry.rows)
        }
      }
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
