import Attestations
import CanonicalJSON
import CoordinatorAPI
import Cryptography
import PhaseGrants
import Storage

extension SiteStore {
  // MARK: What the site signs

  /// What this site signed about a study, oldest first.
  package func ownStatements(of study: String, _ kind: EgressKind) throws -> [OwnStatement] {
    try database.rows(
      """
      SELECT number, study, kind, sequence, statement, protocol, phase, about, made_at, state, remark
      FROM own_statements WHERE study = ?1 AND kind = ?2 ORDER BY number
      """, [.text(study), .text(kind.rawValue)], Self.ownStatement)
  }

  /// The number that the next statement of a kind gets: after what is recorded there and on its way here. One
  /// that was refused leaves its number free.
  private func nextSequence(_ kind: EgressKind, of study: String) throws -> Int {
    let made = try database.first(
      """
      SELECT coalesce(max(sequence), 0) FROM own_statements WHERE study = ?1 AND kind = ?2 AND state != 'refused'
      """, [.text(study), .text(kind.rawValue)]
    ) { row throws(StorageError) in Int(try row.integer(0)) }
    let standing = try standing(study)
    let recorded =
      kind == .consent ? standing?.recordedConsent : standing?.recordedAcknowledgement
    return max(made ?? 0, recorded ?? 0) + 1
  }

  /// Signs a consent and keeps it, to be sent; inside a transaction.
  func addConsent(_ draft: ConsentDraft) throws {
    let sequence = try nextSequence(.consent, of: draft.study)
    let statement = try draft.consent(sequence: sequence).sign(with: draft.identity)
    try insert(
      kind: .consent, study: draft.study, sequence: sequence, statement: statement,
      protocolDigest: draft.protocolDigest, phase: draft.phase, madeAt: draft.signedAt)
    try note(
      LocalDecision(
        time: draft.decidedAt, action: "consent.\(draft.phase.rawValue)", object: draft.protocolDigest.text,
        person: draft.person, reason: draft.reason))
  }

  /// As `addConsent`, for itself.
  func recordConsent(_ draft: ConsentDraft) throws {
    try database.transaction { try addConsent(draft) }
  }

  /// Signs an acknowledgement and keeps it, to be sent; what it tells of is then told.
  ///
  /// - Parameter switchNumber: the move of the site's switch that it tells of.
  func recordAcknowledgement(
    _ draft: AcknowledgementDraft, switchNumber: Int? = nil
  ) throws {
    try database.transaction {
      let sequence = try nextSequence(.acknowledgement, of: draft.study)
      try insert(
        kind: .acknowledgement, study: draft.study, sequence: sequence,
        statement: try draft.sign(sequence: sequence), protocolDigest: draft.word.evaluationProtocol,
        about: draft.about, word: draft.word.digest, madeAt: draft.signedAt)
      if let switchNumber {
        try markTold(switchNumber)
      } else {
        try database.run(
          "UPDATE words SET needs_acknowledgement = 0 WHERE study = ?1 AND digest = ?2",
          [.text(draft.study), .digest(draft.word.digest)])
      }
    }
  }

  private func insert(
    kind: EgressKind, study: String, sequence: Int, statement: [UInt8], protocolDigest: Digest,
    phase: ConsentPhase? = nil, about: Acknowledgement.About? = nil, word: Digest? = nil, madeAt: UTCTime
  ) throws(StorageError) {
    try database.run(
      """
      INSERT INTO own_statements (number, study, kind, sequence, statement, protocol, phase, about, word,
        made_at, state)
      VALUES ((SELECT coalesce(max(number), 0) + 1 FROM own_statements), ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9,
        'made')
      """,
      [
        .text(study), .text(kind.rawValue), .integer(Int64(sequence)), .blob(statement),
        .digest(protocolDigest), .text(orNull: phase?.rawValue), .text(orNull: about?.rawValue),
        .text(orNull: word?.text), .time(madeAt),
      ])
  }

  /// Takes a statement out for sending: in one transaction the entry in the egress log and the state `sent`.
  func beginSending(_ statement: OwnStatement, destination: String, at now: UTCTime) throws {
    try database.transaction {
      try appendEgress(
        OutgoingBody(
          kind: statement.kind, destination: destination, assignment: nil, content: statement.statement),
        at: now)
      try setState(.sent, of: statement.number, remark: nil)
    }
  }

  /// Notes what became of a statement.
  func finish(_ statement: OwnStatement, as state: DeliveryState, remark: String? = nil) throws {
    try setState(state, of: statement.number, remark: remark)
  }

