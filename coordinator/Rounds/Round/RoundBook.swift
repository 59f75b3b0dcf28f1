package import CanonicalJSON
package import CoordinatorAPI
import Cryptography
import EvaluationProtocols
package import Storage

/// The rounds of a tenant: opening, watching and ending them.
///
/// A view of the tenant's file, made in a transaction of its store and gone with it.
///
/// - Source: `protocols/rounds.md`.
package struct RoundBook {
  let database: Database

  /// The rounds in a tenant's file.
  package init(_ database: Database) { self.database = database }

  /// The longest time a round may be open: 365 days.
  package static let longestSeconds: Int64 = 31_536_000

  /// Opens a round under the protocol in force, with one assignment for each of its sites, joined or not.
  ///
  /// - Parameter makeIdentifier: makes an unguessable identifier.
  /// - Throws: `RoundsRefusal`.
  package func open(
    _ request: RoundRequestDocument, study: String, at now: UTCTime,
    makeIdentifier: (ServerIdentifier) throws -> String, record: AuditRecorder
  ) throws -> RoundStatusDocument {
    func refuse(_ reason: RoundsRefusal.Reason) -> RoundsRefusal {
      RoundsRefusal(.roundOpened, of: "study/" + study, reason)
    }
    let studies = StudyBook(database)
    guard let evaluationProtocol = try studies.protocolInForce(of: study),
      let standing = try GateReader(database).standing(of: study)
    else { throw refuse(.absent) }
    guard evaluationProtocol.phase(request.phase) != nil else { throw refuse(.phaseMissing(request.phase)) }
    guard standing.state != "held", standing.state != "stopped" else { throw refuse(.studyHeld) }
    guard request.kind == .exploratory || standing.state == request.phase.rawValue else {
      throw refuse(.phaseClosed(standing.state))
    }
    let openSeconds = request.deadline.secondsSinceEpoch - now.secondsSinceEpoch
    guard openSeconds > 0, openSeconds <= Self.longestSeconds else { throw refuse(.deadline) }
    guard (1...evaluationProtocol.sites.count).contains(request.quorum) else {
      throw refuse(.quorum(sites: evaluationProtocol.sites.count))
    }
    let objects = try studies.objects(of: evaluationProtocol)
    // Nobody seals an exploratory round, so it needs no model card.
    let missing = objects.filter {
      $0.bytes == nil && ($0.kind != .modelCard || request.kind == .release)
    }
    guard missing.isEmpty else { throw refuse(.objectsMissing(missing.map(\.kind))) }
    let other = try database.first(
      "SELECT id FROM round WHERE study = ?1 AND phase = ?2 AND state = 'open'",
      [.text(study), .text(request.phase.rawValue)]
    ) { row in try row.text(0) }
    if let other { throw refuse(.roundOpen(other)) }

    let round = try makeIdentifier(.round)
    let revision = try database.nextRevision()
    try database.run(
      """
      INSERT INTO round
        (id, study, version, phase, kind, quorum, model_card, opened_at, deadline, state, revision)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 'open', ?10)
      """,
      [
        .text(round), .text(study), .count(evaluationProtocol.version), .text(request.phase.rawValue),
        .text(request.kind.rawValue), .count(request.quorum),
        .blob(orNull: objects.last { $0.kind == .modelCard }?.digest?.bytes), .time(now),
        .time(request.deadline), .integer(revision),
      ])
    for site in evaluationProtocol.sites.map(\.id).sorted() {
      try database.run(
        """
        INSERT INTO assignment (id, round, site, sequence, state, since, revision)
        VALUES (?1, ?2, ?3,
          1 + (SELECT coalesce(max(a.sequence), 0) FROM assignment AS a JOIN round AS r ON r.id = a.round
               WHERE a.site = ?3 AND r.study = ?4 AND r.phase = ?5),
          'open', ?6, ?7)
        """,
        [
          .text(try makeIdentifier(.assignment)), .text(round), .text(site), .text(study),
          .text(request.phase.rawValue), .time(now), .integer(revision),
        ])
    }
    _ = record(
      RoundsAction.roundOpened.rawValue, "round/" + round,
      [
        "study": .string(study), "protocol": .string(evaluationProtocol.digest.text),
        "phase": .string(request.phase.rawValue), "kind": .string(request.kind.rawValue),
        "deadline": .string(request.deadline.text), "quorum": .integer(Int64(request.quorum)),
      ])
    return try status(round, at: now)
  }

  /// Ends a round before its deadline: nothing is taken any more. `advance` then merges what is there.
  ///
  /// Closing twice changes nothing.
  ///
  /// - Throws: `RoundsRefusal` when there is no such round, or it ended by itself.
  package func close(_ id: String, at now: UTCTime, record: AuditRecorder) throws -> RoundStatusDocument {
    guard let round = try find(id) else { throw RoundsRefusal(.roundClosed, of: "round/" + id, .absent) }
    guard round.state == .open else { throw RoundsRefusal(.roundClosed, of: "round/" + id, .notOpen) }
    guard round.closedAt == nil else { return try status(id, at: now) }
    let revision = try database.nextRevision()
    try database.run(
      "UPDATE round SET closed_at = ?2, revision = ?3 WHERE id = ?1",
      [.text(id), .time(now), .integer(revision)])
    try expireOpenAssignments(of: id, at: now, revision: revision)
    _ = record(RoundsAction.roundClosed.rawValue, "round/" + id, [:])
    return try status(id, at: now)
  }

  func expireOpenAssignments(of round: String, at now: UTCTime, revision: Int64) throws {
    try database.run(
      "UPDATE assignment SET state = 'expired', since = ?2, revision = ?3 WHERE round = ?1 AND state = 'open'",
      [.text(round), .time(now), .integer(revision)])
  }

  /// How far a round is.
  ///
  /// - Throws: `RoundsRefusal` when there is none.
  package func status(_ id: String, at now: UTCTime) throws -> RoundStatusDocument {
    guard let round = try find(id) else { throw RoundsRefusal(.resultRead, of: "round/" + id, .absent) }
    let sites = try database.rows(
      """
      SELECT a.site, a.id, a.state, a.since, s.digest, a.refusal,
        (SELECT count(*) FROM conflict AS c WHERE c.assignment = a.id)
      FROM assignment AS a LEFT JOIN submission AS s ON s.assignment = a.id
      WHERE a.round = ?1 ORDER BY a.site
      """, [.text(id)]
    ) { row in
      SiteProgress(
        site: try row.text(0), assignment: try row.text(1), state: try row.word(2, of: AssignmentState.self),
        since: try row.time(3), submission: try row.optionalDigest(4),
        refusal: try row.optionalText(5).flatMap(RefusalCode.init(rawValue:)), conflicts: try row.count(6))
    }
    return RoundStatusDocument(
      time: now, cursor: round.revision, round: id, study: round.study,
      evaluationProtocol: round.protocolDigest, phase: round.phase, kind: round.kind, state: round.state,
      failure: round.failure, openedAt: round.openedAt, deadline: round.deadline, endedAt: round.endedAt,
      quorum: round.quorum, sites: sites)
  }

  /// The cursor of a round's status, for whoever waits for a change; nil when there is no such round.
  package func cursor(_ id: String) throws -> Int? {
    try database.first("SELECT revision FROM round WHERE id = ?1", [.text(id)]) { row in try row.count(0) }
  }

  /// How many rounds are open, for the status of the tenant.
  package func openCount() throws -> Int {
    try database.first("SELECT count(*) FROM round WHERE state = 'open'") { row in try row.count(0) } ?? 0
  }
}
