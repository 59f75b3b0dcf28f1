package import CanonicalJSON
import CoordinatorAPI
import Cryptography
import EvaluationProtocols
import Storage

extension SiteStore {
  /// Every standing that was ever listed, by study.
  package func standings() throws -> [StandingRecord] {
    let rows = try database.rows(
      """
      SELECT study, protocol, version, title, consent, acknowledgement, word, is_listed, remark, not_before
      FROM standings ORDER BY study
      """
    ) { row throws(StorageError) in
      StandingRecord(
        study: try row.text(0), evaluationProtocol: try row.digest(1), version: Int(try row.integer(2)),
        title: try row.text(3), objects: [], recordedConsent: Int(try row.integer(4)),
        recordedAcknowledgement: Int(try row.integer(5)), newestWord: Int(try row.integer(6)),
        isListed: try row.integer(7) == 1, remark: try row.optionalText(8), notBefore: try row.time(9))
    }
    return try rows.map { row in
      let objects = try database.rows(
        "SELECT kind, digest, bytes FROM standing_objects WHERE study = ?1 ORDER BY kind", [.text(row.study)]
      ) { object throws(StorageError) in
        ObjectReference(
          kind: try object.word(0), digest: try object.digest(1), bytes: Int(try object.integer(2)))
      }
      return row.with(objects: objects)
    }
  }

  /// The standing with one study.
  package func standing(_ study: String) throws -> StandingRecord? {
    try standings().first { $0.study == study }
  }

  /// Takes in the coordinator's list; what it recorded is recorded here too. Inside a transaction.
  func merge(standings: [Standing]) throws {
    try database.run("UPDATE standings SET is_listed = 0")
    for standing in standings {
      try database.run(
        """
        INSERT INTO standings (study, protocol, version, title, consent, acknowledgement, word, is_listed)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 1)
        ON CONFLICT (study) DO UPDATE SET protocol = excluded.protocol, version = excluded.version,
          title = excluded.title, consent = excluded.consent, acknowledgement = excluded.acknowledgement,
          word = excluded.word, is_listed = 1
        """,
        [
          .text(standing.study), .digest(standing.evaluationProtocol), .integer(Int64(standing.version)),
          .text(standing.title), .integer(Int64(standing.consent?.sequence ?? 0)),
          .integer(Int64(standing.acknowledgement)), .integer(Int64(standing.word?.sequence ?? 0)),
        ])
      try database.run("DELETE FROM standing_objects WHERE study = ?1", [.text(standing.study)])
      for object in standing.objects {
        try database.run(
          "INSERT INTO standing_objects (study, kind, digest, bytes) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
          [
            .text(standing.study), .text(object.kind.rawValue), .digest(object.digest),
            .integer(Int64(object.bytes)),
          ])
      }
      try confirm(.consent, of: standing.study, upTo: standing.consent?.sequence ?? 0)
      try confirm(.acknowledgement, of: standing.study, upTo: standing.acknowledgement)
    }
  }

  /// What left and is recorded there need not be sent again. What never left was not recorded by this agent.
  private func confirm(_ kind: EgressKind, of study: String, upTo sequence: Int) throws(StorageError) {
    try database.run(
      """
      UPDATE own_statements SET state = 'recorded', remark = NULL
      WHERE study = ?1 AND kind = ?2 AND state = 'sent' AND sequence <= ?3
      """, [.text(study), .text(kind.rawValue), .integer(Int64(sequence))])
  }

  /// Notes why something of a standing stands still, and until when; nil when it goes on.
  func note(_ study: String, remark: String?, notBefore: UTCTime? = nil) throws(StorageError) {
    try database.run(
      "UPDATE standings SET remark = ?2, not_before = ?3 WHERE study = ?1 AND (remark IS NOT ?2 OR not_before != ?3)",
      [
        .text(study), .text(orNull: remark), .integer(notBefore?.secondsSinceEpoch ?? 0),
      ])
  }

  /// Keeps a protocol that a standing names, before any assignment asks for it.
  func keep(_ evaluationProtocol: EvaluationProtocol, at now: UTCTime) throws(StorageError) {
    try database.run(
      "INSERT INTO protocols (digest, study, content, received_at) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
      [
        .digest(evaluationProtocol.digest), .text(evaluationProtocol.id), .blob(evaluationProtocol.bytes),
        .time(now),
      ])
  }

  // MARK: The site's own switch

  /// The newest position of the switch of a study; nil when nobody ever touched it.
  package func disabling(of study: String) throws -> SwitchRecord? {
    try database.first(
      """
      SELECT number, study, is_disabled, person, reason, changed_at FROM switches
      WHERE study = ?1 ORDER BY number DESC LIMIT 1
      """, [.text(study)], Self.switchRecord)
  }

  /// Moves the switch of a study, and writes it into the log of decisions.
  package func setDisabled(
    _ isDisabled: Bool, study: String, by person: String, reason: String, at now: UTCTime
  ) throws {
    try database.transaction {
      try database.run(
        """
        INSERT INTO switches (number, study, is_disabled, person, reason, changed_at, is_told)
        VALUES ((SELECT coalesce(max(number), 0) + 1 FROM switches), ?1, ?2, ?3, ?4, ?5, 0)
        """, [.text(study), .flag(isDisabled), .text(person), .text(reason), .time(now)])
      try note(
        LocalDecision(
          time: now, action: isDisabled ? "study.disabled" : "study.enabled", object: study, person: person,
          reason: reason))
    }
  }

  /// Moves of the switch that no acknowledgement tells of yet, in their order.
  func untoldSwitches(of study: String) throws -> [SwitchRecord] {
    try database.rows(
      """
      SELECT number, study, is_disabled, person, reason, changed_at FROM switches
      WHERE study = ?1 AND is_told = 0 ORDER BY number
      """, [.text(study)], Self.switchRecord)
  }

  func markTold(_ number: Int) throws(StorageError) {
    try database.run("UPDATE switches SET is_told = 1 WHERE number = ?1", [.integer(Int64(number))])
  }

  private static func switchRecord(_ row: borrowing Row) throws(StorageError) -> SwitchRecord {
    SwitchRecord(
      number: Int(try row.integer(0)), study: try row.text(1), isDisabled: try row.integer(2) == 1,
      person: try row.text(3), reason: try row.text(4), changedAt: try row.time(5))
  }
}

extension StandingRecord {
  fileprivate func with(objects: [ObjectReference]) -> StandingRecord {
    StandingRecord(
      study: study, evaluationProtocol: evaluationProtocol, version: version, title: title, objects: objects,
      recordedConsent: recordedConsent, recordedAcknowledgement: recordedAcknowledgement,
      newestWord: newestWord, isListed: isListed, remark: remark, notBefore: notBefore)
  }
}
