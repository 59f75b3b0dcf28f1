package import CanonicalJSON
package import CoordinatorAPI
import Cryptography
import EvaluationProtocols
package import Storage

/// What one site is asked, and what it answers.
///
/// A view of the tenant's file, made in a transaction of its store and gone with it. Every call is for the
/// site of the caller's certificate: an assignment of another site does not exist.
package struct AssignmentDesk {
  let database: Database
  let tenant: String
  let site: String

  /// The desk of one site in its tenant's file.
  package init(_ database: Database, tenant: String, site: String) {
    self.database = database
    self.tenant = tenant
    self.site = site
  }

  /// How long an assignment is listed after it ended, so that an agent sees what became of it: 30 days.
  package static let listedSecondsAfterEnd: Int64 = 2_592_000

  /// The site's open assignments, and those that ended lately.
  package func list(at now: UTCTime) throws -> AssignmentsDocument {
    let since = now.secondsSinceEpoch - Self.listedSecondsAfterEnd
    let ids = try database.rows(
      """
      SELECT a.id FROM assignment AS a JOIN round AS r ON r.id = a.round
      WHERE a.site = ?1 AND (r.state = 'open' OR r.ended_at >= ?2)
      ORDER BY r.state <> 'open', r.number DESC LIMIT 500
      """, [.text(site), .integer(since)]
    ) { row in try row.text(0) }
    let assignments = try ids.compactMap { try find($0)?.document(objects: objects) }
    return AssignmentsDocument(
      time: now, cursor: try cursor(), tenant: tenant, site: site, assignments: assignments,
      standings: try StandingDesk(database, site: site).list())
  }

  /// The site's cursor: it grows when an assignment of the site changes, or what it is told about a study.
  package func cursor() throws -> Int {
    let assignments = try database.first(
      "SELECT coalesce(max(revision), 0) FROM assignment WHERE site = ?1", [.text(site)]
    ) { row in try row.count(0) }
    return max(assignments ?? 0, try StandingDesk(database, site: site).cursor())
  }

  /// The site declines: it is not waited for any more. It may still submit while the round is open.
  ///
  /// - Returns: the one assignment.
  /// - Throws: `RoundsRefusal`.
  package func decline(
    _ id: String, code: RefusalCode, at now: UTCTime, record: AuditRecorder
  ) throws -> AssignmentsDocument {
    func refuse(_ reason: RoundsRefusal.Reason) -> RoundsRefusal {
      RoundsRefusal(.assignmentDeclined, of: "assignment/" + id, reason)
    }
    guard let row = try find(id) else { throw refuse(.absent) }
    let isRepeated = row.state == .declined && row.refusal == code
    if !isRepeated {
      guard row.round.accepts(at: now), row.state != .accepted else { throw refuse(.notOpen) }
      let revision = try database.nextRevision()
      try database.run(
        "UPDATE assignment SET state = 'declined', refusal = ?2, since = ?3, revision = ?4 WHERE id = ?1",
        [.text(id), .text(code.rawValue), .time(now), .integer(revision)])
      try RoundBook(database).touch(row.round.id, revision: revision)
      _ = record(
        RoundsAction.assignmentDeclined.rawValue, "assignment/" + id,
        ["site": .string(site), "round": .string(row.round.id), "code": .string(code.rawValue)])
    }
    return AssignmentsDocument(
      time: now, cursor: try cursor(), tenant: tenant, site: site,
      assignments: try [find(id)?.document(objects: objects)].compactMap(\.self))
  }

  /// An assignment of this site.
  func find(_ id: String) throws -> AssignmentRow? {
    let found = try database.first(
      """
      SELECT a.round, a.sequence, a.state, a.refusal, s.digest,
        EXISTS (SELECT 1 FROM conflict AS c WHERE c.assignment = a.id)
      FROM assignment AS a LEFT JOIN submission AS s ON s.assignment = a.id
      WHERE a.id = ?1 AND a.site = ?2
      """, [.text(id), .text(site)]
    ) { row in
      (
        round: try row.text(0), sequence: try row.count(1), state: try row.word(2, of: AssignmentState.self),
        refusal: try row.optionalText(3).flatMap(RefusalCode.init(rawValue:)),
        submission: try row.optionalDigest(4), hasConflict: try row.integer(5) != 0
      )
    }
    guard let found, let round = try RoundBook(database).find(found.round) else { return nil }
    return AssignmentRow(
      id: id, round: round, sequence: found.sequence, state: found.state, refusal: found.refusal,
      submission: found.submission, hasConflict: found.hasConflict)
  }

  /// What a site needs for an assignment, and the round's model card, which is for people there.
  private func objects(of round: RoundRow) throws -> [ObjectReference] {
    var objects = try Self.objects(of: round.study, version: round.version, in: database)
    if let digest = round.modelCard {
      let size = try database.first(
        "SELECT length(bytes) FROM object WHERE digest = ?1", [.digest(digest)]
      ) { row in try row.count(0) }
      if let size { objects.append(ObjectReference(kind: .modelCard, digest: digest, bytes: size)) }
    }
    return objects
  }

  /// The protocol of a version and the files that it names, as far as they are published.
  static func objects(of study: String, version: Int, in database: Database) throws -> [ObjectReference] {
    try database.rows(
      """
      SELECT 'protocol', digest, length(bytes), 0 FROM protocol WHERE study = ?1 AND version = ?2
      UNION ALL
      SELECT 'model', o.digest, length(o.bytes), 1 FROM protocol AS p JOIN object AS o ON o.digest = p.model
      WHERE p.study = ?1 AND p.version = ?2
      UNION ALL
      SELECT 'features', o.digest, length(o.bytes), 2 FROM protocol AS p
      JOIN object AS o ON o.digest = p.features WHERE p.study = ?1 AND p.version = ?2
      ORDER BY 4
      """, [.text(study), .count(version)]
    ) { row in
      ObjectReference(
        kind: try row.word(0, of: ObjectKind.self), digest: try row.digest(1), bytes: try row.count(2))
    }
  }
}

/// A row of the table of assignments, with its round.
struct AssignmentRow {
  let id: String
  let round: RoundRow
  let sequence: Int
  let state: AssignmentState
  let refusal: RefusalCode?
  let submission: Digest?
  let hasConflict: Bool

  /// The assignment as the site is told.
  func document(objects: (RoundRow) throws -> [ObjectReference]) rethrows -> Assignment {
    Assignment(
      id: id, round: round.id, study: round.study, evaluationProtocol: round.protocolDigest,
      phase: round.phase, kind: round.kind, deadline: round.deadline, sequence: sequence,
      objects: try objects(round), state: state, submission: submission, hasConflict: hasConflict,
      isMerged: state == .accepted && (round.state == .complete || round.state == .sealed))
  }
}
