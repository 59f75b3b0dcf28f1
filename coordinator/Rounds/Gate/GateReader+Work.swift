package import CanonicalJSON
import Gates
import Storage

/// What the coordinator does by itself: asked by a timer that should not start a transaction each time.
extension GateReader {
  /// The studies with a grant to renew or a round to open.
  package func studiesWithWork(at now: UTCTime) throws -> [String] {
    let active = try database.rows(
      "SELECT study FROM study_gate WHERE state IN ('silent', 'limited', 'broad') ORDER BY study"
    ) { row in try row.text(0) }
    return try active.filter {
      try hasGrantToRenew(study: $0, at: now) || scheduledRound(of: $0, at: now) != nil
    }
  }

  /// Whether a site's newest word is a grant past half of its life, and under the protocol in force.
  func hasGrantToRenew(study: String, at now: UTCTime) throws -> Bool {
    let half = now.secondsSinceEpoch - GateBook.grantSeconds / 2
    let found = try database.first(
      """
      SELECT 1 FROM site_word AS w JOIN study_gate AS g ON g.study = w.study
      JOIN protocol AS p ON p.study = g.study AND p.version = g.version AND p.digest = w.protocol
      WHERE w.study = ?1 AND w.word = 'grant' AND w.issued_at <= ?2 AND w.number =
        (SELECT max(number) FROM site_word WHERE study = w.study AND site = w.site AND drill = 0) LIMIT 1
      """, [.text(study), .integer(half)]
    ) { row in try row.integer(0) }
    return found != nil
  }

  /// The sites that any version of a study's protocol lists.
  package func sites(of study: String) throws -> [String] {
    try database.rows(
      "SELECT DISTINCT site FROM protocol_site WHERE study = ?1 ORDER BY site", [.text(study)]
    ) { row in try row.text(0) }
  }
}
