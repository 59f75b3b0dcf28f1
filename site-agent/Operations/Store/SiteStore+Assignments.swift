package import CanonicalJSON
package import CoordinatorAPI
import Cryptography
import EvaluationProtocols
import Storage

extension SiteStore {
  /// All assignments, open ones first, then by deadline.
  package func assignments() throws -> [AssignmentRecord] {
    let records = try database.rows(
      """
      SELECT id, round, study, protocol, phase, kind, deadline, sequence, state, code, remark, attempts,
        not_before, updated_at, is_merged
      FROM assignments ORDER BY
        state IN ('receipted', 'refused', 'declined', 'closed', 'suspected-clone'), deadline, id
      """, [], Self.record)
    return try records.map { try $0.with(objects: objects(of: $0.id)) }
  }

  /// One assignment.
  package func assignment(_ id: String) throws -> AssignmentRecord? {
    let record = try database.first(
      """
      SELECT id, round, study, protocol, phase, kind, deadline, sequence, state, code, remark, attempts,
        not_before, updated_at, is_merged
      FROM assignments WHERE id = ?1
      """, [.text(id)], Self.record)
    return try record.map { try $0.with(objects: objects(of: id)) }
  }

  /// Takes in the coordinator's list.
  ///
  /// - Returns: the assignments that somebody else answered as this site.
  package func merge(_ document: AssignmentsDocument, at now: UTCTime) throws -> [String] {
    try database.transaction {
      var suspects: [String] = []
      for remote in document.assignments {
        if try merge(remote, at: now) { suspects.append(remote.id) }
      }
      try closeWhatIsNotListed(document, at: now)
      try merge(standings: document.standings)
      try set(.cursor, to: String(document.cursor))
      return suspects
    }
  }

  /// Takes in how the site stands, and nothing of what it is asked to do.
  func mergeStandings(_ document: AssignmentsDocument) throws {
    try database.transaction { try merge(standings: document.standings) }
  }

  /// A round that ended long ago is not listed any more; an agent that was away learns of its end so. What was
  /// sent is asked about until the coordinator says what became of it.
  private func closeWhatIsNotListed(_ document: AssignmentsDocument, at now: UTCTime) throws {
    let listed = Set(document.assignments.map(\.id))
    for record in try assignments()
    where !record.state.isFinal && record.state != .sent && !listed.contains(record.id)
      && record.deadline < document.time
    {
      try move(
        record.id, from: record.state, to: .closed, remark: "the round ended without this site", at: now)
    }
  }

  /// - Returns: whether somebody else answered it.
  private func merge(_ remote: Assignment, at now: UTCTime) throws -> Bool {
    if try assignment(remote.id) == nil { try insert(remote, at: now) }
    guard let local = try assignment(remote.id) else { return false }
    try database.run(
      """
      UPDATE assignments SET remote_state = ?2, remote_submission = ?3, has_conflict = ?4, is_merged = ?5,
        deadline = ?6 WHERE id = ?1
      """,
      [
        .text(remote.id), .text(remote.state.rawValue), .text(orNull: remote.submission?.text),
        .flag(remote.hasConflict), .flag(remote.isMerged), .time(remote.deadline),
      ])
    let package = try outbox(remote.id)?.package
    switch Reconciliation(local: local.state, package: package, remote: remote) {
    case .agrees: return false
    case .closed:
      try move(local.id, from: local.state, to: .closed, remark: "the round ended without this site", at: now)
      return false
    case .answeredElsewhere(let why):
      guard local.state != .suspectedClone else { return false }
      try move(local.id, from: local.state, to: .suspectedClone, remark: why, at: now)
      return true
    }
  }

