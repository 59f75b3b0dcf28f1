import PhaseGrants
import Attestations
import CanonicalJSON
package import CoordinatorAPI
import Cryptography
import Evidence
import EvaluationProtocols
import Gates
import Storage
import Submissions

extension GateBook {
  /// Seals what the reviewers of the study's next gate have to read: the bundle of the newest evidence, with its
  /// review page.
  ///
  /// - Throws: `RoundsRefusal` when there is no evidence yet.
  package func sealReview(study name: String) throws -> SealDocument {
    let study = try load(name, for: .roundSealed)
    guard let evidence = study.state.evidence ?? study.state.evidences.last else {
      throw RoundsRefusal(.roundSealed, of: "study/" + name, .noEvidence)
    }
    return try seal(evidence.fact.round)
  }

  /// Seals a release round that left evidence into a bundle, with the study's history up to now. A state is sealed
  /// once: as long as nothing further happened, the same bundle is the answer.
  ///
  /// The trust file is made of the root keys under which the submissions were admitted, and of the tenant's
  /// own. A later reader brings his own; this one only keeps us from sealing what he would refuse.
  ///
  /// - Throws: `RoundsRefusal`.
  package func seal(_ id: String) throws -> SealDocument {
    func refuse(_ reason: RoundsRefusal.Reason) -> RoundsRefusal {
      RoundsRefusal(.roundSealed, of: "round/" + id, reason)
    }
    guard let round = try RoundBook(database).find(id) else { throw refuse(.absent) }
    guard round.state == .complete || round.state == .sealed else { throw refuse(.notComplete) }
    guard round.kind == .release, let card = round.modelCard else { throw refuse(.exploratory) }
    let study = try load(round.study, for: .roundSealed)
    if let sealed = try sealed(id, history: study.history.head.sequence) { return sealed }
    guard study.state.evidences.contains(where: { $0.fact.round == id }) else { throw refuse(.noEvidence) }
    guard let modelCard = try StudyBook(database).object(card, for: nil) else {
      throw refuse(.objectsMissing([.modelCard]))
    }
    let sequence =
      try database.first(
        "SELECT 1 + coalesce(max(sequence), 0) FROM sealed_bundle WHERE study = ?1 AND phase = ?2",
        [.text(round.study), .text(round.phase.rawValue)]
      ) { row in try row.count(0) } ?? 1
    let bundle = try make(round, of: study, modelCard: modelCard, sequence: sequence, refuse)
    let document = SealDocument(
      round: id, sequence: sequence, name: bundle.fileName, bundle: Digest(of: bundle.bytes),
      bytes: bundle.bytes.count, report: Digest(of: bundle.report), sealedAt: now)
    try keep(bundle, document, of: round, study)
    return document
  }

  private func make(
    _ round: RoundRow, of study: Study, modelCard: [UInt8], sequence: Int,
    _ refuse: (RoundsRefusal.Reason) -> RoundsRefusal
  ) throws -> SealedBundle {
    let stored = try RoundBook(database).acceptedSubmissions(of: round.id)
    do {
      var trust = TrustFile()
      try trust.pinCoordinator(identity.fingerprint)
      for submission in stored {
        try trust.add(site: submission.site, fingerprint: Fingerprint(submission.rootKey))
      }
      return try Evidence.seal(
        SealRequest(
          evaluationProtocol: RoundBook(database).evaluationProtocol(of: round).bytes, modelCard: modelCard,
          submissions: stored.map { try SubmissionFiles.parsePackage($0.package) }, phase: round.phase,
          sequence: sequence, study: try files(of: study, round: round.id)),
        trust: trust, identity: identity, now: now)
    } catch let error as TrustError {
      throw refuse(.seal(error.description, remedy: error.remedy))
    } catch let error as SealError {
      throw refuse(.seal(error.description, remedy: error.remedy))
    } catch let error as SubmissionError { throw refuse(.submission(error)) }
  }

  /// The part of a bundle that is about the study.
  private func files(of study: Study, round: String) throws -> StudyFiles {
    let name = study.history.study
    let protocols = try database.rows(
      "SELECT version, bytes FROM protocol WHERE study = ?1", [.text(name)]
    ) { row in (try row.count(0), try row.blob(1)) }
    let statements = try database.rows(
      "SELECT sequence, bytes FROM study_statement WHERE study = ?1", [.text(name)]
    ) { row in (try row.count(0), try row.blob(1)) }
    let signers = try database.rows(
      "SELECT certificate FROM signer_root WHERE study = ?1 ORDER BY key", [.text(name)]
    ) { row in try Certificate(der: row.blob(0)).pem }
    return StudyFiles(
      tenant: tenant, round: round, history: study.history,
      protocols: Dictionary(protocols) { first, _ in first },
      statements: Dictionary(statements) { first, _ in first }, signers: signers)
  }

  private func keep(
    _ bundle: SealedBundle, _ document: SealDocument, of round: RoundRow, _ study: Study
  ) throws {
    try database.run(
      """
      INSERT INTO sealed_bundle
        (round, study, phase, sequence, history, name, digest, report, sealed_at, bytes)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
      """,
      [
        .text(round.id), .text(round.study), .text(round.phase.rawValue), .count(document.sequence),
        .count(study.history.head.sequence), .text(document.name), .digest(document.bundle),
        .digest(document.report), .time(now), .blob(bundle.bytes),
      ])
    // An older round's page is about what nobody decides any more.
    let current = (study.state.evidence ?? study.state.evidences.last)?.fact.round
    for (gate, page) in bundle.reviews where round.id == current {
      guard gate == study.state.gate(under: study.evaluationProtocol),
        let cut = study.state.reviewCut(of: gate)
      else { continue }
      try database.run(
        "INSERT INTO review_page (study, gate, cut, digest) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
        [.text(round.study), .text(gate.rawValue), .count(cut), .digest(Digest(of: page))])
    }
    try database.run(
      "UPDATE round SET state = 'sealed', revision = ?2 WHERE id = ?1",
      [.text(round.id), .integer(try database.nextRevision())])
    _ = record(
      RoundsAction.roundSealed.rawValue, "round/" + round.id,
      [
        "sequence": .integer(Int64(document.sequence)), "bundle": .string(document.bundle.text),
        "report": .string(document.report.text),
      ])
  }

  private func sealed(_ id: String, history: Int) throws -> SealDocument? {
    try database.first(
      """
      SELECT sequence, name, digest, length(bytes), report, sealed_at FROM sealed_bundle
      WHERE round = ?1 AND history = ?2
      """, [.text(id), .count(history)]
    ) { row in
      SealDocument(
        round: id, sequence: try row.count(0), name: try row.text(1), bundle: try row.digest(2),
        bytes: try row.count(3), report: try row.digest(4), sealedAt: try row.time(5))
    }
  }
}
