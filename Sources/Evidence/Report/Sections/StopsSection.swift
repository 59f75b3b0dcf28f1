import CanonicalJSON
import EvaluationProtocols
import Gates

extension ReportData {
  /// Each incident with what happened, who owns it and how long the stop took. Drills are marked.
  func writeIncidents(_ incidents: [IncidentReview], to html: inout HTMLWriter) {
    guard !incidents.isEmpty else {
      html.paragraph("No incident, no hold, no stop and no drill is recorded.")
      return
    }
    html.paragraph(
      "The stop time runs from the breach, or from the order of a person, until the last hospital could show "
        + "nothing any more.")
    for review in incidents { write(review, to: &html) }
  }

  private func write(_ review: IncidentReview, to html: inout HTMLWriter) {
    let incident = review.incident
    html.newline()
    html.element("article", ["class": "incident"]) { card in
      card.element("h3") { heading in
        heading.text(incident.title)
        heading.element("span", ["class": "id"], incident.id)
        if incident.drill { heading.element("span", ["class": "word drill"], "DRILL") }
        heading.element(
          "span", ["class": incident.isOpen ? "word open" : "word closed"],
          incident.isOpen ? "open" : "closed")
      }
      for run in review.stops { card.paragraph(run.sentence.asSentence, class: "strong") }
      card.definitions(facts(of: incident))
      card.table("What happened", class: "told", columns: ["Time", "What"]) { body in
        for entry in review.timeline {
          body.element("tr") { row in
            row.element("th", ["scope": "row", "class": "time"], ReportNumbers.time(entry.time))
            row.element("td", entry.text.capitalisedFirst)
          }
        }
      }
      for run in review.stops where !run.sites.isEmpty { write(run, to: &card) }
    }
  }

  private func facts(of incident: Incident) -> [(term: String, text: String)] {
    var facts = [
      (term: "Opened", text: ReportNumbers.time(incident.openedAt)),
      (term: "Hospitals", text: incident.sites.isEmpty ? "not named" : names(ofSites: incident.sites)),
      (
        term: "Windows",
        text: incident.windows.isEmpty ? "not named" : incident.windows.joined(separator: ", ")
      ),
      (term: "Owner", text: incident.owner ?? "nobody yet"),
      (term: "Runbook", text: incident.runbook ?? "none named"),
      (term: "Corrective action", text: incident.correctiveAction ?? "none yet"),
    ]
    if let closed = incident.closed, let closedAt = incident.closedAt {
      facts.append(
        (
          term: "Closed",
          text: "\(ReportNumbers.time(closedAt)), by \(closed.people.joined(separator: ", ")): \(closed.text)"
        ))
    }
    return facts
  }

  private func write(_ run: IncidentReview.StopRun, to html: inout HTMLWriter) {
    let what =
      "\(run.isDrill ? "Drill, " : "")\(run.isStop ? "stop" : "hold") of \(ReportNumbers.time(run.begunAt))"
    html.table(
      "\(what.capitalisedFirst): who was told, and who answered", class: "told",
      columns: [
        "Hospital", "Order sent", run.isDrill ? "Would have shown nothing from" : "Shows nothing from",
        "After",
      ]
    ) { body in
      for site in run.sites {
        body.element("tr") { row in
          row.element("th", ["scope": "row"], name(ofSite: site.site))
          row.element("td", ["class": "time"], site.orderedAt.map(ReportNumbers.time) ?? "not yet")
          row.element("td", ["class": "time"], site.effectiveAt.map(ReportNumbers.time) ?? "NOT ACKNOWLEDGED")
          row.element(
            "td",
            site.effectiveAt.map {
              lengthWords(seconds: $0.secondsSinceEpoch - run.begunAt.secondsSinceEpoch)
            } ?? "open")
        }
      }
    }
  }
}
