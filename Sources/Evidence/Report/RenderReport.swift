import EvaluationProtocols

/// The name and version of the page's rules. A verifier renders a page again only if it knows them.
package let reportRenderer = "equipoise-report/3"

/// Renders `START-HERE.html`: one self-contained page without scripts or references to anything outside it.
///
/// A pure function: the same record gives the same bytes. All text is escaped. Numbers are the written
/// decimals of the matrix, rounded half to even to three. Rules: `protocols/report.md`.
package func renderReport(_ record: EvidenceRecord) -> [UInt8] {
  var page = ReportPage(ReportData(record))
  page.masthead()
  page.criteriaSection()
  page.studySections()
  page.expectationSection()
  page.forestSection()
  page.curvesSection()
  page.baselineSection()
  page.gapsSection()
  page.timeSection()
  page.operationsSection()
  page.explanationSection()
  page.unknownSection()
  page.driftSection()
  page.changesSection()
  page.matrixSection()
  page.contributorsSection()
  page.statedSection()
  page.methodsSection()
  page.limitsSection()
  return htmlDocument(
    title: "Evidence report: \(record.evaluationProtocol.study.title)", body: page.assembled())
}

/// A page without scripts or references to anything outside it.
func htmlDocument(title: String, body content: HTMLWriter) -> [UInt8] {
  var html = HTMLWriter()
  html.literal("<!DOCTYPE html>\n")
  html.element("html", ["lang": "en"]) { html in
    html.element("head") { head in
      head.void("meta", ["charset": "utf-8"])
      head.void(
        "meta",
        [
          "http-equiv": "Content-Security-Policy",
          "content": "default-src 'none'; style-src 'unsafe-inline'; img-src data:",
        ])
      head.void("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"])
      head.void("meta", ["name": "generator", "content": reportRenderer])
      head.element("title", title)
      head.newline()
      head.element("style") { $0.literal(reportStyleSheet) }
    }
    html.newline()
    html.element("body") { $0.append(content) }
    html.newline()
  }
  html.newline()
  return html.bytes
}
