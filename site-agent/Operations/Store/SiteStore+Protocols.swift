package import CanonicalJSON
package import Cryptography
package import EvaluationProtocols
import Storage

/// A decision about a protocol, with what exactly it covers.
package struct ProtocolPin: Sendable, Equatable {
  /// What was decided.
  package enum Decision: String, CaseIterable, Sendable {
    case approved, denied, revoked
  }

  package let evaluationProtocol: Digest
  /// Digest of the effective disclosure policy at the time.
  package let policy: Digest
  package let model: Digest
  package let decision: Decision
  package let mode: ReleaseMode
  package let person: String
  package let reason: String
  package let decidedAt: UTCTime
  /// The signed acceptance that goes with every submission; only of an approval.
  package let acceptance: [UInt8]?
}

/// A protocol in the store, with the decision about it.
package struct StoredProtocol: Sendable, Equatable {
  package let digest: Digest
  package let study: String
  package let content: [UInt8]
  package let receivedAt: UTCTime
  package let pin: ProtocolPin?

  /// Reads the document again; it was checked when it came.
  package func parsed() throws -> EvaluationProtocol { try EvaluationProtocol.parse(content) }
}

extension SiteStore {
  /// Keeps a protocol whose bytes have this digest: `seen` → `awaitingApproval`.
  func recordProtocol(
    _ evaluationProtocol: EvaluationProtocol, for assignment: String, at now: UTCTime
  ) throws {
    try database.transaction {
      try database.run(
        "INSERT INTO protocols (digest, study, content, received_at) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
        [
          .digest(evaluationProtocol.digest), .text(evaluationProtocol.id), .blob(evaluationProtocol.bytes),
          .time(now),
        ])
      try move(assignment, from: .seen, to: .awaitingApproval, at: now)
    }
  }

  /// Every protocol here, newest first.
  package func protocols() throws -> [StoredProtocol] {
    let rows = try database.rows(
      "SELECT digest, study, content, received_at FROM protocols ORDER BY received_at DESC, digest"
    ) { row throws(StorageError) in
      (digest: try row.digest(0), study: try row.text(1), content: try row.blob(2), time: try row.time(3))
    }
    return try rows.map {
      StoredProtocol(
        digest: $0.digest, study: $0.study, content: $0.content, receivedAt: $0.time, pin: try pin($0.digest))
    }
  }

  /// The protocol with this digest.
  package func protocolDocument(_ digest: Digest) throws -> StoredProtocol? {
    try protocols().first { $0.digest == digest }
  }

  /// The protocol that a person means: a study's id, a digest, or the beginning of one from 8 digits on.
  ///
  /// - Throws: `AgentError.unknownProtocol`, `.ambiguousProtocol`.
  package func protocolDocument(named text: String) throws -> StoredProtocol {
    let prefix = text.hasPrefix("sha256:") ? String(text.dropFirst(7)) : text
    let matches = try protocols().filter {
      $0.study == text || (prefix.utf8.count >= 8 && $0.digest.hex.hasPrefix(prefix))
    }
    guard let first = matches.first else { throw AgentError.unknownProtocol(text) }
    guard matches.count == 1 else { throw AgentError.ambiguousProtocol(text) }
    return first
  }

  /// The decision about a protocol.
  package func pin(_ digest: Digest) throws -> ProtocolPin? {
    try database.first(
      """
      SELECT policy, model, decision, release_mode, person, reason, decided_at, acceptance FROM pins
      WHERE protocol = ?1
      """, [.digest(digest)]
    ) { row throws(StorageError) in
      ProtocolPin(
        evaluationProtocol: digest, policy: try row.digest(0), model: try row.digest(1),
        decision: try row.word(2), mode: try row.word(3), person: try row.text(4), reason: try row.text(5),
        decidedAt: try row.time(6), acceptance: try row.optionalBlob(7))
    }
  }

  /// Keeps a decision, with what it says of how far the site goes, and writes it into the log; assignments that
  /// wait for it go on at the next step.
  func recordPin(_ pin: ProtocolPin, consent: ConsentDraft?) throws {
    try database.transaction {
      try database.run(
        """
        INSERT INTO pins (protocol, policy, model, decision, release_mode, person, reason, decided_at, acceptance)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
        ON CONFLICT (protocol) DO UPDATE SET policy = excluded.policy, model = excluded.model,
          decision = excluded.decision, release_mode = excluded.release_mode, person = excluded.person,
          reason = excluded.reason, decided_at = excluded.decided_at, acceptance = excluded.acceptance
        """,
        [
          .digest(pin.evaluationProtocol), .digest(pin.policy), .digest(pin.model),
          .text(pin.decision.rawValue), .text(pin.mode.rawValue), .text(pin.person), .text(pin.reason),
          .time(pin.decidedAt), .blob(orNull: pin.acceptance),
        ])
      try note(
        LocalDecision(
          time: pin.decidedAt, action: "protocol.\(pin.decision.rawValue)",
          object: pin.evaluationProtocol.text,
          person: pin.person, reason: pin.reason))
      if let consent { try addConsent(consent) }
    }
  }

  // MARK: Computations

  /// The counts for a key, if they were made before: the same key gives the same bytes for ever.
  package func computation(_ key: ComputationKey) throws -> Computation? {
    try database.first(
      """
      SELECT aggregate, summary, computed_at FROM computations
      WHERE protocol = ?1 AND model = ?2 AND release_digest = ?3 AND policy = ?4
      """, key.values
    ) { row throws(StorageError) in
      Computation(aggregate: try row.blob(0), summary: try row.text(1), computedAt: try row.time(2))
    }
  }

  /// Keeps counts; what is there already stays.
  func recordComputation(_ computation: Computation, for key: ComputationKey) throws(StorageError) {
    try database.run(
      """
      INSERT INTO computations (protocol, model, release_digest, policy, aggregate, summary, computed_at)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING
      """,
      key.values + [.blob(computation.aggregate), .text(computation.summary), .time(computation.computedAt)])
  }
}

/// What an aggregate is a function of.
package struct ComputationKey: Sendable, Hashable {
  package let evaluationProtocol: Digest
  package let model: Digest
  package let datasetRelease: Digest
  package let policy: Digest

  fileprivate var values: [SQLValue] {
    [.digest(evaluationProtocol), .digest(model), .digest(datasetRelease), .digest(policy)]
  }
}

/// Counts after disclosure control, as bytes.
package struct Computation: Sendable, Equatable {
  package let aggregate: [UInt8]
  /// `ReleaseSummary` as canonical JSON: how much of what was counted survives, for this machine only.
  package let summary: String
  package let computedAt: UTCTime
}
