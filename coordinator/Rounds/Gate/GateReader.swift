package import Cryptography
package import EvaluationProtocols
package import Gates
package import PhaseGrants
package import Storage

/// Reads the histories of a tenant's studies.
package struct GateReader {
  let database: Database

  /// The histories in a tenant's file.
  package init(_ database: Database) { self.database = database }

  /// Everything that happened in a study, checked to be a chain; empty when there is no such study.
  package func history(of study: String) throws -> StudyHistory {
    let events = try database.rows(
      "SELECT bytes FROM study_event WHERE study = ?1 ORDER BY sequence", [.text(study)]
    ) { row in try row.blob(0) }
    var history = StudyHistory(study: study)
    for bytes in events { try history.append(bytes: bytes) }
    return history
  }

  /// The newest event of a study; nil when there is no such study.
  package func head(of study: String) throws -> HistoryHead? {
    try database.first(
      "SELECT head_sequence, head FROM study_gate WHERE study = ?1", [.text(study)]
    ) { row in HistoryHead(sequence: try row.count(0), digest: try row.digest(1)) }
  }

  /// A version of a protocol, read again with the parser that admitted it.
  package func evaluationProtocol(_ digest: Digest) throws -> EvaluationProtocol? {
    try database.first("SELECT bytes FROM protocol WHERE digest = ?1", [.digest(digest)]) { row in
      try EvaluationProtocol.parse(row.blob(0))
    }
  }

  /// Every version of a study's protocol, by digest.
  package func protocols(of study: String) throws -> [Digest: EvaluationProtocol] {
    let versions = try database.rows(
      "SELECT bytes FROM protocol WHERE study = ?1 ORDER BY version", [.text(study)]
    ) { row in try EvaluationProtocol.parse(row.blob(0)) }
    return Dictionary(versions.map { ($0.digest, $0) }) { first, _ in first }
  }

  /// The state of a study as a word, and the version in force; from the row that every event keeps.
  func standing(of study: String) throws -> (state: String, version: Int)? {
    try database.first("SELECT state, version FROM study_gate WHERE study = ?1", [.text(study)]) { row in
      (state: try row.text(0), version: try row.count(1))
    }
  }

  /// The newest consent of a site under a protocol.
  func consent(of site: String, study: String, under protocolDigest: Digest) throws -> ConsentPhase {
    try database.first(
      "SELECT phase FROM site_consent WHERE study = ?1 AND site = ?2 AND protocol = ?3",
      [.text(study), .text(site), .digest(protocolDigest)]
    ) { row in try row.word(0, of: ConsentPhase.self) } ?? .none
  }
}
