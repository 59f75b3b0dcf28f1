import CanonicalJSON
package import CoordinatorAPI
package import Cryptography
import EvaluationProtocols
import Gates
import PhaseGrants
package import Storage
import Tenancy

/// What a site is told about the studies that list it: which protocol is in force, what of its own was recorded, and
/// the words it was given.
package struct StandingDesk {
  let database: Database
  let site: String

  /// The desk of one site.
  package init(_ database: Database, site: String) {
    self.database = database
    self.site = site
  }

  /// The root of the signing keys that the site registered; nil unless the site is a confirmed member now.
  package func signingRoot() throws -> Certificate? {
    guard let enrolled = try EnrolledSite.find(site, in: database), enrolled.state == .confirmed else {
      return nil
    }
    return enrolled.signingRoot
  }

  /// The site's standings, by study: one for each study whose protocol in force lists the site, or whose words it
  /// holds.
  package func list() throws -> [Standing] {
    let studies = try database.rows(
      """
      SELECT g.study, p.digest, p.version, p.title FROM study_gate AS g
      JOIN protocol AS p ON p.study = g.study AND p.version = g.version
      WHERE EXISTS (SELECT 1 FROM protocol_site AS s WHERE s.study = g.study AND s.version = g.version AND s.site = ?1)
        OR EXISTS (SELECT 1 FROM site_word AS w WHERE w.study = g.study AND w.site = ?1)
      ORDER BY g.study LIMIT 500
      """, [.text(site)]
    ) { row in
      (study: try row.text(0), digest: try row.digest(1), version: try row.count(2), title: try row.text(3))
    }
    return try studies.map { study in
      Standing(
        study: study.study, evaluationProtocol: study.digest, version: study.version, title: study.title,
        objects: try objects(of: study.study, version: study.version), consent: try consent(in: study.study),
        acknowledgement: try acknowledgement(in: study.study), word: try newestWord(in: study.study))
    }
  }

  /// The words after `number`, oldest first: each that left an event, and the newest of all.
  ///
  /// - Parameter evidenceRoot: of the tenant's evidence identity.
  /// - Throws: `RoundsRefusal` when the study has nothing to do with the site.
  package func words(
    in study: String, after number: Int, evidenceRoot: Certificate
  ) throws -> StandingDocument {
    guard try list().contains(where: { $0.study.hasSameBytes(as: study) }) else {
      throw RoundsRefusal(.resultRead, of: "study/" + study, .absent)
    }
    let words = try database.rows(
      """
      SELECT word, number, statement FROM site_word WHERE study = ?1 AND site = ?2 AND number > ?3
        AND (has_event = 1 OR number = (SELECT max(number) FROM site_word WHERE study = ?1 AND site = ?2))
      ORDER BY number LIMIT ?4
      """, [.text(study), .text(site), .count(number), .count(StandingDocument.mostWords)]
    ) { row in
      StandingDocument.SignedStatement(
        kind: try row.word(0, of: StudyFact.Word.self) == .grant ? .grant : .stopOrder,
        sequence: try row.count(1), statement: try row.blob(2))
    }
    return StandingDocument(study: study, words: words, evidenceRoot: evidenceRoot.der)
  }

  /// Grows when anything that the site is told changes.
  package func cursor() throws -> Int {
    try database.first(
      "SELECT coalesce(max(revision), 0) FROM standing WHERE site = ?1", [.text(site)]
    ) { row in try row.count(0) } ?? 0
  }

  /// The files of a version, and the study's newest model card where the version lists the site.
  private func objects(of study: String, version: Int) throws -> [ObjectReference] {
    let objects = try AssignmentDesk.objects(of: study, version: version, in: database)
    let isListed = try database.first(
      "SELECT 1 FROM protocol_site WHERE study = ?1 AND version = ?2 AND site = ?3",
      [.text(study), .count(version), .text(site)]
    ) { row in try row.count(0) }
    guard isListed != nil, let card = try StudyBook(database).newestModelCard(of: study) else {
      return objects
    }
    return objects + [card]
  }

  private func consent(in study: String) throws -> Standing.Consent? {
    try database.first(
      """
      SELECT sequence, phase, protocol FROM site_consent WHERE study = ?1 AND site = ?2
      ORDER BY sequence DESC LIMIT 1
      """, [.text(study), .text(site)]
    ) { row in
      Standing.Consent(
        sequence: try row.count(0), phase: try row.word(1, of: ConsentPhase.self),
        evaluationProtocol: try row.digest(2))
    }
  }

  private func acknowledgement(in study: String) throws -> Int {
    try database.first(
      "SELECT acknowledgement_sequence FROM standing WHERE study = ?1 AND site = ?2",
      [.text(study), .text(site)]
    ) { row in try row.count(0) } ?? 0
  }

  private func newestWord(in study: String) throws -> Standing.NewestWord? {
    try database.first(
      "SELECT word, number FROM site_word WHERE study = ?1 AND site = ?2 ORDER BY number DESC LIMIT 1",
      [.text(study), .text(site)]
    ) { row in
      Standing.NewestWord(
        kind: try row.word(0, of: StudyFact.Word.self) == .grant ? .grant : .stopOrder,
        sequence: try row.count(1))
    }
  }
}