  private func insert(_ remote: Assignment, at now: UTCTime) throws(StorageError) {
    try database.run(
      """
      INSERT INTO assignments (id, round, study, protocol, phase, kind, deadline, sequence, remote_state,
        remote_submission, has_conflict, is_merged, state, seen_at, updated_at)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, 'seen', ?13, ?13)
      """,
      [
        .text(remote.id), .text(remote.round), .text(remote.study), .digest(remote.evaluationProtocol),
        .text(remote.phase.rawValue), .text(remote.kind.rawValue), .time(remote.deadline),
        .integer(Int64(remote.sequence)), .text(remote.state.rawValue),
        .text(orNull: remote.submission?.text), .flag(remote.hasConflict), .flag(remote.isMerged), .time(now),
      ])
    for object in remote.objects {
      try database.run(
        "INSERT INTO assignment_objects (assignment, kind, digest, bytes) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
        [
          .text(remote.id), .text(object.kind.rawValue), .digest(object.digest),
          .integer(Int64(object.bytes)),
        ])
    }
  }

  /// Moves an assignment, if it is still where the caller saw it.
  ///
  /// - Throws: `AgentError.wrongState` when another process was quicker.
  package func advance(
    _ id: String, from state: LocalState, to next: LocalState, code: String? = nil, remark: String? = nil,
    at now: UTCTime
  ) throws {
    try database.transaction {
      try move(id, from: state, to: next, code: code, remark: remark, at: now)
    }
  }

  /// As `advance`, inside a transaction.
  func move(
    _ id: String, from state: LocalState, to next: LocalState, code: String? = nil, remark: String? = nil,
    at now: UTCTime
  ) throws {
    try database.run(
      """
      UPDATE assignments SET state = ?3, code = ?4, remark = ?5, attempts = 0, not_before = 0, updated_at = ?6
      WHERE id = ?1 AND state = ?2
      """,
      [
        .text(id), .text(state.rawValue), .text(next.rawValue), .text(orNull: code), .text(orNull: remark),
        .time(now),
      ])
    guard database.changes == 1 else {
      throw AgentError.wrongState(assignment: id, state: try assignment(id)?.state.rawValue ?? "unknown")
    }
  }

  /// Notes why an assignment stands still; nothing is written when it says so already.
  package func remark(_ id: String, _ text: String?, at now: UTCTime) throws {
    try database.run(
      "UPDATE assignments SET remark = ?2, updated_at = ?3 WHERE id = ?1 AND remark IS NOT ?2",
      [.text(id), .text(orNull: text), .time(now)])
  }

  /// Notes a try that failed for now.
  package func recordFailure(_ id: String, remark: String, notBefore: UTCTime, at now: UTCTime) throws {
    try database.run(
      "UPDATE assignments SET remark = ?2, attempts = attempts + 1, not_before = ?3, updated_at = ?4 WHERE id = ?1",
      [.text(id), .text(remark), .time(notBefore), .time(now)])
  }

  private func objects(of id: String) throws -> [ObjectReference] {
    try database.rows(
      "SELECT kind, digest, bytes FROM assignment_objects WHERE assignment = ?1 ORDER BY kind", [.text(id)]
    ) { row throws(StorageError) in
      ObjectReference(kind: try row.word(0), digest: try row.digest(1), bytes: Int(try row.integer(2)))
    }
  }

  private static func record(_ row: borrowing Row) throws(StorageError) -> AssignmentRecord {
    AssignmentRecord(
      id: try row.text(0), round: try row.text(1), study: try row.text(2),
      evaluationProtocol: try row.digest(3), phase: try row.word(4), kind: try row.word(5),
      deadline: try row.time(6), sequence: Int(try row.integer(7)), objects: [], state: try row.word(8),
      code: try row.optionalText(9), remark: try row.optionalText(10), attempts: Int(try row.integer(11)),
      notBefore: try row.time(12), updatedAt: try row.time(13), isMerged: try row.integer(14) == 1)
  }
}

extension AssignmentRecord {
  fileprivate func with(objects: [ObjectReference]) -> AssignmentRecord {
    AssignmentRecord(
      id: id, round: round, study: study, evaluationProtocol: evaluationProtocol, phase: phase, kind: kind,
      deadline: deadline, sequence: sequence, objects: objects, state: state, code: code, remark: remark,
      attempts: attempts, notBefore: notBefore, updatedAt: updatedAt, isMerged: isMerged)
  }
}
