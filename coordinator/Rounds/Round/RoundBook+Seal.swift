package import Attestations
package import CanonicalJSON
package import CoordinatorAPI
import Cryptography
import Evidence
import EvaluationProtocols
import Storage
import Submissions

extension RoundBook {
  /// Seals a complete release round into a bundle, once: the second call returns what the first one made.
  ///
  /// The trust file is made of the root keys under which the submissions were admitted, and of the tenant's
  /// own. A later reader brings his own; this one only keeps us from sealing what he would refuse.
  ///
  /// - Parameter identity: the tenant's evidence identity.
  /// - Throws: `RoundsRefusal`.
  package func seal(
    _ id: String, with identity: SigningIdentity, at now: UTCTime, record: AuditRecorder
  ) throws -> SealDocument {
    func refuse(_ reason: RoundsRefusal.Reason) -> RoundsRefusal {
      RoundsRefusal(.roundSealed, of: "round/" + id, reason)
    }
    guard let round = try find(id) else { throw refuse(.absent) }
    if let sealed = try sealed(id) { return sealed }
    guard round.state == .complete else { throw refuse(.notComplete) }
    guard round.kind == .release, let card = round.modelCard else { throw refuse(.exploratory) }
    guard let modelCard = try StudyBook(database).object(card, for: nil) else {
      throw refuse(.objectsMissing([.modelCard]))
    }
    let sequence = try database.first(
      "SELECT 1 + coalesce(max(sequence), 0) FROM bundle WHERE study = ?1 AND phase = ?2",
      [.text(round.study), .text(round.phase.rawValue)]
    ) { row in try row.count(0) }

    let stored = try acceptedSubmissions(of: id)
    let bundle: SealedBundle
    do {
      var trust = TrustFile()
      try trust.pinCoordinator(identity.fingerprint)
      for submission in stored {
        try trust.add(site: submission.site, fingerprint: Fingerprint(submission.rootKey))
      }
      bundle = try Evidence.seal(
        SealRequest(
          evaluationProtocol: evaluationProtocol(of: round).bytes, modelCard: modelCard,
          submissions: stored.map { try SubmissionFiles.parsePackage($0.package) }, phase: round.phase,
          sequence: sequence ?? 1),
        trust: trust, identity: identity, now: now)
    } catch let error as TrustError {
      throw refuse(.seal(error.description, remedy: error.remedy))
    } catch let error as SealError {
      throw refuse(.seal(error.description, remedy: error.remedy))
    } catch let error as SubmissionError { throw refuse(.submission(error)) }

    let document = SealDocument(
      round: id, sequence: sequence ?? 1, name: bundle.fileName, bundle: Digest(of: bundle.bytes),
      bytes: bundle.bytes.count, report: Digest(of: bundle.report), sealedAt: now)
    try database.run(
      """
      INSERT INTO bundle (round, study, phase, sequence, name, digest, report, sealed_at, bytes)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
      """,
      [
        .text(id), .text(round.study), .text(round.phase.rawValue), .count(document.sequence),
        .text(document.name), .digest(document.bundle), .digest(document.report), .time(now),
        .blob(bundle.bytes),
      ])
    try database.run(
      "UPDATE round SET state = 'sealed', revision = ?2 WHERE id = ?1",
      [.text(id), .integer(try database.nextRevision())])
    _ = record(
      RoundsAction.roundSealed.rawValue, "round/" + id,
      [
        "sequence": .integer(Int64(document.sequence)), "bundle": .string(document.bundle.text),
        "report": .string(document.report.text),
      ])
    return document
  }

  private func sealed(_ id: String) throws -> SealDocument? {
    try database.first(
      "SELECT sequence, name, digest, length(bytes), report, sealed_at FROM bundle WHERE round = ?1",
      [.text(id)]
    ) { row in
      SealDocument(
        round: id, sequence: try row.count(0), name: try row.text(1), bundle: try row.digest(2),
        bytes: try row.count(3), report: try row.digest(4), sealedAt: try row.time(5))
    }
  }
}
