import CanonicalJSON
import CoordinatorAPI
import Cryptography
import EvaluationProtocols
import Storage

/// A row of the table of rounds, with the digest of its protocol.
struct RoundRow {
  let id: String
  let study: String
  let version: Int
  let protocolDigest: Digest
  let phase: PhaseName
  let kind: RoundKind
  let quorum: Int
  let modelCard: Digest?
  let openedAt: UTCTime
  let deadline: UTCTime
  let closedAt: UTCTime?
  let endedAt: UTCTime?
  let state: RoundState
  let failure: RoundFailure?
  let revision: Int

  /// Whether a submission may still come in: a deadline is the last second that counts.
  func accepts(at now: UTCTime) -> Bool { state == .open && closedAt == nil && now <= deadline }
}

extension RoundBook {
  /// The round with this id.
  func find(_ id: String) throws -> RoundRow? {
    try database.first(
      """
      SELECT r.id, r.study, r.version, p.digest, r.phase, r.kind, r.quorum, r.model_card, r.opened_at,
        r.deadline, r.closed_at, r.ended_at, r.state, r.failure, r.revision, r.held_by
      FROM round AS r JOIN protocol AS p ON p.study = r.study AND p.version = r.version WHERE r.id = ?1
      """, [.text(id)]
    ) { row in
      RoundRow(
        id: try row.text(0), study: try row.text(1), version: try row.count(2),
        protocolDigest: try row.digest(3), phase: try row.word(4, of: PhaseName.self),
        kind: try row.word(5, of: RoundKind.self), quorum: try row.count(6),
        modelCard: try row.optionalDigest(7), openedAt: try row.time(8), deadline: try row.time(9),
        closedAt: try row.optionalTime(10), endedAt: try row.optionalTime(11),
        state: try row.word(12, of: RoundState.self),
        failure: try row.optionalText(15) == nil
          ? row.optionalText(13).flatMap(RoundFailure.init(rawValue:)) : .studyHeld,
        revision: try row.count(14))
    }
  }

  /// The protocol of a round, read again with the parser that admitted it.
  func evaluationProtocol(of round: RoundRow) throws -> EvaluationProtocol {
    let found = try database.first(
      "SELECT bytes FROM protocol WHERE study = ?1 AND version = ?2",
      [.text(round.study), .count(round.version)]
    ) { row in try EvaluationProtocol.parse(row.blob(0)) }
    guard let found else { throw StorageError.refused("the protocol of a round is not there") }
    return found
  }

  /// Stamps a change of the round.
  func touch(_ round: String, revision: Int64) throws {
    try database.run(
      "UPDATE round SET revision = ?2 WHERE id = ?1", [.text(round), .integer(revision)])
  }
}
