import Attestations
import Aggregates
package import CanonicalJSON
package import Cryptography
package import EvaluationProtocols
package import Gates
package import Submissions
package import Synthesis

/// What a release round leaves in the study's history: the list of files that sign-offs are about, and the fact
/// that is recorded. A function of the round's files, made alike when the round ends and when a bundle is checked.
///
/// - Source: `protocols/gates.md`, sections 2 and 4.
package struct EvidenceSummary: Sendable {
  package let list: EvidenceList
  package let fact: StudyFact.EvidenceRecorded

  /// The summary of a round.
  ///
  /// - Parameters:
  ///   - matrix: the result as it is judged.
  ///   - files: its files by path below `matrix/`, `gates.json` among them.
  ///   - endedAt: when the round ended.
  package init(
    round: String, evaluationProtocol: EvaluationProtocol, modelCard: Digest,
    submissions: [VerifiedSubmission], matrix: ValidationMatrix, files: [(path: String, bytes: [UInt8])],
    outcome: GateOutcome, look: Int, endedAt: UTCTime
  ) {
    list = EvidenceList(
      evaluationProtocol: evaluationProtocol, modelCard: modelCard,
      matrix: files.map { (path: $0.path, digest: Digest(of: $0.bytes)) },
      sites: submissions.map { ($0.site, $0.aggregate.digest, $0.predicate.datasetDigest) })
    fact = StudyFact.EvidenceRecorded(
      round: round, phase: outcome.phase, protocolDigest: evaluationProtocol.digest, look: look,
      verdict: outcome.verdict, breached: outcome.stop.filter { $0.verdict == .fail }.map(\.id),
      evidence: list.digest, endedAt: endedAt,
      sites: submissions.map { EvidenceSite($0, in: matrix, under: evaluationProtocol) }
        .sorted { $0.site.precedesInBytes($1.site) },
      headlines: headlines(of: matrix, under: evaluationProtocol))
  }
}

extension EvidenceList {
  /// The files of a round.
  ///
  /// - Parameters:
  ///   - matrix: digests by path below `matrix/`, `gates.json` among them.
  ///   - sites: those that sent something; an aggregate that is nil is left out.
  init(
    evaluationProtocol: EvaluationProtocol, modelCard: Digest, matrix: [(path: String, digest: Digest)],
    sites: [(site: String, aggregate: Digest?, dataset: Digest)]
  ) {
    var subjects = [
      Subject(name: BundlePath.protocolDocument, digest: evaluationProtocol.digest),
      Subject(name: "model/artifact", digest: evaluationProtocol.model.artifact),
      Subject(name: BundlePath.modelCard, digest: modelCard),
    ]
    if let features = evaluationProtocol.model.features {
      subjects.append(Subject(name: "model/features", digest: features))
    }
    subjects += matrix.map { Subject(name: BundlePath.matrix($0.path), digest: $0.digest) }
    for entry in sites {
      if let aggregate = entry.aggregate {
        subjects.append(
          Subject(
            name: SubmissionFiles.path(SubmissionFiles.aggregateName, site: entry.site), digest: aggregate))
      }
      subjects.append(
        Subject(name: SubmissionFiles.path("dataset", site: entry.site), digest: entry.dataset))
    }
    self.init(subjects)
  }
}

extension EvidenceSite {
  fileprivate init(
    _ submission: VerifiedSubmission, in matrix: ValidationMatrix,
    under evaluationProtocol: EvaluationProtocol
  ) {
    let whole = matrix.site(submission.site)?.wholeRow(under: evaluationProtocol)
    let released = whole.flatMap { $0.status == .released && $0.withheld.isEmpty ? $0 : nil }
    self.init(
      site: submission.site, dataset: submission.predicate.datasetDigest,
      datasetName: submission.context.dataset, dataClass: submission.context.dataClass,
      source: submission.context.source, sourceVersion: submission.context.sourceVersion,
      extractedAt: submission.context.extractedAt, aggregate: submission.aggregate.digest,
      evaluator: submission.predicate.evaluator,
      minimumCell: matrix.site(submission.site)?.minimumCell ?? 1, rows: released?.labelled,
      events: released?.events)
  }
}

extension SiteMatrix {
  /// The row of all patients and all windows.
  fileprivate func wholeRow(under evaluationProtocol: EvaluationProtocol) -> MatrixRow? {
    rows.first { $0.window == evaluationProtocol.windows.wholeID && $0.slice == .overall }
  }
}

/// Discrimination and calibration over all rows: what people ask first when they look at a further round.
private func headlines(
  of matrix: ValidationMatrix, under evaluationProtocol: EvaluationProtocol
) -> [EvidenceHeadline] {
  var found: [EvidenceHeadline] = []
  func add(_ row: MatrixRow?, _ metric: Metric, _ estimand: Estimand, _ scope: Criterion.Scope, site: String?)
  {
    guard let measure = row?.measure(metric, at: nil, estimand), case .estimated(let numbers) = measure.result
    else { return }
    found.append(
      EvidenceHeadline(
        metric: metric, scope: scope, site: site, value: numbers.value, lower: numbers.lower,
        upper: numbers.upper))
  }
  let pooled = matrix.pooled.rows.first {
    $0.window == evaluationProtocol.windows.wholeID && $0.slice == .overall
  }
  add(pooled, .auroc, .randomEffects, .randomEffects, site: nil)
  add(pooled, .observedExpectedRatio, .pooledRows, .pooledRows, site: nil)
  add(pooled, .calibrationSlope, .randomEffects, .randomEffects, site: nil)
  for site in matrix.sites where site.role == .validation {
    let row = site.wholeRow(under: evaluationProtocol)
    for metric in [Metric.auroc, .observedExpectedRatio, .calibrationSlope] {
      add(row, metric, .site, .everySite, site: site.site)
    }
  }
  return found
}
