package import CanonicalJSON
import CoordinatorAPI
package import Cryptography
import Storage

extension SiteStore {
  /// The package of an assignment, once it is signed.
  package func outbox(_ assignment: String) throws -> OutboxItem? {
    try database.first(
      """
      SELECT assignment, package, aggregate, release_digest, policy, computed_at, previewed_at, released_by,
        receipt FROM outbox WHERE assignment = ?1
      """, [.text(assignment)], Self.item)
  }

  /// The assignment whose package has this digest.
  package func outbox(package digest: Digest) throws -> OutboxItem? {
    try database.first(
      """
      SELECT assignment, package, aggregate, release_digest, policy, computed_at, previewed_at, released_by,
        receipt FROM outbox WHERE package = ?1
      """, [.digest(digest)], Self.item)
  }

  /// The package that was released before another one, for the same study and site.
  package func previousRelease(before item: OutboxItem) throws -> OutboxItem? {
    try database.first(
      """
      SELECT o.assignment, o.package, o.aggregate, o.release_digest, o.policy, o.computed_at, o.previewed_at,
        o.released_by, o.receipt
      FROM outbox o JOIN assignments a ON a.id = o.assignment
      WHERE a.study = (SELECT study FROM assignments WHERE id = ?1) AND o.assignment != ?1
        AND a.state IN ('sent', 'receipted') AND o.computed_at <= ?2
      ORDER BY o.computed_at DESC, a.sequence DESC LIMIT 1
      """, [.text(item.assignment), .time(item.computedAt)], Self.item)
  }

  /// Puts signed bytes into the outbox: `preparing` → `computed`. They are stored once and never made again.
  func recordPackage(
    _ content: [UInt8], for assignment: String, from state: LocalState, aggregate: Digest,
    datasetRelease: Digest, policy: Digest, at now: UTCTime
  ) throws {
    try database.transaction {
      try keep(content)
      try database.run(
        """
        INSERT INTO outbox (assignment, package, aggregate, release_digest, policy, computed_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6)
        """,
        [
          .text(assignment), .digest(Digest(of: content)), .digest(aggregate), .digest(datasetRelease),
          .digest(policy), .time(now),
        ])
      try move(assignment, from: state, to: .computed, at: now)
    }
  }

  /// Notes that a person saw the bytes; those that wait for it are then previewed.
  package func markPreviewed(_ assignment: String, at now: UTCTime) throws {
    try database.transaction {
      guard let record = try self.assignment(assignment) else {
        throw AgentError.unknownAssignment(assignment)
      }
      try database.run(
        "UPDATE outbox SET previewed_at = ?2 WHERE assignment = ?1 AND previewed_at IS NULL",
        [.text(assignment), .time(now)])
      if record.state == .computed { try move(assignment, from: .computed, to: .previewed, at: now) }
    }
  }

  /// A person lets exactly these bytes leave.
  ///
  /// - Throws: `AgentError.unknownPackage`, `.notPreviewed`, `.wrongState`.
  package func release(_ package: Digest, by person: String, reason: String, at now: UTCTime) throws -> String
  {
    try database.transaction {
      guard let item = try outbox(package: package) else { throw AgentError.unknownPackage(package) }
      let state = try assignment(item.assignment)?.state
      guard state != .computed else { throw AgentError.notPreviewed(package) }
      try approve(item.assignment, from: .previewed, by: person, at: now)
      try note(
        LocalDecision(
          time: now, action: "package.released", object: package.text, person: person, reason: reason))
      return item.assignment
    }
  }

  /// The approval of the protocol lets the bytes leave without a look.
  func releaseAutomatically(
    _ assignment: String, from state: LocalState, by person: String, at now: UTCTime
  ) throws {
    try database.transaction {
      try approve(assignment, from: state, by: "automatic: \(person)", at: now)
      let package = try outbox(assignment)?.package
      try note(
        LocalDecision(
          time: now, action: "package.released", object: package?.text ?? assignment,
          person: "automatic: \(person)", reason: "the protocol's approval says so"))
    }
  }

  private func approve(_ assignment: String, from state: LocalState, by person: String, at now: UTCTime)
    throws
  {
    try database.run(
      "UPDATE outbox SET released_by = ?2, released_at = ?3 WHERE assignment = ?1",
      [.text(assignment), .text(person), .time(now)])
    try move(assignment, from: state, to: .approved, at: now)
  }

  /// Takes the bytes of a package out for sending: in one transaction the entry in the egress log and the state
  /// `sent`. What is returned is what may leave, and nothing else may.
  ///
  /// - Throws: `AgentError.wrongState` unless it is approved, or sent before; `.unknownPackage` when the stored
  ///   bytes are not those that were released.
  func beginSending(_ assignment: String, destination: String, at now: UTCTime) throws -> [UInt8] {
    try database.transaction {
      guard let record = try self.assignment(assignment), let item = try outbox(assignment) else {
        throw AgentError.unknownAssignment(assignment)
      }
      guard record.state == .approved || record.state == .sent else {
        throw AgentError.wrongState(assignment: assignment, state: record.state.rawValue)
      }
      guard let content = try body(item.package), Digest(of: content) == item.package else {
        throw AgentError.unknownPackage(item.package)
      }
      try appendEgress(
        OutgoingBody(
          kind: .submission, destination: destination, assignment: assignment, content: content), at: now)
      if record.state == .approved { try move(assignment, from: .approved, to: .sent, at: now) }
      return content
    }
  }

  /// Keeps a verified receipt: `sent` → `receipted`.
  func recordReceipt(_ receipt: [UInt8], for assignment: String, at now: UTCTime) throws {
    try database.transaction {
      try database.run(
        "UPDATE outbox SET receipt = ?2 WHERE assignment = ?1", [.text(assignment), .blob(receipt)])
      try move(assignment, from: .sent, to: .receipted, at: now)
    }
  }

  /// Writes the egress entry of a refusal that is about to leave.
  func beginRefusing(
    _ assignment: String, content: [UInt8], destination: String, at now: UTCTime
  ) throws {
    try database.transaction {
      guard let state = try self.assignment(assignment)?.state, state == .declining else {
        throw AgentError.wrongState(assignment: assignment, state: "not to be declined")
      }
      try appendEgress(
        OutgoingBody(kind: .refusal, destination: destination, assignment: assignment, content: content),
        at: now)
    }
  }

  private static func item(_ row: borrowing Row) throws(StorageError) -> OutboxItem {
    OutboxItem(
      assignment: try row.text(0), package: try row.digest(1), aggregate: try row.digest(2),
      datasetRelease: try row.digest(3), policy: try row.digest(4), computedAt: try row.time(5),
      previewedAt: try row.optionalTime(6), releasedBy: try row.optionalText(7),
      receipt: try row.optionalBlob(8))
  }
}
