import CoordinatorAPI
import CanonicalJSON
import Cryptography
import Evidence
import EvaluationProtocols
package import Gates
import Storage
import Submissions
import Synthesis

/// What a round came to, before it is recorded.
struct RoundOutcome {
  let submissions: [VerifiedSubmission]
  let matrix: ValidationMatrix
  let outcome: GateOutcome
  /// The files of the matrix and the verdicts.
  let files: [(path: String, bytes: [UInt8])]
}

extension GateBook {
  /// Records a release round as evidence, where the study is in its phase and under its protocol; then changes that
  /// the round shows, and a hold where a stop criterion fails.
  func conclude(_ round: RoundRow, _ result: RoundOutcome, in study: inout Study) throws {
    guard round.kind == .release, let card = round.modelCard else { return }
    guard study.state.activePhase == round.phase, study.state.inForce?.protocolDigest == round.protocolDigest
    else { return }
    let summary = EvidenceSummary(
      round: round.id, evaluationProtocol: study.evaluationProtocol, modelCard: card,
      submissions: result.submissions, matrix: result.matrix, files: result.files, outcome: result.outcome,
      look: result.outcome.look, endedAt: now)
    try record(summary.fact, in: &study, breaches: result.outcome.stop.filter { $0.verdict == .fail })
  }

  /// Records evidence that a round gave.
  ///
  /// Tests of the state machine call it with evidence of rounds that were never run.
  package func record(_ evidence: StudyFact.EvidenceRecorded, study name: String) throws {
    var study = try load(name, for: .evidenceRecorded)
    try record(evidence, in: &study, breaches: nil)
  }

  private func record(
    _ evidence: StudyFact.EvidenceRecorded, in study: inout Study, breaches: [CriterionOutcome]?
  ) throws {
    let before = study.state.evidences.last?.fact
    try add(.evidenceRecorded(evidence), to: &study)
    _ = record(
      RoundsAction.evidenceRecorded.rawValue, "round/" + evidence.round,
      [
        "study": .string(study.history.study), "phase": .string(evidence.phase.rawValue),
        "look": .integer(Int64(evidence.look)), "verdict": .string(evidence.verdict.rawValue),
        "evidence": .string(evidence.evidence.text),
      ])
    for change in changes(from: before, to: evidence) { try add(.changeRecorded(change), to: &study) }
    guard !evidence.breached.isEmpty else { return }
    let sites = breaches.map { Set($0.flatMap(\.findings).filter { $0.verdict == .fail }.compactMap(\.site)) }
    let named = sites.flatMap { $0.isEmpty ? nil : $0.sorted() } ?? evidence.sites.map(\.site)
    let criteria = evidence.breached.joined(separator: ", ")
    let incident = try open(
      title: "Stop criterion breached: \(criteria)".cut(to: 200), sites: named, drill: false,
      in: &study)
    let reason = breaches?.flatMap(\.reasons).joined(separator: "; ") ?? criteria
    try hold(
      &study,
      StudyFact.Held(
        incident: incident, cause: .stopCriterion, criteria: evidence.breached, round: evidence.round,
        reason: (reason.isEmpty ? criteria : reason).cut(to: 500), drill: false))
  }

  /// What the round itself shows to have changed at a site since the one before.
  private func changes(
    from before: StudyFact.EvidenceRecorded?, to now: StudyFact.EvidenceRecorded
  ) -> [StudyFact.ChangeRecorded] {
    guard let before else { return [] }
    let old = Dictionary(before.sites.map { ($0.site, $0) }) { first, _ in first }
    return now.sites.flatMap { site -> [StudyFact.ChangeRecorded] in
      guard let earlier = old[site.site] else { return [] }
      func change(_ kind: StudyFact.Change, _ text: String) -> StudyFact.ChangeRecorded {
        StudyFact.ChangeRecorded(
          change: kind, site: site.site, at: kind == .dataset ? site.extractedAt : now.endedAt,
          text: text.cut(to: 500), automatic: true)
      }
      var found: [StudyFact.ChangeRecorded] = []
      if earlier.dataset != site.dataset {
        found.append(change(.dataset, "dataset release \(earlier.datasetName) became \(site.datasetName)"))
      }
      if !earlier.sourceVersion.hasSameBytes(as: site.sourceVersion)
        || !earlier.source.hasSameBytes(as: site.source)
      {
        found.append(
          change(
            .sourceSystem,
            "\(earlier.source.cut(to: 150)) \(earlier.sourceVersion.cut(to: 60)) became "
              + "\(site.source.cut(to: 150)) \(site.sourceVersion.cut(to: 60))"))
      }
      if !earlier.evaluator.hasSameBytes(as: site.evaluator) {
        found.append(change(.software, "\(earlier.evaluator) became \(site.evaluator)"))
      }
      if earlier.minimumCell != site.minimumCell {
        found.append(change(.policy, "minimum cell \(earlier.minimumCell) became \(site.minimumCell)"))
      }
      return found
    }
  }
}
