import Cryptography
import Storage

extension SiteStore {
  /// Digests of the model cards that the coordinator named beside a protocol, newest first: the study's newest, then
  /// those of rounds.
  func modelCards(beside evaluationProtocol: Digest) throws(StorageError) -> [Digest] {
    let found = try database.rows(
      """
      SELECT o.digest, 0 AS place, 0 AS seen, 0 AS sequence
      FROM standing_objects AS o JOIN standings AS s ON s.study = o.study
      WHERE o.kind = 'modelCard' AND s.protocol = ?1
      UNION ALL
      SELECT o.digest, 1, a.seen_at, a.sequence
      FROM assignment_objects AS o JOIN assignments AS a ON a.id = o.assignment
      WHERE o.kind = 'modelCard' AND a.protocol = ?1
      ORDER BY place, seen DESC, sequence DESC
      """, [.digest(evaluationProtocol)]
    ) { row throws(StorageError) in try row.digest(0) }
    var seen: Set<Digest> = []
    return found.filter { seen.insert($0).inserted }
  }

  /// Every model card that the site may fetch, with its study.
  func namedModelCards() throws(StorageError) -> [(digest: Digest, study: String)] {
    try database.rows(
      """
      SELECT o.digest, s.study FROM standing_objects AS o JOIN standings AS s ON s.study = o.study
      WHERE o.kind = 'modelCard' AND s.is_listed = 1
      UNION
      SELECT o.digest, a.study FROM assignment_objects AS o JOIN assignments AS a ON a.id = o.assignment
      WHERE o.kind = 'modelCard'
      """
    ) { row throws(StorageError) in (digest: try row.digest(0), study: try row.text(1)) }
  }
}
