import Aggregates
package import CanonicalJSON
import CoordinatorAPI
import Cryptography
import EvaluationProtocols
import Gates
import Storage
import Submissions
import Synthesis

extension RoundBook {
  /// Ends one round whose sites all answered, that was closed or whose deadline passed, and tells which.
  ///
  /// Merging is a function of the accepted submissions as they are stored, sorted by site: nothing is kept
  /// between the admission of one and the merge, so a crash in between costs nothing. Call it until it
  /// returns nil, each time in a transaction of its own.
  ///
  /// - Parameter gates: of the same transaction; a release round leaves evidence there.
  package func advance(with gates: GateBook, at now: UTCTime, record: AuditRecorder) throws -> String? {
    guard let due = try firstDue(at: now), let round = try find(due) else { return nil }
    try finish(round, with: gates, at: now, record: record)
    return due
  }

  /// Whether `advance` would end a round: for a timer that should not start a transaction each time.
  package func isDue(at now: UTCTime) throws -> Bool { try firstDue(at: now) != nil }

  private func firstDue(at now: UTCTime) throws -> String? {
    try database.first(
      """
      SELECT id FROM round AS r WHERE state = 'open' AND (
        closed_at IS NOT NULL OR deadline < ?1
        OR NOT EXISTS (SELECT 1 FROM assignment AS a WHERE a.round = r.id AND a.state = 'open'))
      ORDER BY number LIMIT 1
      """, [.time(now)]
    ) { row in try row.text(0) }
  }

  private func finish(
    _ round: RoundRow, with gates: GateBook, at now: UTCTime, record: AuditRecorder
  ) throws {
    let revision = try database.nextRevision()
    try expireOpenAssignments(of: round.id, at: now, revision: revision)
    let evaluationProtocol = try evaluationProtocol(of: round)
    let stored = try acceptedSubmissions(of: round.id)

    var failure: RoundFailure?
    var result: RoundOutcome?
    var study = try gates.load(round.study, for: .evidenceRecorded)
    if stored.count < round.quorum {
      failure = .quorumNotMet
    } else {
      do {
        result = try outcome(
          of: stored, round: round, under: evaluationProtocol,
          look: 1 + study.state.looks(of: round.phase, under: round.protocolDigest))
      } catch is SubmissionError {
        failure = .storedSubmissionBroken
      } catch is MergeError {
        failure = .mergeRefused
      }
    }
    for file in result?.files ?? [] {
      try database.run(
        "INSERT INTO result_file (round, path, bytes) VALUES (?1, ?2, ?3)",
        [.text(round.id), .text(file.path), .blob(file.bytes)])
    }
    try database.run(
      "UPDATE round SET state = ?2, failure = ?3, ended_at = ?4, revision = ?5 WHERE id = ?1",
      [
        .text(round.id), .text((failure == nil ? RoundState.complete : .failed).rawValue),
        .text(orNull: failure?.rawValue), .time(now), .integer(revision),
      ])
    // Sites that answered are told too that the round is over.
    try database.run(
      "UPDATE assignment SET revision = ?2 WHERE round = ?1", [.text(round.id), .integer(revision)])

    var detail: JSONObject = ["accepted": .integer(Int64(stored.count))]
    if let failure { detail["failure"] = .string(failure.rawValue) }
    if let result { detail["verdict"] = .string(result.outcome.verdict.rawValue) }
    if let pooled = result?.files.first(where: { $0.path == "pooled.json" }) {
      detail["matrix"] = .string(Digest(of: pooled.bytes).text)
    }
    let action: RoundsAction = failure == nil ? .roundCompleted : .roundFailed
    _ = record(action.rawValue, "round/" + round.id, detail)
    if let result { try gates.conclude(round, result, in: &study) }
  }

  /// The files of the matrix and the verdicts, from the stored submissions alone.
  private func outcome(
    of stored: [StoredSubmission], round: RoundRow, under evaluationProtocol: EvaluationProtocol, look: Int
  ) throws -> RoundOutcome {
    let submissions = try stored.map { submission in
      try SubmissionFiles.parsePackage(submission.package).verify(
        under: evaluationProtocol, phase: round.phase, pinnedRootKey: submission.rootKey,
        at: submission.admittedAt)
    }
    let matrix = try merge(submissions.map(\.aggregate), under: evaluationProtocol)
    let outcome = try decide(matrix, phase: round.phase, under: evaluationProtocol, look: look)
    let verdicts = (
      path: RoundBook.verdictsPath, bytes: outcome.encode(protocolDigest: evaluationProtocol.digest)
    )
    return RoundOutcome(
      submissions: submissions, matrix: matrix, outcome: outcome, files: matrix.encode() + [verdicts])
  }

  /// What was accepted in a round, sorted by site.
  func acceptedSubmissions(of round: String) throws -> [StoredSubmission] {
    try database.rows(
      """
      SELECT a.site, s.package, s.root_key, s.admitted_at FROM submission AS s
      JOIN assignment AS a ON a.id = s.assignment WHERE a.round = ?1 ORDER BY a.site
      """, [.text(round)]
    ) { row in
      StoredSubmission(
        site: try row.text(0), package: try row.blob(1), rootKey: try row.digest(2),
        admittedAt: try row.time(3))
    }
  }

  /// The name under which the verdicts are kept beside the files of the matrix.
  static let verdictsPath = "gates.json"
}

/// A submission as it was admitted.
struct StoredSubmission {
  let site: String
  let package: [UInt8]
  /// The root key under which the site was registered then.
  let rootKey: Digest
  let admittedAt: UTCTime
}
