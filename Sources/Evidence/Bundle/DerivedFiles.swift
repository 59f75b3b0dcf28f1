import Aggregates
import CanonicalJSON
import Cryptography
import EvaluationProtocols
import Gates
import Submissions
import Synthesis

/// The files of a bundle that follow from the others: a verifier makes them again and compares.
struct DerivedFiles {
  let record: EvidenceRecord
  let matrix: [(path: String, bytes: [UInt8])]
  let gates: [UInt8]
  let report: [UInt8]
  /// What reviewers read; none without a history.
  let reviews: [(page: ReviewPage, bytes: [UInt8])]

  /// Merges, judges and renders.
  ///
  /// - Parameter storedMatrix: the matrix as written, on whose decimals verdicts are decided; where it is nil
  ///   the fresh one is used.
  ///   - study: the history, where the bundle carries one; it says which look at the phase's results this is.
  /// - Throws: `MergeError`, `GateError`, `MatrixError`.
  init(
    evaluationProtocol: EvaluationProtocol, modelCard: ModelCard, submissions: [VerifiedSubmission],
    bundle: BundleDocument, study: StudyRecord? = nil, storedMatrix: ValidationMatrix? = nil
  ) throws {
    let fresh = try merge(submissions.map(\.aggregate), under: evaluationProtocol)
    let judged = storedMatrix ?? fresh
    let outcome = try decide(
      judged, phase: bundle.phase, under: evaluationProtocol, look: study?.look(of: bundle) ?? 1)
    record = EvidenceRecord(
      evaluationProtocol: evaluationProtocol, modelCard: modelCard,
      sites: submissions.sorted { $0.site < $1.site }.map(EvidenceRecord.SiteEvidence.init),
      matrix: judged, outcome: outcome, sealedAt: bundle.sealedAt, validUntil: bundle.validUntil,
      study: study)
    matrix = fresh.encode()
    gates = outcome.encode(protocolDigest: evaluationProtocol.digest)
    report = renderReport(record)
    let pages = bundle.place.flatMap { study?.reviewPages(of: $0.round, under: evaluationProtocol) } ?? []
    reviews = pages.compactMap { [record] page in record.reviewPage(page).map { (page, $0) } }
  }
}

extension EvidenceRecord.SiteEvidence {
  init(_ submission: VerifiedSubmission) {
    self.init(
      site: submission.site, context: submission.context, predicate: submission.predicate,
      rootFingerprint: submission.rootKey, flow: submission.aggregate.content.flowEntries,
      lowering: submission.aggregate.content.policy.lowering)
  }
}

extension AggregateContent {
  /// The flow of rows, line by line, for people.
  fileprivate var flowEntries: [EvidenceRecord.SiteEvidence.FlowEntry]? {
    guard let flow = flow.value else { return nil }
    return [EvidenceRecord.SiteEvidence.FlowEntry(what: "read", rows: flow.read)]
      + flow.exclusions.map {
        EvidenceRecord.SiteEvidence.FlowEntry(what: $0.reason.id, rows: $0.rows.value)
      }
  }
}
