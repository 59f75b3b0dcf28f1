package import CanonicalJSON
package import Cryptography

/// Where an audit log stood: the number of an entry and the digest of its bytes. Whoever keeps one can tell
/// later whether the log was changed up to there.
package struct AuditCheckpoint: Equatable, Sendable {
  /// The entry's number; 0 before the first.
  package let sequence: Int64
  /// The digest of its bytes; before the first, of the tenant's id.
  package let digest: Digest

  /// A checkpoint that somebody kept.
  package init(sequence: Int64, digest: Digest) {
    self.sequence = sequence
    self.digest = digest
  }

  /// Where every log of a tenant begins.
  package static func start(of tenant: String) -> AuditCheckpoint {
    AuditCheckpoint(sequence: 0, digest: Digest(of: Array(tenant.utf8)))
  }
}

/// How an audit log was found to be changed.
package enum AuditDefect: Error, Equatable {
  /// Bytes that are not canonical JSON.
  case notCanonical(JSONError)
  /// JSON that is not an entry.
  case malformed(DocumentError)
  /// The last line has no end, or a line is empty.
  case lineEnd
  /// A number is missing, repeated or out of order.
  case sequence(expected: Int64, found: Int64)
  /// An entry does not carry the digest of the one before it: one of the two was changed.
  case previous(sequence: Int64)
  /// The entry of the checkpoint has another digest: it, or one before it, was changed.
  case checkpoint(sequence: Int64)
  /// The log ends before the checkpoint.
  case truncated(last: Int64, checkpoint: Int64)
  /// A column of the store says something else than the entry's bytes.
  case column(sequence: Int64)
}

extension AuditDefect {
  /// The stable name of the rule, as the vectors and `protocols/audit-log.md` use it.
  package var rule: String {
    switch self {
    case .notCanonical: "notCanonical"
    case .malformed: "malformed"
    case .lineEnd: "lineEnd"
    case .sequence: "sequence"
    case .previous: "previous"
    case .checkpoint: "checkpoint"
    case .truncated: "truncated"
    case .column: "column"
    }
  }
}

extension AuditDefect: CustomStringConvertible {
  /// What was found where.
  package var description: String {
    switch self {
    case .notCanonical(let error): "an entry is not canonical JSON: \(error)"
    case .malformed(let error): "an entry has another shape: \(error)"
    case .lineEnd: "a line of the log is empty or has no end"
    case .sequence(let expected, let found): "entry \(found) stands where entry \(expected) belongs"
    case .previous(let sequence): "entry \(sequence) does not follow the entry before it"
    case .checkpoint(let sequence): "entry \(sequence) is not the one of the checkpoint"
    case .truncated(let last, let checkpoint):
      "the log ends with entry \(last), the checkpoint is of entry \(checkpoint)"
    case .column(let sequence): "the store's columns of entry \(sequence) differ from its bytes"
    }
  }

  /// What the reader can do.
  package var remedy: String {
    "keep the file as it is, compare it with an earlier export, and find out who could write to it"
  }
}

/// Reads entry after entry and checks that each follows the one before.
///
/// - Source: `protocols/audit-log.md`, section "Verification".
package struct AuditChain: Sendable {
  /// Where the chain stands now.
  package private(set) var head: AuditCheckpoint
  private let checkpoint: AuditCheckpoint?

  /// A chain of a tenant that has to pass through a checkpoint, when one was kept.
  package init(tenant: String, through checkpoint: AuditCheckpoint? = nil) {
    head = AuditCheckpoint.start(of: tenant)
    self.checkpoint = checkpoint
  }

  /// Takes the next entry.
  ///
  /// - Throws: `AuditDefect`.
  @discardableResult
  package mutating func take(_ bytes: [UInt8]) throws(AuditDefect) -> AuditEntry {
    let entry = try AuditEntry.parse(bytes)
    guard entry.sequence == head.sequence + 1 else {
      throw .sequence(expected: head.sequence + 1, found: entry.sequence)
    }
    guard entry.previous == head.digest else { throw .previous(sequence: entry.sequence) }
    head = AuditCheckpoint(sequence: entry.sequence, digest: Digest(of: bytes))
    if let checkpoint, checkpoint.sequence == head.sequence, checkpoint != head {
      throw .checkpoint(sequence: head.sequence)
    }
    return entry
  }

  /// Ends the chain and tells where.
  ///
  /// - Throws: `AuditDefect.truncated` when the checkpoint was not reached.
  package func finish() throws(AuditDefect) -> AuditCheckpoint {
    if let checkpoint, checkpoint.sequence > head.sequence {
      throw .truncated(last: head.sequence, checkpoint: checkpoint.sequence)
    }
    return head
  }

  /// Checks an exported log: one entry a line, each line ended by LF.
  ///
  /// - Throws: `AuditDefect`.
  package static func verify(
    export bytes: [UInt8], tenant: String, through checkpoint: AuditCheckpoint? = nil
  ) throws(AuditDefect) -> AuditCheckpoint {
    var chain = AuditChain(tenant: tenant, through: checkpoint)
    guard bytes.isEmpty || bytes.last == 0x0A else { throw .lineEnd }
    for line in bytes.dropLast().split(separator: 0x0A, omittingEmptySubsequences: false) {
      if bytes.isEmpty { break }
      guard !line.isEmpty else { throw .lineEnd }
      try chain.take(Array(line))
    }
    return try chain.finish()
  }
}
