import Attestations
import CanonicalJSON
import Cryptography
import EvaluationProtocols
import Gates
import PhaseGrants

extension ReportPage {
  /// What drifted beyond the limit, beside what changed.
  mutating func reviewDrift(_ content: ReviewContent) {
    section(id: "drift", "What drifted, and what changed at that time?") { html in
      if content.hasResult {
        content.data.writeDrifts(content.facts.drifts, to: &html)
      } else {
        html.paragraph("There is no result to look at.")
      }
    }
  }

  /// Incidents, holds and stops up to the cut.
  mutating func reviewStops(_ content: ReviewContent) {
    section(id: "stops", "What was stopped, and what came of it?") { html in
      content.data.writeIncidents(content.facts.incidents, to: &html)
    }
  }

  /// How far each hospital goes.
  mutating func reviewSites(_ content: ReviewContent) {
    section(id: "sites", "How far does each hospital go?") { html in
      html.table(
        "Hospitals", class: "told",
        columns: ["Hospital", "Phase", "Consents to", "Newest word to it", "Acknowledged"]
      ) { body in
        for site in content.facts.sites {
          body.element("tr") { row in
            row.element("th", ["scope": "row"]) { head in
              head.text(site.name)
              head.element(
                "span", ["class": "ci"], site.role == .development ? "\(site.site), development" : site.site)
            }
            row.element("td", site.phase?.rawValue ?? "none")
            row.element("td", site.consent.rawValue)
            row.element(
              "td", (site.wordText ?? "none") + (site.isDisabled ? "; switched off by its own people" : ""))
            row.element("td", site.isAcknowledged.map { $0 ? "yes" : "NO" } ?? "–")
          }
        }
      }
    }
  }

  /// Who has to sign, and who may sign for them; not what anybody decided.
  mutating func reviewSigners(_ content: ReviewContent) {
    section(id: "signers", "Who has to sign?") { html in
      let entries = content.state.reviewers(of: content.gate, under: content.evaluationProtocol)
      if entries.isEmpty {
        html.paragraph("The protocol names nobody who signs here, so the gate cannot open.", class: "strong")
        return
      }
      html.paragraph(
        "All of these people have to approve. What they decide is not shown here: each reads the same page.")
      html.table(
        "Required signatures", class: "told",
        columns: ["Signs as", "Person", "Declares that the signer", "Key"]
      ) { body in
        for entry in entries {
          body.element("tr") { row in
            row.element("th", ["scope": "row"], entry.role)
            row.element("td") { cell in
              cell.text(entry.person)
              cell.element("span", ["class": "ci"], entry.organisation)
              for line in content.delegates(for: entry) { cell.element("span", ["class": "ci"], line) }
            }
            row.element(
              "td",
              entry.independence.isEmpty
                ? "nothing besides conflicts of interest"
                : entry.independence.map(\.words).joined(separator: ", "))
            row.element("td") { cell in
              if let key = entry.fingerprint {
                cell.element("code", key.text)
              } else {
                cell.text("NOT NAMED: cannot sign")
              }
            }
          }
        }
      }
    }
  }

  /// The files that the signature binds.
  mutating func reviewDigests(_ content: ReviewContent) {
    section(id: "digests", "What exactly do you sign?") { html in
      html.paragraph(
        "The signature binds these files by their SHA-256, this page, and the newest event that you saw.")
      html.table("Evidence list", class: "told digest-list", columns: ["File", "SHA-256"]) { body in
        for subject in content.list.subjects {
          body.element("tr") { row in
            row.element("th", ["scope": "row"], subject.name)
            row.element("td") { $0.element("code", subject.digest.hex) }
          }
        }
      }
      html.element("p") { line in
        line.text("Digest of the list: ")
        line.element("code", content.list.digest.text)
      }
      html.element("p") { line in
        line.text("History up to event \(content.cut.head.sequence): ")
        line.element("code", content.cut.head.digest.text)
      }
    }
  }
}

extension ReviewContent {
  /// Who may sign for an entry, as far as it was recorded before the cut.
  fileprivate func delegates(for entry: RequiredSignOff) -> [String] {
    state.delegations.map(\.fact).filter {
      $0.gate == gate && $0.role.hasSameBytes(as: entry.role) && $0.person.hasSameBytes(as: entry.person)
    }.map {
      "or \($0.delegate) for them, \(ReportNumbers.time($0.from)) to \(ReportNumbers.time($0.until))"
    }
  }
}
