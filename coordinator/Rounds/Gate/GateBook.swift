package import Attestations
package import CanonicalJSON
package import CoordinatorAPI
package import Cryptography
import EvaluationProtocols
import Gates
import PhaseGrants
package import Storage

/// The history of a tenant's studies, and the only writer of it: every move, sign-off, consent, word and
/// acknowledgement is an event that is added here.
///
/// A view of the tenant's file, made in a transaction of its store and gone with it. The conditions of a move are
/// evaluated on the history as this transaction sees it.
///
/// - Source: `protocols/gates.md`.
package struct GateBook {
  let database: Database
  let tenant: String
  /// Signs grants and stop orders.
  let identity: SigningIdentity
  /// Who asks: `user/<id>`, `site/<site>/agent/<instance>` or `system`.
  let actor: String
  let now: UTCTime
  let makeIdentifier: (ServerIdentifier) throws -> String
  let record: AuditRecorder

  /// The gates in a tenant's file, for one request.
  package init(
    _ database: Database, tenant: String, identity: SigningIdentity, actor: String, at now: UTCTime,
    makeIdentifier: @escaping (ServerIdentifier) throws -> String, record: @escaping AuditRecorder
  ) {
    self.database = database
    self.tenant = tenant
    self.identity = identity
    self.actor = actor
    self.now = now
    self.makeIdentifier = makeIdentifier
    self.record = record
  }

  /// The state of a study after a change, with its history.
  struct Study {
    var history: StudyHistory
    var state: StudyState
    /// The protocol in force.
    let evaluationProtocol: EvaluationProtocol
  }

  /// A study with everything that happened.
  ///
  /// - Throws: `RoundsRefusal` `absent` when there is no such study.
  func load(_ study: String, for action: RoundsAction) throws -> Study {
    let reader = GateReader(database)
    let history = try reader.history(of: study)
    let state = try StudyState(history)
    guard let inForce = state.inForce,
      let evaluationProtocol = try reader.evaluationProtocol(inForce.protocolDigest)
    else { throw RoundsRefusal(action, of: "study/" + study, .absent) }
    return Study(history: history, state: state, evaluationProtocol: evaluationProtocol)
  }

  /// Adds an event to a loaded study and keeps the row by which everything else is decided quickly.
  ///
  /// - Parameter statement: the signed bytes that the event speaks of.
  @discardableResult
  func add(_ fact: StudyFact, to study: inout Study, statement: [UInt8]? = nil) throws -> StudyEvent {
    let event = study.history.record(fact, by: actor, at: now)
    try study.state.apply(event)
    try store(event, of: study.history.study, statement: statement)
    try database.run(
      """
      UPDATE study_gate SET state = ?2, version = ?3, head_sequence = ?4, head = ?5 WHERE study = ?1
      """,
      [
        .text(study.history.study), .text(study.state.word), .count(study.state.inForce?.version ?? 0),
        .count(study.history.head.sequence), .digest(study.history.head.digest),
      ])
    return event
  }

  /// Adds an event that moves nothing, without reading the history: what a site says comes often.
  @discardableResult
  func append(_ fact: StudyFact, to study: String, statement: [UInt8]) throws -> StudyEvent {
    guard let head = try GateReader(database).head(of: study) else {
      throw StorageError.refused("a study has no history")
    }
    let event = StudyEvent(after: head, time: now, actor: actor, fact: fact)
    try store(event, of: study, statement: statement)
    try database.run(
      "UPDATE study_gate SET head_sequence = ?2, head = ?3 WHERE study = ?1",
      [.text(study), .count(event.head.sequence), .digest(event.head.digest)])
    return event
  }

  private func store(_ event: StudyEvent, of study: String, statement: [UInt8]?) throws {
    let bytes = event.encode()
    // Never changed and never deleted: one that cannot be read again would be the end of its study.
    guard (try? StudyEvent.parse(bytes)) == event else {
      throw StorageError.refused("an event that could not be read again")
    }
    try database.run(
      "INSERT INTO study_event (study, sequence, bytes) VALUES (?1, ?2, ?3)",
      [.text(study), .count(event.sequence), .blob(bytes)])
    if let statement, let digest = event.fact.statement {
      try database.run(
        "INSERT INTO study_statement (study, sequence, digest, bytes) VALUES (?1, ?2, ?3, ?4)",
        [.text(study), .count(event.sequence), .digest(digest), .blob(statement)])
    }
  }

  /// The root of the signing keys that a site registered; nil unless the site is a confirmed member now.
  package func signingRoot(of site: String) throws -> Certificate? {
    try StandingDesk(database, site: site).signingRoot()
  }

  /// Whether a signed statement was recorded before: the same one again has no effect.
  func isRecorded(_ digest: Digest, in study: String) throws -> Bool {
    try database.first(
      "SELECT 1 FROM study_statement WHERE study = ?1 AND digest = ?2", [.text(study), .digest(digest)]
    ) { row in try row.integer(0) } != nil
  }

  /// Keeps the root certificate of somebody who signed, so that a bundle can carry it.
  func keep(root: Certificate, in study: String) throws {
    try database.run(
      "INSERT INTO signer_root (study, key, certificate) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
      [.text(study), .digest(root.publicKey.digest), .blob(root.der)])
  }

  /// Stamps a change of what a site is told, so that its agent's question is answered at once.
  func touch(_ study: String, site: String) throws {
    try database.run(
      """
      INSERT INTO standing (study, site, revision) VALUES (?1, ?2, ?3)
      ON CONFLICT (study, site) DO UPDATE SET revision = excluded.revision
      """, [.text(study), .text(site), .integer(try database.nextRevision())])
  }
}