  private func setState(_ state: DeliveryState, of number: Int, remark: String?) throws(StorageError) {
    try database.run(
      "UPDATE own_statements SET state = ?2, remark = ?3 WHERE number = ?1",
      [.integer(Int64(number)), .text(state.rawValue), .text(orNull: remark)])
  }

  /// Digests of every statement that is said to have left, for the check of the egress log.
  func statementsSaidToBeSent() throws -> [(study: String, digest: Digest)] {
    try database.rows("SELECT study, statement FROM own_statements WHERE state IN ('sent', 'recorded')") {
      row throws(StorageError) in (try row.text(0), Digest(of: try row.blob(1)))
    }
  }

  private static func ownStatement(_ row: borrowing Row) throws(StorageError) -> OwnStatement {
    OwnStatement(
      number: Int(try row.integer(0)), study: try row.text(1), kind: try row.word(2),
      sequence: Int(try row.integer(3)), statement: try row.blob(4), evaluationProtocol: try row.digest(5),
      phase: try row.optionalText(6).flatMap(ConsentPhase.init(rawValue:)),
      about: try row.optionalText(7).flatMap(Acknowledgement.About.init(rawValue:)),
      madeAt: try row.time(8), state: try row.word(9), remark: try row.optionalText(10))
  }

  // MARK: What the coordinator said

  /// The words about a study, taken and refused, oldest first.
  package func words(of study: String) throws -> [WordRecord] {
    try database.rows(
      """
      SELECT study, digest, sequence, kind, statement, protocol, history, is_drill, received_at, taken_at, rule,
        remark
      FROM words WHERE study = ?1 ORDER BY sequence, received_at
      """, [.text(study)], Self.wordRecord)
  }

  /// Taken words that the coordinator has to be told of, oldest first.
  func unacknowledgedWords(of study: String) throws -> [WordRecord] {
    try database.rows(
      """
      SELECT study, digest, sequence, kind, statement, protocol, history, is_drill, received_at, taken_at, rule,
        remark
      FROM words WHERE study = ?1 AND needs_acknowledgement = 1 ORDER BY sequence
      """, [.text(study)], Self.wordRecord)
  }

  /// Keeps a word. One that was refused may be taken later; a taken one stays as it is.
  func record(_ word: WordRecord) throws {
    try database.transaction {
      // Orders always; grants when the history went on since the last one that was acknowledged.
      let acknowledged = try database.first(
        """
        SELECT coalesce(max(history), 0) FROM words
        WHERE study = ?1 AND kind = 'grant' AND taken_at IS NOT NULL
        """, [.text(word.study)]
      ) { row throws(StorageError) in Int(try row.integer(0)) }
      let isToBeTold =
        word.takenAt != nil && (word.kind == .stopOrder || word.history > acknowledged ?? 0)
      try database.run(
        """
        INSERT INTO words (study, digest, sequence, kind, statement, protocol, history, is_drill, received_at,
          taken_at, rule, remark, needs_acknowledgement)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
        ON CONFLICT (study, digest) DO UPDATE SET taken_at = excluded.taken_at, rule = excluded.rule,
          remark = excluded.remark, needs_acknowledgement = excluded.needs_acknowledgement
        WHERE words.taken_at IS NULL
        """,
        [
          .text(word.study), .digest(word.digest), .integer(Int64(word.sequence)), .text(word.kind.rawValue),
          .blob(word.statement), .digest(word.evaluationProtocol), .integer(Int64(word.history)),
          .flag(word.isDrill), .time(word.receivedAt), .integer(orNull: word.takenAt?.secondsSinceEpoch),
          .text(orNull: word.rule), .text(orNull: word.remark), .flag(isToBeTold),
        ])
      // Somebody who sends what is refused fills no disk.
      try database.run(
        """
        DELETE FROM words WHERE study = ?1 AND taken_at IS NULL AND digest NOT IN (
          SELECT digest FROM words WHERE study = ?1 AND taken_at IS NULL ORDER BY sequence DESC LIMIT 20)
        """, [.text(word.study)])
    }
  }

  private static func wordRecord(_ row: borrowing Row) throws(StorageError) -> WordRecord {
    WordRecord(
      study: try row.text(0), digest: try row.digest(1), sequence: Int(try row.integer(2)),
      kind: try row.word(3), statement: try row.blob(4), evaluationProtocol: try row.digest(5),
      history: Int(try row.integer(6)), isDrill: try row.integer(7) == 1, receivedAt: try row.time(8),
      takenAt: try row.optionalTime(9), rule: try row.optionalText(10), remark: try row.optionalText(11))
  }
}
