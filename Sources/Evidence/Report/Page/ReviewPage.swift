import PhaseGrants
import Submissions
import Synthesis
import CanonicalJSON
import Cryptography
import EvaluationProtocols
package import Gates

/// The name and version of the review page's rules.
package let reviewRenderer = "equipoise-review/2"

/// Renders `review/<gate>.html`: the page that a reviewer reads before signing.
///
/// A pure function of the round's files in the record and of the history up to the review cut: nothing that
/// happens after the cut changes a byte, and no decision of the gate is on the page. Rules:
/// `protocols/report.md`, section 8.
///
/// - Parameter cut: the history up to the review cut; what the record's own history says after it is not read.
package func renderReviewPage(_ record: EvidenceRecord, gate: Gate, cut: StudyHistory) -> [UInt8] {
  let data = ReportData(record)
  var page = ReportPage(data)
  let title = "Review: \(record.evaluationProtocol.study.title)"
  let foot =
    "Rendered by \(reviewRenderer) from the round's files and the history up to event \(cut.head.sequence)."
  guard let content = ReviewContent(data, gate: gate, cut: cut) else {
    page.head.element("header", ["class": "masthead"]) { header in
      header.element("h1", record.evaluationProtocol.study.title)
      header.paragraph("The history does not lead to this gate: there is nothing to review.", class: "notice")
    }
    return htmlDocument(title: title, body: page.assembled(foot: foot))
  }
  page.reviewMasthead(content)
  // Whoever decides about a restart asks first why the study was held.
  if gate == .restart { page.reviewStops(content) }
  page.reviewChanges(content)
  page.reviewNumbers(content)
  page.reviewVerdicts(content)
  page.reviewMissing(content)
  page.reviewWithheld(content)
  page.reviewDrift(content)
  if gate != .restart { page.reviewStops(content) }
  page.reviewSites(content)
  page.reviewSigners(content)
  page.reviewDigests(content)
  return htmlDocument(title: title, body: page.assembled(foot: foot))
}

/// What the page is made from.
struct ReviewContent {
  let data: ReportData
  let gate: Gate
  let cut: StudyHistory
  /// What the history up to the cut gives.
  let state: StudyState
  let evaluationProtocol: EvaluationProtocol
  let facts: ReviewFacts
  /// The files that a signature is about.
  let list: EvidenceList
  /// Whether the record holds the result that the newest evidence of the phase names.
  let hasResult: Bool

  /// - Returns: nil when the history breaks a rule, or waits for another gate.
  init?(_ data: ReportData, gate: Gate, cut: StudyHistory) {
    guard let state = try? StudyState(cut), let inForce = state.inForce,
      let evaluationProtocol = ReviewContent.evaluationProtocol(inForce.protocolDigest, data.record),
      state.gate(under: evaluationProtocol) == gate, let now = cut.events.last?.time
    else { return nil }
    self.data = data
    self.gate = gate
    self.cut = cut
    self.state = state
    self.evaluationProtocol = evaluationProtocol
    let whole = EvidenceList(of: data.record)
    hasResult = state.evidence?.fact.evidence == whole.digest
    list = hasResult ? whole : EvidenceList(protocolAlone: inForce.protocolDigest)
    let known = Set(state.versions.map(\.protocolDigest))
    var protocols = data.record.study?.protocols.filter { known.contains($0.key) } ?? [:]
    protocols[evaluationProtocol.digest] = evaluationProtocol
    facts = ReviewFacts(
      history: cut, state: state, protocols: protocols,
      result: hasResult
        ? ReviewFacts.Result(matrix: data.record.matrix, outcome: data.record.outcome) : nil, now: now)
  }

  private static func evaluationProtocol(
    _ digest: Digest, _ record: EvidenceRecord
  ) -> EvaluationProtocol? {
    record.evaluationProtocol.digest == digest
      ? record.evaluationProtocol : record.study?.protocols[digest]
  }

  /// The phases that the signature can be about: the one that the gate opens, or those of a restart.
  var phases: [PhaseName] {
    if let phase = gate.phase { return [phase] }
    guard let interruption = state.interruption?.fact, let held = state.phase else { return [] }
    return interruption.isStop ? [.silent] : PhaseName.allCases.filter { $0 <= held }
  }

  /// What the page is about, in a few words.
  var kind: String {
    switch gate {
    case .limited, .broad: "gate \((state.phase ?? .silent).rawValue) → \(gate.rawValue)"
    case .restart: "restart after incident \(state.interruption?.fact.incident ?? "?")"
    }
  }
}

extension EvidenceList {
  /// The list of the round that a record holds, as `EvidenceSummary` makes it.
  init(of record: EvidenceRecord) {
    let evaluationProtocol = record.evaluationProtocol
    var files = record.matrix.encode().map { (path: $0.path, digest: Digest(of: $0.bytes)) }
    files.append(
      (
        path: "gates.json",
        digest: Digest(of: record.outcome.encode(protocolDigest: evaluationProtocol.digest))
      ))
    self.init(
      evaluationProtocol: evaluationProtocol, modelCard: record.modelCard.digest, matrix: files,
      sites: record.sites.map { site in
        (
          site: site.site, aggregate: record.matrix.site(site.site)?.aggregateDigest,
          dataset: site.predicate.datasetDigest
        )
      })
  }
}
