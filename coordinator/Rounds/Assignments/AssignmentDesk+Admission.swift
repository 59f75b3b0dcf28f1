import PhaseGrants
import Aggregates
package import Attestations
package import CanonicalJSON
import CoordinatorAPI
package import Cryptography
import EvaluationProtocols
import Storage
import Submissions
import Tenancy

/// What became of a submission.
package enum Admission: Sendable, Equatable {
  /// It is kept; these are the bytes of the receipt, the same ones at every repetition.
  case accepted(receipt: [UInt8])
  /// Another submission was accepted under this assignment before; this one is kept beside it.
  case conflict
}

extension AssignmentDesk {
  /// The most other submissions that are kept of one assignment.
  package static let mostConflicts = 3

  /// Digest of the root key that the site registered; nil unless the site is a confirmed member now.
  package func registeredSigningRoot() throws -> Digest? {
    try StandingDesk(database, site: site).signingRoot()?.publicKey.digest
  }

  /// Takes a submission in, in one transaction with its receipt and its entry in the audit log.
  ///
  /// The order of the checks is that of `protocols/rounds.md`, section 4. The same bytes again have no further
  /// effect, whatever became of the round.
  ///
  /// - Parameters:
  ///   - bytes: the package as it came.
  ///   - signingRoot: from `registeredSigningRoot`, read in this transaction; nil refuses.
  ///   - identity: the tenant's evidence identity, which signs the receipt.
  /// - Throws: `RoundsRefusal`; then nothing was kept.
  package func admit(
    _ bytes: [UInt8], for id: String, signingRoot: Digest?, receiptsBy identity: SigningIdentity,
    at now: UTCTime, record: AuditRecorder
  ) throws -> Admission {
    func refuse(_ reason: RoundsRefusal.Reason) -> RoundsRefusal {
      RoundsRefusal(.submissionAccepted, of: "assignment/" + id, reason)
    }
    guard let assignment = try find(id) else { throw refuse(.absent) }
    let digest = Digest(of: bytes)
    if let receipt = try receipt(of: id, submission: digest) { return .accepted(receipt: receipt) }
    guard assignment.round.accepts(at: now) else { throw refuse(.notOpen) }
    let gates = GateReader(database)
    let standing = try gates.standing(of: assignment.round.study)
    guard let standing, standing.state != "held", standing.state != "stopped" else {
      throw refuse(.studyHeld)
    }
    guard let signingRoot else { throw refuse(.siteNotConfirmed) }
    let consent = try gates.consent(
      of: site, study: assignment.round.study, under: assignment.round.protocolDigest)
    guard consent.covers(assignment.round.phase) else { throw refuse(.notConsented) }

    let evaluationProtocol = try RoundBook(database).evaluationProtocol(of: assignment.round)
    let verified: VerifiedSubmission
    do throws(SubmissionError) {
      let files = try SubmissionFiles.parsePackage(bytes)
      guard files.site.hasSameBytes(as: site) else {
        throw SubmissionError.otherSite(file: "submission.json")
      }
      verified = try files.verify(
        under: evaluationProtocol, phase: assignment.round.phase,
        pinnedRootKey: signingRoot, at: now)
    } catch { throw refuse(.submission(error)) }
    guard verified.predicate.sequence == assignment.sequence else {
      throw refuse(.sequence(expected: assignment.sequence, found: verified.predicate.sequence))
    }
    // Only what the site really signed is worth keeping as a conflict.
    if assignment.submission != nil {
      return try keepConflict(bytes, digest, of: assignment, at: now, record)
    }
    return try accept(bytes, digest, verified, for: assignment, by: identity, at: now, record)
  }

  private func accept(
    _ bytes: [UInt8], _ digest: Digest, _ verified: VerifiedSubmission, for assignment: AssignmentRow,
    by identity: SigningIdentity, at now: UTCTime, _ record: AuditRecorder
  ) throws -> Admission {
    let sequence = record(
      RoundsAction.submissionAccepted.rawValue, "assignment/" + assignment.id,
      [
        "site": .string(site), "round": .string(assignment.round.id), "submission": .string(digest.text),
        "aggregate": .string(verified.aggregate.digest.text),
      ])
    let receipt = try Receipt(
      tenant: tenant, site: site, study: assignment.round.study, round: assignment.round.id,
      assignment: assignment.id, sequence: assignment.sequence, submission: digest,
      aggregate: verified.aggregate.digest, admittedAt: now, auditSequence: Int(sequence)
    ).sign(with: identity)
    try database.run(
      """
      INSERT INTO submission (assignment, digest, aggregate, root_key, admitted_at, package, receipt)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
      """,
      [
        .text(assignment.id), .digest(digest), .digest(verified.aggregate.digest), .digest(verified.rootKey),
        .time(now), .blob(bytes), .blob(receipt),
      ])
    let revision = try database.nextRevision()
    try database.run(
      "UPDATE assignment SET state = 'accepted', refusal = NULL, since = ?2, revision = ?3 WHERE id = ?1",
      [.text(assignment.id), .time(now), .integer(revision)])
    try RoundBook(database).touch(assignment.round.id, revision: revision)
    return .accepted(receipt: receipt)
  }

  private func keepConflict(
    _ bytes: [UInt8], _ digest: Digest, of assignment: AssignmentRow, at now: UTCTime,
    _ record: AuditRecorder
  ) throws -> Admission {
    let kept = try database.rows(
      "SELECT digest FROM conflict WHERE assignment = ?1", [.text(assignment.id)]
    ) { row in try row.digest(0) }
    if kept.contains(digest) { return .conflict }
    guard kept.count < Self.mostConflicts else {
      throw RoundsRefusal(.submissionConflict, of: "assignment/" + assignment.id, .tooManyConflicts)
    }
    try database.run(
      "INSERT INTO conflict (assignment, digest, received_at, package) VALUES (?1, ?2, ?3, ?4)",
      [.text(assignment.id), .digest(digest), .time(now), .blob(bytes)])
    let revision = try database.nextRevision()
    try database.run(
      "UPDATE assignment SET revision = ?2 WHERE id = ?1", [.text(assignment.id), .integer(revision)])
    try RoundBook(database).touch(assignment.round.id, revision: revision)
    _ = record(
      RoundsAction.submissionConflict.rawValue, "assignment/" + assignment.id,
      [
        "site": .string(site), "round": .string(assignment.round.id), "submission": .string(digest.text),
        "accepted": .string(assignment.submission?.text ?? ""),
      ])
    return .conflict
  }

  private func receipt(of assignment: String, submission digest: Digest) throws -> [UInt8]? {
    try database.first(
      "SELECT receipt FROM submission WHERE assignment = ?1 AND digest = ?2",
      [.text(assignment), .digest(digest)]
    ) { row in try row.blob(0) }
  }
}
