package import CanonicalJSON
package import CoordinatorAPI
import Cryptography
import EvaluationProtocols
package import Storage

/// The studies of a tenant: versions of their protocols, and the files that these name.
///
/// A view of the tenant's file, made in a transaction of its store and gone with it.
package struct StudyBook {
  let database: Database

  /// The studies in a tenant's file.
  package init(_ database: Database) { self.database = database }

  /// Publishes the next version of a study's protocol. The same bytes again change nothing.
  ///
  /// - Parameter study: the id in the path; MUST be the protocol's own.
  /// - Throws: `RoundsRefusal`.
  package func publish(
    protocol bytes: [UInt8], study: String, with gates: GateBook, at now: UTCTime, record: AuditRecorder
  ) throws -> StudyDocument {
    func refuse(_ reason: RoundsRefusal.Reason) -> RoundsRefusal {
      RoundsRefusal(.protocolPublished, of: "study/" + study, reason)
    }
    let evaluationProtocol: EvaluationProtocol
    do { evaluationProtocol = try EvaluationProtocol.parse(bytes) } catch {
      throw refuse(.protocolMalformed(error))
    }
    guard evaluationProtocol.id.hasSameBytes(as: study) else { throw refuse(.otherStudy) }
    let version = evaluationProtocol.version
    let newest = try database.first(
      "SELECT coalesce(max(version), 0) FROM protocol WHERE study = ?1", [.text(study)]
    ) { row in try row.count(0) }
    let published = try database.first(
      "SELECT digest FROM protocol WHERE study = ?1 AND version = ?2", [.text(study), .count(version)]
    ) { row in try row.digest(0) }
    if let published {
      guard published == evaluationProtocol.digest else { throw refuse(.versionTaken(version)) }
      return try show(study)
    }
    let expected = (newest ?? 0) + 1
    guard version == expected else { throw refuse(.versionGap(expected: expected)) }

    if expected == 1 {
      try database.run("INSERT INTO study (id, created_at) VALUES (?1, ?2)", [.text(study), .time(now)])
    }
    try database.run(
      """
      INSERT INTO protocol (study, version, digest, title, model, features, bytes, published_at)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
      """,
      [
        .text(study), .count(version), .digest(evaluationProtocol.digest),
        .text(evaluationProtocol.study.title), .digest(evaluationProtocol.model.artifact),
        .blob(orNull: evaluationProtocol.model.features?.bytes), .blob(bytes), .time(now),
      ])
    for site in evaluationProtocol.sites {
      try database.run(
        "INSERT INTO protocol_site (site, study, version) VALUES (?1, ?2, ?3)",
        [.text(site.id), .text(study), .count(version)])
    }
    _ = record(
      RoundsAction.protocolPublished.rawValue, "study/" + study,
      [
        "version": .integer(Int64(version)), "protocol": .string(evaluationProtocol.digest.text),
        "sites": .integer(Int64(evaluationProtocol.sites.count)),
      ])
    try gates.publish(evaluationProtocol)
    return try show(study)
  }

  /// Every study, by id.
  package func list() throws -> StudiesDocument {
    StudiesDocument(
      studies: try database.rows(
        """
        SELECT study, title, version, digest FROM protocol AS p
        WHERE version = (SELECT max(version) FROM protocol WHERE study = p.study) ORDER BY study
        """
      ) { row in
        StudySummary(
          study: try row.text(0), title: try row.text(1), version: try row.count(2),
          evaluationProtocol: try row.digest(3))
      })
  }

  /// One study.
  ///
  /// - Throws: `RoundsRefusal` when there is none.
  package func show(_ study: String) throws -> StudyDocument {
    guard let newest = try newestProtocol(of: study) else {
      throw RoundsRefusal(.resultRead, of: "study/" + study, .absent)
    }
    let versions = try database.rows(
      "SELECT version, digest FROM protocol WHERE study = ?1 ORDER BY version", [.text(study)]
    ) { row in StudyDocument.Version(version: try row.count(0), digest: try row.digest(1)) }
    let rounds = try database.rows(
      "SELECT id, phase, kind, state, deadline FROM round WHERE study = ?1 ORDER BY number", [.text(study)]
    ) { row in
      RoundSummary(
        round: try row.text(0), phase: try row.word(1, of: PhaseName.self),
        kind: try row.word(2, of: RoundKind.self), state: try row.word(3, of: RoundState.self),
        deadline: try row.time(4))
    }
    return StudyDocument(
      study: study, title: newest.study.title, versions: versions, objects: try objects(of: newest),
      sites: newest.sites.map(\.id).sorted(), rounds: rounds)
  }

  /// The version of a study's protocol that is in force, read again with the parser that admitted it.
  func protocolInForce(of study: String) throws -> EvaluationProtocol? {
    try database.first(
      """
      SELECT p.bytes FROM protocol AS p JOIN study_gate AS g ON g.study = p.study AND g.version = p.version
      WHERE p.study = ?1
      """, [.text(study)]
    ) { row in try EvaluationProtocol.parse(row.blob(0)) }
  }

  /// The newest version of a study's protocol, read again with the parser that admitted it.
  func newestProtocol(of study: String) throws -> EvaluationProtocol? {
    try database.first(
      "SELECT bytes FROM protocol WHERE study = ?1 ORDER BY version DESC LIMIT 1", [.text(study)]
    ) { row in try EvaluationProtocol.parse(row.blob(0)) }
  }
}
