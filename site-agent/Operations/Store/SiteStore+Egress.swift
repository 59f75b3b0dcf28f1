package import CanonicalJSON
package import Cryptography
import Storage

/// A body on its way out: what the egress log is told before it leaves.
package struct OutgoingBody: Sendable, Equatable {
  package let kind: EgressKind
  /// Method and URL.
  package let destination: String
  package let assignment: String?
  package let content: [UInt8]
  /// Whether the content is kept beside the log. That of a join request is not: it holds the invitation's secret.
  var isKept: Bool { kind != .join }

  /// A body to be sent to a destination.
  package init(kind: EgressKind, destination: String, assignment: String?, content: [UInt8]) {
    self.kind = kind
    self.destination = destination
    self.assignment = assignment
    self.content = content
  }
}

extension SiteStore {
  /// Writes the entry for a body that changes no state, such as a renewal.
  @discardableResult
  package func recordEgress(_ body: OutgoingBody, at now: UTCTime) throws -> EgressEntry {
    try database.transaction { try appendEgress(body, at: now) }
  }

  /// Writes the entry for a body; inside a transaction.
  @discardableResult
  func appendEgress(_ body: OutgoingBody, at now: UTCTime) throws -> EgressEntry {
    let last = try database.first("SELECT sequence, entry FROM egress ORDER BY sequence DESC LIMIT 1") {
      row throws(StorageError) in (sequence: Int(try row.integer(0)), bytes: try row.blob(1))
    }
    guard let tenant = try setting(.tenant) else { throw AgentError.notJoined }
    let entry = EgressEntry(
      sequence: (last?.sequence ?? 0) + 1,
      previous: last.map { Digest(of: $0.bytes) } ?? EgressLog.origin(tenant: tenant), time: now,
      kind: body.kind, destination: body.destination, assignment: body.assignment,
      digest: Digest(of: body.content), bytes: body.content.count)
    if body.isKept { try keep(body.content) }
    try database.run(
      "INSERT INTO egress (sequence, entry, kind, assignment, body_digest, body_kept) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
      [
        .integer(Int64(entry.sequence)), .blob(entry.encode()), .text(entry.kind.rawValue),
        .text(orNull: entry.assignment), .digest(entry.digest), .flag(body.isKept),
      ])
    return entry
  }

  /// Stores bytes under their digest; the same bytes are stored once.
  func keep(_ content: [UInt8]) throws(StorageError) {
    try database.run(
      "INSERT INTO bodies (digest, content) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
      [.digest(Digest(of: content)), .blob(content)])
  }

  /// Bytes that left or are about to, by digest.
  package func body(_ digest: Digest) throws -> [UInt8]? {
    try database.first("SELECT content FROM bodies WHERE digest = ?1", [.digest(digest)]) {
      row throws(StorageError) in try row.blob(0)
    }
  }

  /// The bytes of all entries, in order.
  package func egressEntries() throws -> [[UInt8]] {
    try database.rows("SELECT entry FROM egress ORDER BY sequence") {
      row throws(StorageError) in try row.blob(0)
    }
  }

  /// Recomputes the whole log: the chain, the columns beside it, the bodies that are kept, and that whatever is
  /// called sent has its entry.
  ///
  /// - Throws: `EgressLogError`.
  package func verifyEgress(knownHead: Digest? = nil) throws -> EgressLogSummary {
    let rows = try database.rows(
      "SELECT entry, sequence, kind, assignment, body_digest, body_kept FROM egress ORDER BY sequence"
    ) { row throws(StorageError) in
      EgressRow(
        bytes: try row.blob(0), sequence: Int(try row.integer(1)), kind: try row.text(2),
        assignment: try row.optionalText(3), body: try row.text(4), isKept: try row.integer(5) == 1)
    }
    let summary = try EgressLog.verify(
      rows.map(\.bytes), tenant: try setting(.tenant) ?? "", knownHead: knownHead)
    var sent: Set<String> = []
    var said: Set<Digest> = []
    for (index, row) in rows.enumerated() {
      let position = index + 1
      let entry = try EgressEntry(parsing: row.bytes, at: position)
      guard row.sequence == entry.sequence, row.kind == entry.kind.rawValue,
        row.assignment == entry.assignment, row.body == entry.digest.text,
        row.isKept == (entry.kind != .join)
      else { throw EgressLogError.columnDiffers(entry: position) }
      if row.isKept {
        guard let content = try body(entry.digest), Digest(of: content) == entry.digest,
          content.count == entry.bytes
        else { throw EgressLogError.bodyDiffers(entry: position) }
      }
      if entry.kind == .consent || entry.kind == .acknowledgement { said.insert(entry.digest) }
      if let assignment = entry.assignment { sent.insert("\(assignment) \(entry.digest.text)") }
    }
    for item in try outboxSaidToBeSent() where !sent.contains("\(item.assignment) \(item.package.text)") {
      throw EgressLogError.entryMissing(assignment: item.assignment)
    }
    for item in try statementsSaidToBeSent() where !said.contains(item.digest) {
      throw EgressLogError.entryMissing(assignment: item.study)
    }
    return summary
  }

  private func outboxSaidToBeSent() throws -> [(assignment: String, package: Digest)] {
    try database.rows(
      """
      SELECT outbox.assignment, outbox.package FROM outbox JOIN assignments ON assignments.id = outbox.assignment
      WHERE assignments.state IN ('sent', 'receipted')
      """
    ) { row throws(StorageError) in (try row.text(0), try row.digest(1)) }
  }
}

private struct EgressRow {
  let bytes: [UInt8]
  let sequence: Int
  let kind: String
  let assignment: String?
  let body: String
  let isKept: Bool
}
