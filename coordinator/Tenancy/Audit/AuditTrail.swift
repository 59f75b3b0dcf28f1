package import CanonicalJSON
internal import Cryptography
internal import Storage

/// The entries that one transaction adds to the audit log. They are stored with its changes or not at all.
package struct AuditTrail {
  private let actor: String
  private let now: UTCTime
  private var head: AuditCheckpoint
  private(set) var entries: [(entry: AuditEntry, bytes: [UInt8])] = []
  /// Whether the transaction changed who may speak; then the register is replaced after the commit.
  var changesIdentities = false

  init(continuing database: Database, tenant: String, actor: String, now: UTCTime) throws {
    self.actor = actor
    self.now = now
    head = try AuditTrail.head(in: database, tenant: tenant)
  }

  /// Adds an entry about something that this transaction does, and tells its number.
  ///
  /// - Parameter detail: texts, whole numbers and truth values; never a secret or anything about a patient.
  @discardableResult
  package mutating func append(action: String, object: String, detail: JSONObject = [:]) -> Int64 {
    append(action: action, object: object, detail: detail, outcome: .done)
  }

  /// Adds an entry about a refusal that is stored together with what it changes, such as a count of tries.
  mutating func refuse(action: String, object: String, code: String) {
    append(action: action, object: object, detail: ["code": .string(code)], outcome: .refused)
  }

  @discardableResult
  private mutating func append(
    action: String, object: String, detail: JSONObject, outcome: AuditOutcome
  ) -> Int64 {
    let entry = AuditEntry(
      sequence: head.sequence + 1, previous: head.digest, time: now, actor: actor, action: action,
      object: object, detail: detail, outcome: outcome)
    let bytes = entry.encode()
    head = AuditCheckpoint(sequence: entry.sequence, digest: Digest(of: bytes))
    entries.append((entry, bytes))
    return entry.sequence
  }

  /// Stores the entries. What a verifier would not read is refused here.
  func store(in database: Database) throws(TenancyError) {
    for (entry, bytes) in entries {
      guard let read = try? AuditEntry.parse(bytes), read == entry else {
        throw .auditEntryMalformed(action: entry.action)
      }
      do {
        try database.run(
          """
          INSERT INTO audit_entry (sequence, time, actor, action, object, outcome, digest, entry)
          VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
          """,
          [
            .integer(entry.sequence), .integer(entry.time.secondsSinceEpoch), .text(entry.actor),
            .text(entry.action), .text(entry.object), .text(entry.outcome.rawValue),
            .blob(Digest(of: bytes).bytes), .blob(bytes),
          ])
      } catch {
        throw .auditUnavailable(error)
      }
    }
  }

  /// The last entry's number and digest; before the first, 0 and the digest of the tenant's id.
  static func head(in database: Database, tenant: String) throws(TenancyError) -> AuditCheckpoint {
    do {
      let last = try database.first("SELECT sequence, digest FROM audit_entry ORDER BY sequence DESC LIMIT 1")
      {
        row throws(StorageError) in (try row.integer(0), try row.blob(1))
      }
      guard let last else { return AuditCheckpoint.start(of: tenant) }
      guard let digest = try? Digest(bytes: last.1) else { throw TenancyError.auditUnavailable(nil) }
      return AuditCheckpoint(sequence: last.0, digest: digest)
    } catch let error as StorageError {
      throw .auditUnavailable(error)
    } catch {
      throw .auditUnavailable(nil)
    }
  }
}
